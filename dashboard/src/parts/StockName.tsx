import { Link } from "@tanstack/react-router";
import { SyntheticLabel } from "@/parts/badges";

type Props = { market: string; symbol: string; name: string; isSynthetic: boolean };

/** A stock as a link to its page, with the label of invented data. */
export function StockName({ market, symbol, name, isSynthetic }: Props) {
  return (
    <span className="block whitespace-nowrap">
      <Link to="/stocks/$code/$symbol" params={{ code: market, symbol }} className="inline-block font-medium">
        {symbol}
      </Link>{" "}
      <SyntheticLabel isSynthetic={isSynthetic} />
      <span className="block max-w-48 truncate font-normal" title={name}>
        {name}
      </span>
    </span>
  );
}
