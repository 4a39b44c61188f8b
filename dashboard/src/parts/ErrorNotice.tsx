import { Link, useLocation } from "@tanstack/react-router";
import { asProblem, type Problem } from "@/api/problem";
import type { Format } from "@/format";
import type { Words } from "@/i18n/en";
import { useFormat, useWords } from "@/i18n/words";

/** A failed request: what happened, what to do, the request id, and a way to try again. */
export function ErrorNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useWords();
  const format = useFormat();
  const here = useLocation({ select: (location) => location.href });
  const problem = asProblem(error);
  const [title, help] = told(problem, words, format);
  return (
    <div role="alert" className="grid justify-items-start gap-2 rounded-lg border border-bad bg-bad-wash p-4">
      <p className="font-semibold text-bad">{title}</p>
      <p>{help}</p>
      {problem.detail !== "" && <p className="text-soft">{problem.detail}</p>}
      {problem.requestId !== null && (
        <p className="text-soft">
          {words.problem.requestId}: <code>{problem.requestId}</code>
        </p>
      )}
      {problem.status === 401 ? (
        <Link to="/login" search={{ next: here }} className="control">
          {words.common.login}
        </Link>
      ) : (
        retry && (
          <button type="button" className="control" onClick={retry}>
            {words.common.retry}
          </button>
        )
      )}
    </div>
  );
}

function told(problem: Problem, { problem: words }: Words, format: Format): [title: string, help: string] {
  switch (problem.status) {
    case 0:
      return [words.down, words.downHelp];
    case 401:
      return [words.login, words.loginHelp];
    case 403:
      return [words.forbidden, words.forbiddenHelp];
    case 404:
      return [words.missing, words.missingHelp];
    case 429:
      return [words.busy, words.wait(format.span(problem.wait))];
    case 503:
      // With a detail, the API itself says which of its parts is missing.
      return problem.detail === "" ? [words.down, words.downHelp] : [words.part, words.partHelp];
    case 502:
    case 504:
      return [words.down, words.downHelp];
    default:
      return problem.status >= 500 ? [words.server, words.serverHelp] : [words.refused, words.refusedHelp];
  }
}
