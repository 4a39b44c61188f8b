/** What the predictions page says. */
import { wordsOf } from "@/i18n/words";

const en = {
  title: "Predictions",
  lead: "What each model said of each stock, and how it came out.",
  filters: "Filters",
  view: "View",
  views: { table: "Compare as a table", cards: "Compare as cards", list: "List" },
  from: "From session",
  to: "To session",
  newest: "newest",
  any: "any",
  answer: "Answer",
  status: "Status",
  sort: "Order",
  sorts: { newest: "newest first", oldest: "oldest first", confident: "most confident first" },
  symbol: "Symbol",
  chips: "Models to compare",
  csv: "Download CSV",
  api: "API answer",
  none: "No forecast matches",
  noneHelp: "Choose another session or clear the filters.",
  question: (day: string, horizon: string) => `Session ${day}, ${horizon}`,
  shown: (n: number) => (n === 1 ? "1 row shown" : `${n} rows shown`),
  open: (name: string) => `Open the forecast of ${name}`,
};

const ko: typeof en = {
  title: "예측",
  lead: "모델마다 종목을 어떻게 보았고 결과가 어땠는지 보여 줍니다.",
  filters: "필터",
  view: "보기",
  views: { table: "표로 비교", cards: "카드로 비교", list: "목록" },
  from: "시작 거래일",
  to: "끝 거래일",
  newest: "최근",
  any: "모두",
  answer: "답",
  status: "상태",
  sort: "순서",
  sorts: { newest: "최신순", oldest: "오래된순", confident: "확신도순" },
  symbol: "종목 코드",
  chips: "비교할 모델",
  csv: "CSV 내려받기",
  api: "API 응답",
  none: "맞는 예측이 없습니다",
  noneHelp: "다른 거래일을 고르거나 필터를 지워 주세요.",
  question: (day, horizon) => `거래일 ${day}, ${horizon}`,
  shown: (n) => `${n}행 표시`,
  open: (name) => `${name} 예측 열기`,
};

export const usePredictionsWords = wordsOf({ en, ko });
