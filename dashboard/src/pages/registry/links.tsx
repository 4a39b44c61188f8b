/** Ways around the registry: to what is open, to a form, and back to the list alone. */
import { Link } from "@tanstack/react-router";
import { useUser } from "@/api/session";
import { useRegistryWords } from "@/i18n/registry";
import { isAtLeast } from "@/roles";

const BUTTON = "control inline-flex items-center no-underline whitespace-nowrap";

/** Whether the person may change what is here; the API is what refuses. */
export function useMayChange(): boolean {
  return isAtLeast(useUser().role, "admin");
}

type OpenProps = { name: string; label: string; isOpen: boolean; children: string };

export function OpenLink({ name, label, isOpen, children }: OpenProps) {
  return (
    <Link
      to="/registry"
      search={(search) => ({ ...search, open: name, add: undefined })}
      resetScroll={false}
      aria-label={label}
      className={`${BUTTON} ${isOpen ? "control-chosen" : "text-ink"}`}
    >
      {children}
    </Link>
  );
}

type AddProps = { from?: string; what?: "1" | "ensemble"; children: string };

/** To the form for a new one; `from` is the prompt whose text it starts with. */
export function AddLink({ from, what = "1", children }: AddProps) {
  return (
    <Link
      to="/registry"
      search={(search) => ({ ...search, open: from, add: what })}
      resetScroll={false}
      className={`${BUTTON} text-ink`}
    >
      {children}
    </Link>
  );
}

export function CloseLink() {
  const words = useRegistryWords();
  return (
    <Link
      to="/registry"
      search={(search) => ({ ...search, open: undefined, add: undefined })}
      resetScroll={false}
      className={`${BUTTON} text-ink`}
    >
      {words.close}
    </Link>
  );
}
