import { useQuery } from "@tanstack/react-query";
import { models } from "@/api/queries";
import { useWords } from "@/i18n/words";
import { byName } from "@/order";
import { ModelName } from "@/parts/badges";

type Props = { label: string; chosen: string[] | undefined; onChoose: (models: string[] | undefined) => void };

/** The models as toggles; none pressed means all of them. */
export function ModelChips({ label, chosen, onChoose }: Props) {
  const words = useWords().common;
  const { data } = useQuery(models());
  const toggle = (model: string) => {
    const left = chosen?.includes(model) ? chosen.filter((each) => each !== model) : [...(chosen ?? []), model].sort();
    onChoose(left.length > 0 ? left : undefined);
  };
  return (
    <fieldset className="relative flex min-h-12 min-w-0 gap-1 overflow-x-auto pb-2 sm:min-h-9 sm:flex-wrap sm:pb-0" aria-label={label}>
      <Chip isPressed={chosen === undefined} onPress={() => onChoose(undefined)}>
        {words.allModels}
      </Chip>
      {[...(data ?? [])].sort(byName).map(({ model, is_floor }) => (
        <Chip key={model} isPressed={chosen?.includes(model) ?? false} onPress={() => toggle(model)}>
          <ModelName model={model} isFloor={is_floor} />
        </Chip>
      ))}
    </fieldset>
  );
}

function Chip(props: { isPressed: boolean; onPress: () => void; children: React.ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={props.isPressed}
      className={`control shrink-0 rounded-full ${props.isPressed ? "control-chosen" : ""}`}
      onClick={props.onPress}
    >
      {props.children}
    </button>
  );
}
