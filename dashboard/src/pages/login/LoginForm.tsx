import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useRef, useState } from "react";
import { answer, api } from "@/api/client";
import { asProblem } from "@/api/problem";
import { enter } from "@/api/session";
import { Field } from "@/forms/Field";
import { useLoginWords } from "@/i18n/login";
import { useFormat } from "@/i18n/words";
import { ErrorNotice } from "@/parts/ErrorNotice";

type Missing = { email?: string; password?: string };
type Credentials = { email: string; password: string };

/** E-mail and password; says what is missing, what was wrong, and how long to wait. */
export function LoginForm({ onDone }: { onDone: () => void }) {
  const words = useLoginWords();
  const form = useRef<HTMLFormElement>(null);
  const [missing, setMissing] = useState<Missing>({});
  const said = useId();
  const login = useMutation({
    mutationFn: (body: Credentials) => answer(api.POST("/api/auth/login", { body })),
    onSuccess: (session) => {
      enter(session);
      onDone();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const credentials = { email: String(typed.get("email")).trim(), password: String(typed.get("password")) };
    const found: Missing = {
      email: credentials.email === "" ? words.emailMissing : undefined,
      password: credentials.password === "" ? words.passwordMissing : undefined,
    };
    setMissing(found);
    const first = found.email ? "email" : found.password ? "password" : null;
    if (first === null) login.mutate(credentials);
    else form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  };
  return (
    <form ref={form} noValidate onSubmit={submit} className="grid gap-3" aria-describedby={said}>
      <Field
        name="email"
        type="email"
        label={words.email}
        autoComplete="username"
        required
        maxLength={254}
        fault={missing.email}
      />
      <Field
        name="password"
        type="password"
        label={words.password}
        autoComplete="current-password"
        required
        maxLength={200}
        fault={missing.password}
      />
      <div id={said}>{login.error && <Refusal error={login.error} />}</div>
      <button type="submit" className="control control-chosen font-medium" aria-disabled={login.isPending}>
        {login.isPending ? words.busy : words.submit}
      </button>
    </form>
  );
}

function Refusal({ error }: { error: Error }) {
  const words = useLoginWords();
  const format = useFormat();
  const problem = asProblem(error);
  if (problem.status !== 401 && problem.status !== 422 && problem.status !== 429) return <ErrorNotice error={problem} />;
  return (
    <p role="alert" className="rounded bg-bad-wash px-3 py-2 text-bad">
      {problem.status === 429 ? words.wait(format.span(problem.wait)) : words.wrong}
    </p>
  );
}
