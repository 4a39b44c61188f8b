import type { ComponentProps } from "react";
import { Labelled } from "@/forms/Labelled";

type Props = Omit<ComponentProps<"textarea">, "id" | "className"> & {
  name: string;
  label: string;
  help?: string;
  /** What is wrong with what was typed. */
  fault?: string;
};

/** A labelled field of several lines, in letters of one width: what is typed here is read by machines. */
export function AreaField({ label, help, fault, ...area }: Props) {
  return (
    <Labelled label={label} help={help} fault={fault}>
      {(tied) => <textarea spellCheck={false} {...area} {...tied} className="control w-full font-mono text-xs" />}
    </Labelled>
  );
}
