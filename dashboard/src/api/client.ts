/** The typed client: adds the access token, renews it once on a 401, and turns every failure into a Problem. */
import createClient from "openapi-fetch";
import { asProblem, problemOf } from "@/api/problem";
import type { paths } from "@/api/schema";
import { accessToken, leave, ready, renew } from "@/api/session";

let askForLogin: () => void = () => {};

/** Tell what to do when a request needs a login that is not there. */
export function whenLoginIsNeeded(action: () => void): void {
  askForLogin = action;
}

export const api = createClient<paths>({ baseUrl: "", fetch: send });

/** The data of a call, or a thrown Problem. */
export async function answer<Data>(call: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await call.catch((thrown: unknown) => {
    throw isAbort(thrown) ? thrown : asProblem(thrown);
  });
  if (!response.ok) throw problemOf(response, error);
  return data as Data;
}

async function send(request: Request): Promise<Response> {
  if (new URL(request.url).pathname.startsWith("/api/auth/log")) return fetch(request);
  await ready;
  const first = await fetch(authorized(request.clone()));
  if (first.status !== 401) return first;
  if (accessToken() !== null && (await renew())) return fetch(authorized(request));
  leave();
  askForLogin();
  return first;
}

function authorized(request: Request): Request {
  const token = accessToken();
  if (token !== null) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === "AbortError";
}
