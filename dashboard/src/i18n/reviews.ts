/** What the review queue says. */
import { wordsOf } from "@/i18n/words";

const en = {
  title: "Reviews",
  lead: "Links between articles and stocks that the rules are not sure of. A review changes only forecasts made after it.",
  queue: "Links in doubt",
  about: "Is this about",
  kinds: { name: "by a name", ticker: "by a ticker", code: "by a code", alias: "by another name", cashtag: "by a cash-tag" },
  score: "score",
  confirm: "Confirm",
  reject: "Reject",
  verdicts: { confirmed: "Confirmed", rejected: "Rejected" },
  instead: { confirmed: "Undo: confirm it", rejected: "Undo: reject it" },
  saving: "saving",
  count: (n: number) => `${n} reviewed on this visit`,
  said: (verdict: string, stock: string) => `${verdict}: ${stock}.`,
  keys: { title: "Keys", move: "move", confirm: "confirm", reject: "reject", undo: "turn the last one around" },
  none: "Nothing waits for a review",
  noneHelp: "New articles bring new links. Those that the rules are sure of never come here.",
};

const ko: typeof en = {
  title: "검토",
  lead: "규칙이 확신하지 못한 기사와 종목의 연결입니다. 검토는 그 뒤에 만드는 예측에만 영향을 줍니다.",
  queue: "확실하지 않은 연결",
  about: "이 종목에 관한 기사인가요?",
  kinds: { name: "이름", ticker: "티커", code: "종목 코드", alias: "다른 이름", cashtag: "캐시태그" },
  score: "점수",
  confirm: "맞음",
  reject: "아님",
  verdicts: { confirmed: "맞음으로 검토함", rejected: "아님으로 검토함" },
  instead: { confirmed: "되돌리기: 맞음", rejected: "되돌리기: 아님" },
  saving: "저장하는 중",
  count: (n) => `이번 방문에서 ${n}개 검토`,
  said: (verdict, stock) => `${stock}: ${verdict}.`,
  keys: { title: "단축키", move: "이동", confirm: "맞음", reject: "아님", undo: "마지막 검토 되돌리기" },
  none: "검토할 연결이 없습니다",
  noneHelp: "새 기사가 들어오면 새 연결이 생깁니다. 규칙이 확신하는 연결은 여기에 오지 않습니다.",
};

export const useReviewsWords = wordsOf({ en, ko });
