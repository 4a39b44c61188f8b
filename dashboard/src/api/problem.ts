const USUAL_WAIT = 60_000;

/** What went wrong with a request, in the API's own words where it had any. */
export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when nothing answered. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly requestId: string | null,
    /** Milliseconds to wait before asking again. */
    readonly wait: number = USUAL_WAIT,
  ) {
    super(title);
  }

  /** Whether asking again may help without anyone changing anything. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

/** The problem an answer tells of. A proxy's page, which is no problem document, gives the status alone. */
export function problemOf(response: Response, body: unknown): Problem {
  const told = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof told[name] === "string" ? told[name] : null);
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new Problem(
    response.status,
    text("title") ?? response.statusText,
    text("detail") ?? "",
    text("request_id") ?? response.headers.get("X-Request-ID"),
    Number.isFinite(seconds) ? seconds * 1000 : USUAL_WAIT,
  );
}

/** Any thrown thing as a Problem: what fetch throws means that nothing answered. */
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "", "", null);
}
