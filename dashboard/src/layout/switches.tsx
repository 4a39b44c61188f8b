import { useNavigate } from "@tanstack/react-router";
import { useLanguage, useWords } from "@/i18n/words";
import { type Language, remember, type Theme } from "@/preferences";

const OTHER: Record<Language, { language: Language; name: string }> = {
  en: { language: "ko", name: "한국어" },
  ko: { language: "en", name: "English" },
};

/** Goes to the other language, named in that language. */
export function LanguageSwitch() {
  const navigate = useNavigate();
  const { language, name } = OTHER[useLanguage()];
  const change = () => {
    remember("lang", language);
    void navigate({ to: ".", search: (search) => ({ ...search, lang: language }), replace: true });
  };
  return (
    <button type="button" className="control" lang={language} onClick={change}>
      {name}
    </button>
  );
}

/** Goes to the other theme. */
export function ThemeSwitch({ theme }: { theme: Theme }) {
  const words = useWords().common;
  const navigate = useNavigate();
  const other = theme === "dark" ? "light" : "dark";
  const label = other === "dark" ? words.themeToDark : words.themeToLight;
  const change = () => {
    remember("theme", other);
    void navigate({ to: ".", search: (search) => ({ ...search, theme: other }), replace: true });
  };
  return (
    <button type="button" className="control" aria-label={label} title={label} onClick={change}>
      <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden fill="currentColor">
        {other === "dark" ? (
          <path d="M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z" />
        ) : (
          <path d="M10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM9 1h2v3H9zM9 16h2v3H9zM1 9h3v2H1zM16 9h3v2h-3zM3 4.4 4.4 3l2.1 2.1-1.4 1.4zM13.5 14.9l1.4-1.4 2.1 2.1-1.4 1.4zM3 15.6l2.1-2.1 1.4 1.4L4.4 17zM13.5 5.1 15.6 3 17 4.4l-2.1 2.1z" />
        )}
      </svg>
    </button>
  );
}
