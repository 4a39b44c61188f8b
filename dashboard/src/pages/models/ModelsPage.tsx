import { useModelsWords } from "@/i18n/models";
import { useMarketCode } from "@/market";
import { DailySection } from "@/pages/models/DailySection";
import { IntervalSection } from "@/pages/models/IntervalSection";
import { LeaderSection } from "@/pages/models/LeaderSection";
import { MemberSection } from "@/pages/models/MemberSection";
import { ModelSection } from "@/pages/models/ModelSection";
import { PartChoice } from "@/pages/models/PartChoice";
import { PlotChips } from "@/pages/models/PlotChips";
import { ReliabilitySection } from "@/pages/models/ReliabilitySection";
import { ReportRecordSection } from "@/pages/models/ReportRecordSection";
import { ReturnSection } from "@/pages/models/ReturnSection";
import { VerdictSection } from "@/pages/models/VerdictSection";
import { isPart, useBoard } from "@/pages/models/board";
import { BoardChoice, HorizonChoice, MarketChoice, WindowChoice } from "@/parts/choices";
import { PageHeader } from "@/parts/PageHeader";

/** Every model on one board: its figures, whether its word can be taken, and what following it would have summed to. */
export function ModelsPage() {
  const words = useModelsWords();
  const board = useBoard();
  const { search, change } = board;
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        <MarketChoice value={useMarketCode()} onChoose={(market) => change({ market, sector: undefined, symbol: undefined })} />
        <BoardChoice value={search.board} onChoose={(chosen) => change({ board: chosen })} />
        <HorizonChoice value={search.horizon} onChoose={(horizon) => change({ horizon })} />
        <WindowChoice value={search.window} onChoose={(window) => change({ window })} />
        <PartChoice board={board} />
      </PageHeader>
      <div className="grid gap-4">
        <LeaderSection board={board} />
        <VerdictSection board={board} />
        <IntervalSection board={board} />
        <PlotChips board={board} />
        <ReliabilitySection board={board} />
        <ReturnSection board={board} />
        <DailySection board={board} />
        {!isPart(board) && <MemberSection board={board} />}
        {!isPart(board) && <ReportRecordSection board={board} />}
        <ModelSection />
      </div>
    </>
  );
}
