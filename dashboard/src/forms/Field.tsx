import type { ComponentProps } from "react";
import { Labelled } from "@/forms/Labelled";

type Props = Omit<ComponentProps<"input">, "id" | "className"> & {
  name: string;
  label: string;
  help?: string;
  /** What is wrong with what was typed. */
  fault?: string;
};

/** A labelled field that says what is wrong with it. */
export function Field({ label, help, fault, ...input }: Props) {
  return (
    <Labelled label={label} help={help} fault={fault}>
      {(tied) => <input {...input} {...tied} className="control w-full" />}
    </Labelled>
  );
}
