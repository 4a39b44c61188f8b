/** What stands in a form's field, without spaces around it. */
export function typed(form: FormData, name: string): string {
  return String(form.get(name) ?? "").trim();
}

/** The same, null where the field is empty. */
export function typedOrNull(form: FormData, name: string): string | null {
  return typed(form, name) || null;
}
