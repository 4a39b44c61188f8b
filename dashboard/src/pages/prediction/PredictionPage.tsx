import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { prediction } from "@/api/queries";
import type { PredictionDetail } from "@/api/shapes";
import { usePredictionWords } from "@/i18n/prediction";
import { useWords } from "@/i18n/words";
import { AnswerSection } from "@/pages/prediction/AnswerSection";
import { EvidenceSection } from "@/pages/prediction/EvidenceSection";
import { InputSection } from "@/pages/prediction/InputSection";
import { LanguageSection } from "@/pages/prediction/LanguageSection";
import { MemberSection } from "@/pages/prediction/MemberSection";
import { OthersSection } from "@/pages/prediction/OthersSection";
import { ProvenanceSection } from "@/pages/prediction/ProvenanceSection";
import { ReplaySection } from "@/pages/prediction/ReplaySection";
import { SettlementSection } from "@/pages/prediction/SettlementSection";
import { Answered } from "@/parts/Answered";
import { ModelName, OriginBadge } from "@/parts/badges";
import { PageHeader } from "@/parts/PageHeader";
import { SkeletonLines } from "@/parts/Skeleton";
import { StockName } from "@/parts/StockName";

const route = getRouteApi("/predictions/$predictionId");

/** One forecast from its inputs to its settlement, read from top to bottom. */
export function PredictionPage() {
  const words = usePredictionWords();
  const { predictionId } = route.useParams();
  const found = useQuery(prediction(Number(predictionId)));
  return (
    <>
      <Answered
        query={found}
        heading={<PageHeader title={words.title} />}
        skeleton={<SkeletonLines count={12} size="h-16 w-full" />}
      >
        {(forecast) => (
          <>
            <ForecastHeader forecast={forecast} />
            <div className="grid gap-4">
              <InputSection forecast={forecast} />
              <EvidenceSection forecast={forecast} />
              <div className="grid items-start gap-4 lg:grid-cols-2">
                <AnswerSection forecast={forecast} />
                <SettlementSection forecast={forecast} />
              </div>
              {forecast.members.length > 0 && <MemberSection members={forecast.members} />}
              {forecast.language !== null && <LanguageSection language={forecast.language} forecast={forecast} />}
              {forecast.replays.length > 0 && <ReplaySection replays={forecast.replays} forecast={forecast} />}
              <ProvenanceSection forecast={forecast} />
              <OthersSection forecast={forecast} />
            </div>
          </>
        )}
      </Answered>
    </>
  );
}

function ForecastHeader({ forecast }: { forecast: PredictionDetail }) {
  const words = usePredictionWords();
  const common = useWords().common;
  return (
    <PageHeader
      title={words.of(forecast.name, forecast.session_date)}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StockName
            market={forecast.market}
            symbol={forecast.symbol}
            name={forecast.name}
            isSynthetic={forecast.is_synthetic}
          />
          <ModelName model={forecast.model} isFloor={forecast.is_floor} />
          <span>{common.horizonOf(forecast.horizon)}</span>
          <OriginBadge origin={forecast.origin} />
        </span>
      }
    />
  );
}
