/** The choices that several pages share: market, horizon, board, window. */
import { useQuery } from "@tanstack/react-query";
import { markets } from "@/api/queries";
import type { Board, Horizon, Window } from "@/api/shapes";
import { useWords } from "@/i18n/words";
import { Choice } from "@/parts/Choice";
import { BOARDS, HORIZONS, WINDOWS } from "@/search/fields";

export function MarketChoice({ value, onChoose }: { value: string | undefined; onChoose: (market: string) => void }) {
  const words = useWords().common;
  const { data } = useQuery(markets());
  const options = data?.map((each) => ({ value: each.market, label: `${each.market} · ${each.exchange}` }));
  const unknown = [{ value: value ?? "", label: value ?? "…" }];
  return <Choice label={words.market} value={value ?? ""} options={options ?? unknown} onChoose={onChoose} />;
}

export function HorizonChoice({ value, onChoose }: { value: Horizon; onChoose: (horizon: Horizon) => void }) {
  const words = useWords().common;
  const options = HORIZONS.map((each) => ({ value: each, label: words.horizonOf(each) }));
  return <Choice label={words.horizon} value={value} options={options} onChoose={onChoose} />;
}

export function BoardChoice({ value, onChoose }: { value: Board; onChoose: (board: Board) => void }) {
  const words = useWords().common;
  const options = BOARDS.map((each) => ({ value: each, label: words.boards[each] }));
  return <Choice label={words.board} value={value} options={options} onChoose={onChoose} />;
}

export function WindowChoice({ value, onChoose }: { value: Window; onChoose: (window: Window) => void }) {
  const words = useWords().common;
  const options = WINDOWS.map((each) => ({ value: each, label: words.windows[each] }));
  return <Choice label={words.window} value={value} options={options} onChoose={onChoose} />;
}
