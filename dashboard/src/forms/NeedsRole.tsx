import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useUser } from "@/api/session";
import { useFormsWords } from "@/i18n/forms";
import { useWords } from "@/i18n/words";
import { EmptyState } from "@/parts/EmptyState";
import { isAtLeast, type Role } from "@/roles";

/** Its children for who may see them; for others what is needed, and who is asking. */
export function NeedsRole({ least, children }: { least: Role; children: ReactNode }) {
  const words = useFormsWords();
  const { login, roles } = useWords().common;
  const user = useUser();
  const here = useLocation({ select: (location) => location.href });
  if (isAtLeast(user.role, least)) return children;
  const asking = user.email === null ? words.guest : words.asking(user.email, roles[user.role]);
  return (
    <div className="panel">
      <EmptyState title={words.needs(roles[least])} help={asking}>
        {user.email === null && (
          <Link to="/login" search={{ next: here }} className="control inline-flex items-center">
            {login}
          </Link>
        )}
      </EmptyState>
    </div>
  );
}
