import { Link } from "@tanstack/react-router";
import { useUser } from "@/api/session";
import { useWords } from "@/i18n/words";
import { Account } from "@/layout/Account";
import { StockSearch } from "@/layout/StockSearch";
import { LanguageSwitch, ThemeSwitch } from "@/layout/switches";
import type { Theme } from "@/preferences";
import { isAtLeast, type Role } from "@/roles";

const LINK = "block whitespace-nowrap rounded px-1.5 sm:px-2 py-1.5 text-soft no-underline hover:bg-sunken hover:text-ink aria-[current=page]:font-semibold aria-[current=page]:text-accent";

const PAGES = ["predictions", "models", "abtests", "registry", "cost", "operations", "reviews", "stocks"] as const;

/** The least role of the pages that not everybody may use. */
const LEAST: Partial<Record<(typeof PAGES)[number], Role>> = { reviews: "operator", stocks: "admin" };

/** Name, pages, stock search, language, theme and account; two rows on a narrow screen. */
export function Header({ theme }: { theme: Theme }) {
  const words = useWords().common;
  const { role } = useUser();
  const pages = PAGES.filter((page) => isAtLeast(role, LEAST[page] ?? "guest"));
  return (
    <header className="border-b border-line bg-panel">
      <div className="mx-auto flex max-w-[90rem] flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2">
        <Link to="/" className="flex items-center gap-2 text-base font-semibold text-ink no-underline">
          <img src="/favicon.svg" alt="" width="20" height="20" />
          Craveny
        </Link>
        <nav aria-label={words.nav} className="order-last -mx-1.5 w-full md:order-none md:mx-0 md:w-auto">
          <ul className="flex flex-wrap">
            <li>
              <Link to="/" activeOptions={{ exact: true, includeSearch: false }} className={LINK}>
                {words.pages.overview}
              </Link>
            </li>
            {pages.map((page) => (
              <li key={page}>
                <Link to={`/${page}`} activeOptions={{ exact: page === "stocks", includeSearch: false }} className={LINK}>
                  {words.pages[page]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <StockSearch />
        <div className="ml-auto flex items-center gap-1.5">
          <LanguageSwitch />
          <ThemeSwitch theme={theme} />
          <Account />
        </div>
      </div>
    </header>
  );
}
