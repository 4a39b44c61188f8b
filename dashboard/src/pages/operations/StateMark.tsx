/** Well or not, by a sign and a word; never by colour alone. */
export function StateMark({ isWell, children }: { isWell: boolean; children: string }) {
  return (
    <span className={`whitespace-nowrap ${isWell ? "text-soft" : "font-medium text-bad"}`}>
      <span aria-hidden>{isWell ? "✓" : "⚠"}</span> {children}
    </span>
  );
}
