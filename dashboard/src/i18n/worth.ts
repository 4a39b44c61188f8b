/** What is said of the cost per correct call above the floor, and of contradictions, wherever they are shown. */
import { wordsOf } from "@/i18n/words";

const en = {
  perCall: "Cost per correct call above the floor",
  flips: "Flip rate",
  flipsHelp: "How often it called the other direction when asked the same again",
  notApplicable: "not applicable",
  nothingSettled: "nothing has settled in these days",
  noFloor: "no floor answered the same questions",
  notAbove: (floor: string, more: string) => `not right more often than ${floor} (${more})`,
  perCallHelp: "What one more correct call cost than the most that a floor had right on the same questions",
};

const ko: typeof en = {
  perCall: "기준선을 넘는 맞은 예측 하나의 비용",
  flips: "뒤집힘 비율",
  flipsHelp: "같은 질문을 다시 물었을 때 반대 방향을 말한 비율",
  notApplicable: "해당 없음",
  nothingSettled: "이 기간에 확정된 예측이 없습니다",
  noFloor: "같은 질문에 답한 기준선이 없습니다",
  notAbove: (floor, more) => `${floor}보다 더 많이 맞히지 않았습니다 (${more})`,
  perCallHelp: "같은 질문에서 기준선이 가장 많이 맞힌 수보다 하나 더 맞히는 데 든 비용",
};

export const useWorthWords = wordsOf({ en, ko });
