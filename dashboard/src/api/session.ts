/** Who is logged in. The access token lives in this module's memory only; the refresh token is a cookie no script sees. */
import { useSyncExternalStore } from "react";
import type { Session, User } from "@/api/shapes";
import { recall, remember } from "@/preferences";

const GUEST: User = { email: null, role: "guest" };

let token: string | null = null;
let user: User = GUEST;
let renewing: Promise<boolean> | null = null;
const listeners = new Set<() => void>();

/** The bearer token of the next request, null for a guest. */
export function accessToken(): string | null {
  return token;
}

/** Take over a session that the API gave. */
export function enter(session: Session): void {
  token = session.access_token;
  remember("session", "1");
  setUser(session.user);
}

/** Forget the session here; the cookie is the API's to clear. */
export function leave(): void {
  token = null;
  remember("session", null);
  setUser(GUEST);
}

/**
 * Trade the refresh cookie for a new access token, once for all callers; false when the API has ended the session.
 * Tabs take turns: the API reads two uses of one refresh token as theft and ends every session of its family.
 */
export function renew(): Promise<boolean> {
  renewing ??= inTurn(refresh).finally(() => {
    renewing = null;
  });
  return renewing;
}

/** Resolves when a session of an earlier visit is back, or known to be gone; at once for who never logged in. */
export const ready: Promise<unknown> = recall("session") === "1" ? renew().catch(() => false) : Promise.resolve();

/** Who is asking, followed by the component. */
export function useUser(): User {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => user,
  );
}

async function refresh(): Promise<boolean> {
  const response = await fetch("/api/auth/refresh", { method: "POST" });
  if (response.ok) enter((await response.json()) as Session);
  else if (response.status < 500) leave();
  return response.ok;
}

async function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  // Browsers offer locks over HTTPS and on localhost only.
  return "locks" in navigator ? navigator.locks.request("craveny.refresh", work) : work();
}

function setUser(next: User): void {
  user = next;
  for (const listener of listeners) listener();
}
