/** Short names for the shapes of the generated schema. */
import type { components, paths } from "@/api/schema";

type Shapes = components["schemas"];

export type Session = Shapes["Session"];
export type User = Shapes["User"];
export type Market = Shapes["Market"];
export type Stock = Shapes["Stock"];
export type StockDetail = Shapes["StockDetail"];
export type ModelRecord = Shapes["ModelRecord"];
export type Bar = Shapes["Bar"];
export type Bars = Shapes["Bars"];
export type Article = Shapes["Article"];
export type Prediction = Shapes["Prediction"];
export type PredictionDetail = Shapes["PredictionDetail"];
export type Settlement = Shapes["Settlement"];
export type Evidence = Shapes["Evidence"];
export type Provenance = Shapes["Provenance"];
export type Comparison = Shapes["Comparison"];
export type ComparisonRow = Shapes["ComparisonRow"];
export type Figure = Shapes["Figure"];
export type Leader = Shapes["Leader"];
export type Badge = Shapes["Badge"];
export type Evaluations = Shapes["Evaluations"];
export type DailySeries = Shapes["DailySeries"];
export type Reliability = Shapes["Reliability"];
export type Stated = Shapes["Stated"];
export type Verdicts = Shapes["Verdicts"];
export type PairVerdict = Shapes["PairVerdict"];
export type VerdictDay = Shapes["VerdictDay"];
export type MemberWorth = Shapes["MemberWorth"];
export type NewEnsemble = Shapes["NewEnsemble"];
export type Model = Shapes["Model"];
export type Freshness = Shapes["Freshness"];
export type FailedPartition = Shapes["FailedPartition"];
export type Run = Shapes["Run"];
export type ProcessState = Shapes["ProcessState"];
export type Notification = Shapes["Notification"];
export type SourceHealth = Shapes["SourceHealth"];
export type UncertainLink = Shapes["UncertainLink"];
export type Verdict = Shapes["Review"]["verdict"];
export type NewStock = Shapes["NewStock"];
export type StockChange = Shapes["StockChange"];
export type NewAlias = Shapes["NewAlias"];
export type StockAlias = Shapes["StockAlias"];
export type NewModel = Shapes["NewModel"];
export type ModelChange = Shapes["ModelChange"];
export type Prompt = Shapes["Prompt"];
export type NewPrompt = Shapes["NewPrompt"];
export type AskedPreview = Shapes["AskedPreview"];
export type PromptPreview = Shapes["PromptPreview"];
export type Message = Shapes["Message"];
export type ModelPrice = Shapes["ModelPrice"];
export type NewModelPrice = Shapes["NewModelPrice"];
export type Change = Shapes["Change"];
export type AbTest = Shapes["AbTest"];
export type AbTestDetail = Shapes["AbTestDetail"];
export type AbEvidence = Shapes["AbEvidence"];
export type NewAbTest = Shapes["NewAbTest"];
export type Cost = Shapes["Cost"];
export type Budget = Shapes["Budget"];
export type Spent = Shapes["Spent"];
export type ModelWorth = Shapes["ModelWorth"];
export type Worths = Shapes["Worth"];
export type Passage = Shapes["Passage"];
export type LanguageAnswer = Shapes["LanguageAnswer"];
export type TypedAnswer = Shapes["TypedAnswer"];
export type Attempt = Shapes["Attempt"];
export type Replay = Shapes["Replay"];
export type Report = Shapes["Report"];
export type ReportContent = Shapes["ReportContent"];
export type ReportPrice = Shapes["ReportPrice"];

export type Direction = NonNullable<Prediction["direction"]>;
export type Origin = Prediction["origin"];
export type OutcomeClass = Prediction["outcome_class"];
export type Horizon = Prediction["horizon"];
export type Board = Evaluations["board"];
export type Window = Evaluations["window"];
export type Word = PairVerdict["verdict"];

/** The query parameters of a GET route. */
export type QueryOf<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Query } } }
  ? NonNullable<Query>
  : never;
