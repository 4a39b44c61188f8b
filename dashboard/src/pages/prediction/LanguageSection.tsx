import type { LanguageAnswer, PredictionDetail } from "@/api/shapes";
import { useLanguageWords } from "@/i18n/language";
import { useFormat, useWords } from "@/i18n/words";
import { useMarket } from "@/market";
import { useUsd } from "@/money";
import { AttemptTable } from "@/pages/prediction/AttemptTable";
import { SaidAnswer } from "@/pages/prediction/SaidAnswer";
import { Facts } from "@/parts/Facts";
import { Machine } from "@/parts/Machine";
import { Section } from "@/parts/Section";

type Props = { language: LanguageAnswer; forecast: PredictionDetail };

/** What a language model was sent for the question, what it answered, typed and raw, and what that took. */
export function LanguageSection({ language, forecast }: Props) {
  const words = useLanguageWords();
  return (
    <Section title={words.title}>
      <div className="grid grid-cols-1 gap-4">
        <AnswerFacts language={language} forecast={forecast} />
        <SaidAnswer language={language} market={forecast.market} />
        <details>
          <summary className="w-fit text-soft underline">{words.showPrompt}</summary>
          <div className="mt-2 grid grid-cols-1 gap-3">
            {language.messages.map((message, place) => (
              <Machine key={place} title={words.roles[message.role] ?? message.role} text={message.content} />
            ))}
            <Machine title={words.parameters} text={JSON.stringify(language.parameters)} />
          </div>
        </details>
        <AttemptTable attempts={language.attempts} />
      </div>
    </Section>
  );
}

function AnswerFacts({ language, forecast }: Props) {
  const words = useLanguageWords();
  const classes = useWords().common.outcomeClasses;
  const format = useFormat();
  const usd = useUsd();
  const timezone = useMarket(forecast.market)?.timezone;
  const { prompt_tokens, cached_tokens, completion_tokens, latency_ms, outcome_class } = language;
  return (
    <Facts
      facts={[
        [words.model, `${language.provider} ${language.identifier}`],
        [words.prompt, language.prompt_version],
        [words.outcome, outcome_class === null ? words.noAnswer : classes[outcome_class]],
        [words.tokens, words.tokensOf(...([prompt_tokens, cached_tokens, completion_tokens].map(format.count) as [string, string, string]))],
        [words.cost, usd(language.usd)],
        [words.latency, words.milliseconds(format.count(latency_ms))],
        [words.answeredAt, format.time(language.answered_at, timezone)],
      ]}
    />
  );
}
