import { useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { answer, api } from "@/api/client";
import { leave, useUser } from "@/api/session";
import { useWords } from "@/i18n/words";

/** A link to the login for a guest; else who is logged in, and the way out. */
export function Account() {
  const words = useWords().common;
  const user = useUser();
  const here = useLocation({ select: (location) => location.href });
  const queries = useQueryClient();
  if (user.email === null) {
    return (
      <Link to="/login" search={{ next: here }} className="control inline-flex items-center text-ink no-underline">
        {words.login}
      </Link>
    );
  }
  const logout = async () => {
    // Logged out here in any case; a cookie that the API could not be told of ends by itself.
    await answer(api.POST("/api/auth/logout")).catch(() => {});
    leave();
    queries.clear();
  };
  return (
    <>
      <span className="hidden max-w-40 truncate text-xs text-soft lg:block" title={user.email}>
        {user.email} · {words.roles[user.role]}
      </span>
      <button type="button" className="control" onClick={() => void logout()}>
        {words.logout}
      </button>
    </>
  );
}
