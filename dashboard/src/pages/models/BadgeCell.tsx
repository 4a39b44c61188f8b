import type { Badge, Leader } from "@/api/shapes";
import { useModelsWords } from "@/i18n/models";
import { useVerdictWords } from "@/i18n/verdicts";
import { useFormat } from "@/i18n/words";

/** Whether a model has been shown to be above every floor, with the sentence that says why, and its contaminated days. */
export function BadgeCell({ leader, isPart }: { leader: Leader; isPart: boolean }) {
  const words = useVerdictWords();
  return (
    <div data-judged className="w-44 whitespace-normal sm:w-60 text-soft">
      {leader.is_floor ? (
        <p className="text-xs">{words.isFloor}</p>
      ) : leader.badge === null ? (
        <p className="text-xs">{isPart ? words.notOfPart : words.notJudged}</p>
      ) : (
        <>
          {leader.badge.is_earned ? <Earned badge={leader.badge} /> : <NotYet badge={leader.badge} />}
          {leader.badge.is_revised && <p className="text-xs">{words.badgeRevised}</p>}
        </>
      )}
      <ContaminatedDays days={leader.contaminated_days} />
    </div>
  );
}

function Earned({ badge }: { badge: Badge }) {
  const words = useVerdictWords();
  const format = useFormat();
  return (
    <>
      <span className="badge bg-accent-wash text-accent">
        <span aria-hidden>✓ </span>
        {words.earned}
      </span>
      <p className="text-xs">
        {words.earnedHelp(format.day(badge.since_date), format.count(badge.floors))} <Level badge={badge} />
      </p>
    </>
  );
}

function NotYet({ badge }: { badge: Badge }) {
  const words = useVerdictWords();
  const format = useFormat();
  const { floors_beaten, floors, hardest_floor, days, days_to_go } = badge;
  const pace = days_to_go === null ? words.noMoreDays : words.moreDays(format.count(days_to_go));
  return (
    <>
      <span className="badge">
        <span aria-hidden>· </span>
        {words.notEarned}
      </span>
      <p className="text-xs">
        {words.progress(format.count(floors_beaten), format.count(floors))}{" "}
        {hardest_floor !== null && words.hardest(hardest_floor, format.count(days)) + pace}{" "}
        <Level badge={badge} />
      </p>
    </>
  );
}

function Level({ badge: { alpha, candidates } }: { badge: Badge }) {
  const words = useVerdictWords();
  const format = useFormat();
  return words.level(format.level(alpha), format.level(alpha * candidates), format.count(candidates));
}

function ContaminatedDays({ days }: { days: number }) {
  const words = useModelsWords();
  const format = useFormat();
  if (days === 0) return null;
  return (
    <p className="text-xs" title={words.contaminatedHelp}>
      <span aria-hidden>° </span>
      {words.contaminatedDays(format.count(days))}
    </p>
  );
}
