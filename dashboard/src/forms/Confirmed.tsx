import { type ReactNode, useId, useRef } from "react";
import { useFormsWords } from "@/i18n/forms";

type Props = {
  /** What the button says, here and in the question. */
  action: string;
  title: string;
  /** What will be different afterwards. */
  children: ReactNode;
  /** For readers, where several buttons say the same. */
  label?: string;
  onConfirm: () => void;
};

/** A button that asks first, in a dialog of the browser's own: it keeps the focus, and Escape leaves it. */
export function Confirmed({ action, title, children, label, onConfirm }: Props) {
  const words = useFormsWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const confirm = () => {
    dialog.current?.close();
    onConfirm();
  };
  return (
    <>
      <button type="button" className="control whitespace-nowrap" aria-label={label} onClick={() => dialog.current?.showModal()}>
        {action}
      </button>
      <dialog ref={dialog} aria-labelledby={heading} className="panel m-auto max-w-[min(28rem,calc(100%-2rem))] p-4 text-ink whitespace-normal backdrop:bg-black/50">
        <h2 id={heading} className="font-semibold">
          {title}
        </h2>
        <div className="mt-2 text-soft">{children}</div>
        <div className="mt-4 flex flex-wrap justify-end gap-2">
          <button type="button" className="control" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
          <button type="button" className="control control-chosen" onClick={confirm}>
            {action}
          </button>
        </div>
      </dialog>
    </>
  );
}
