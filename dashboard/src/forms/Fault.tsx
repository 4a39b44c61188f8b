import { asProblem } from "@/api/problem";
import { useFormsWords } from "@/i18n/forms";
import { ErrorNotice } from "@/parts/ErrorNotice";

/** Why something was not done: in the API's words where it refused, with the request id where it failed. */
export function Fault({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useFormsWords();
  const problem = asProblem(error);
  const isRefused = [400, 404, 409, 413, 422].includes(problem.status);
  if (!isRefused) return <ErrorNotice error={problem} retry={retry} />;
  return (
    <p role="alert" className="rounded bg-bad-wash px-3 py-2 text-bad">
      <span className="font-medium">{words.notDone}</span> {problem.detail === "" ? problem.title : problem.detail}
    </p>
  );
}
