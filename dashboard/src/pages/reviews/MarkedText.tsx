export type Span = readonly [start: number, end: number];

type Props = { text: string; from: number; to: number; mark: Span };

/** A part of a text with its evidence marked. Cut by offsets into plain strings: nothing in it is ever markup. */
export function MarkedText({ text, from, to, mark: [start, end] }: Props) {
  const within = (place: number) => Math.min(Math.max(place, from), to);
  const marked = text.slice(within(start), within(end));
  return (
    <>
      {text.slice(from, within(start))}
      {marked !== "" && <mark className="evidence">{marked}</mark>}
      {text.slice(within(end), to)}
    </>
  );
}

/** Where the span stands in the text; empty at its end when it does not. `start` counts characters, as the API does. */
export function spanIn(text: string, span: string, start: number | null): Span {
  // A string here counts halves of the rarer characters.
  const told = start === null ? -1 : Array.from(text).slice(0, start).join("").length;
  const found = told >= 0 && text.startsWith(span, told) ? told : text.indexOf(span);
  return span === "" || found < 0 ? [text.length, text.length] : [found, found + span.length];
}
