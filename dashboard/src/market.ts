/** Which market a page is about, and how its movements are coloured. */
import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { markets } from "@/api/queries";
import type { Market } from "@/api/shapes";

export type Colours = "red-up" | "green-up";

/** Korean markets have red for up and blue for down; others green and red. Goes into `data-colours`. */
export function coloursOf(market: string): Colours {
  return market === "krx" ? "red-up" : "green-up";
}

/** The market of the address, else the first one with forecasts; undefined until the markets are known. */
export function useMarketCode(): string | undefined {
  const { market } = useSearch({ from: "__root__" });
  const { data } = useQuery(markets());
  return market ?? (data?.find((each) => each.newest_forecast_date !== null) ?? data?.[0])?.market;
}

/** What is known of a market; undefined until the markets are known, or when there is no such market. */
export function useMarket(code: string | undefined): Market | undefined {
  const { data } = useQuery(markets());
  return data?.find((each) => each.market === code);
}
