import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { useUser } from "@/api/session";
import { useLoginWords } from "@/i18n/login";
import { useWords } from "@/i18n/words";
import { LoginForm } from "@/pages/login/LoginForm";
import { PageHeader } from "@/parts/PageHeader";

const route = getRouteApi("/login");

/** The way in; afterwards back to where the person came from. */
export function LoginPage() {
  const words = useLoginWords();
  const { loginHelp } = useWords().problem;
  const user = useUser();
  const { next, reason } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const goOn = () => {
    // What a guest was refused may be allowed now.
    queries.clear();
    router.history.push(next ?? "/");
  };
  return (
    <div className="mx-auto max-w-sm">
      <PageHeader title={words.title} lead={words.lead} />
      {reason === "ended" && user.email === null && (
        <p role="status" className="mb-3 rounded bg-warn-wash px-3 py-2 text-warn">
          {loginHelp}
        </p>
      )}
      <div className="panel p-4">
        {user.email === null ? (
          <LoginForm onDone={goOn} />
        ) : (
          <p>
            {words.already(user.email)} <Link to={next ?? "/"}>{words.goOn}</Link>
          </p>
        )}
      </div>
      <p className="mt-3 text-soft">{words.noAccount}</p>
    </div>
  );
}
