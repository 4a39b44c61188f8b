import { Link } from "@tanstack/react-router";
import { usePredictionsWords } from "@/i18n/predictions";
import { useWords } from "@/i18n/words";
import { listed, useChange, type useCompared } from "@/pages/predictions/view";
import { Choice } from "@/parts/Choice";
import { HorizonChoice } from "@/parts/choices";
import { ModelChips } from "@/parts/ModelChips";
import { TextChoice } from "@/parts/TextChoice";
import {
  DIRECTIONS,
  ORIGINS,
  OUTCOME_CLASSES,
  type PredictionsSearch,
  SORTS,
  STATUSES,
  type View,
} from "@/search/predictions";

type Props = { view: View; search: PredictionsSearch; compared: ReturnType<typeof useCompared> };

/** What may be narrowed in the view; every choice goes to the address. */
export function Filters({ view, search, compared }: Props) {
  const words = usePredictionsWords();
  const all = useWords();
  const change = useChange();
  return (
    <section aria-label={words.filters} className="panel mb-4 grid gap-3 p-4">
      <div className="flex flex-wrap items-end gap-2">
        <HorizonChoice value={search.horizon} onChoose={(horizon) => change({ horizon })} />
        <TextChoice label={words.symbol} value={search.symbol} onChoose={(symbol) => change({ symbol })} />
        {view === "list" ? (
          <ListFilters search={search} />
        ) : (
          <TextChoice
            label={`${all.common.session} (${search.session === undefined ? words.newest : "–"})`}
            type="date"
            value={search.session}
            onChoose={(session) => change({ session })}
          />
        )}
        <Link to="/predictions" search={{ view: search.view }} className="control inline-flex items-center">
          {all.problem.clearFilters}
        </Link>
      </div>
      <ModelChips
        label={words.chips}
        chosen={view === "list" ? listed(search).model : compared.models}
        onChoose={view === "list" ? (model) => change({ model }) : compared.choose}
      />
    </section>
  );
}

function ListFilters({ search }: { search: PredictionsSearch }) {
  const words = usePredictionsWords();
  const { common } = useWords();
  const change = useChange();
  return (
    <>
      <TextChoice label={words.from} type="date" value={search.from} onChoose={(from) => change({ from })} />
      <TextChoice label={words.to} type="date" value={search.to} onChoose={(to) => change({ to })} />
      <Narrowing
        label={common.direction}
        value={search.direction}
        words={common.directions}
        allowed={DIRECTIONS}
        onChoose={(direction) => change({ direction })}
      />
      <Narrowing
        label={common.origin}
        value={search.origin}
        words={common.origins}
        allowed={ORIGINS}
        onChoose={(origin) => change({ origin })}
      />
      <Narrowing
        label={words.answer}
        value={search.answer}
        words={common.outcomeClasses}
        allowed={OUTCOME_CLASSES}
        onChoose={(answer) => change({ answer })}
      />
      <Narrowing
        label={words.status}
        value={search.status}
        words={common.statuses}
        allowed={STATUSES}
        onChoose={(status) => change({ status })}
      />
      <Choice
        label={words.sort}
        value={search.sort}
        options={SORTS.map((each) => ({ value: each, label: words.sorts[each] }))}
        onChoose={(sort) => change({ sort })}
      />
    </>
  );
}

type NarrowingProps<Value extends string> = {
  label: string;
  value: Value | undefined;
  words: Record<Value, string>;
  allowed: readonly Value[];
  onChoose: (value: Value | undefined) => void;
};

/** A choice among words, or any of them. */
function Narrowing<Value extends string>({ label, value, words, allowed, onChoose }: NarrowingProps<Value>) {
  const any = { value: "", label: usePredictionsWords().any };
  const options = [any, ...allowed.map((each) => ({ value: each, label: words[each] }))];
  return (
    <Choice
      label={label}
      value={value ?? ""}
      options={options}
      onChoose={(chosen) => onChoose(allowed.find((each) => each === chosen))}
    />
  );
}
