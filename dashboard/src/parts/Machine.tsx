/** What is sent to a machine or came from one, letter by letter: text, whatever stands in it. */
export function Machine({ title, text }: { title: string; text: string }) {
  return (
    <div className="min-w-0">
      <p aria-hidden className="mb-1 text-xs text-soft">
        {title}
      </p>
      <pre
        tabIndex={0}
        role="group"
        aria-label={title}
        className="max-h-96 overflow-auto rounded bg-sunken p-3 font-mono text-xs break-words whitespace-pre-wrap"
      >
        {text}
      </pre>
    </div>
  );
}
