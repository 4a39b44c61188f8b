/** What pages say on which something can be changed. */
import { wordsOf } from "@/i18n/words";

const en = {
  needs: (role: string) => `This page needs the role ${role}`,
  guest: "Nobody is logged in. Log in with an account that has this role.",
  asking: (email: string, role: string) => `${email} has the role ${role}. Ask an administrator for an account that has it.`,
  notDone: "Not done.",
  cancel: "Cancel",
  saved: "Saved",
  saving: "Saving",
};

const ko: typeof en = {
  needs: (role) => `이 페이지에는 ${role} 권한이 필요합니다`,
  guest: "로그인하지 않았습니다. 이 권한이 있는 계정으로 로그인해 주세요.",
  asking: (email, role) => `${email} 계정의 권한은 ${role}입니다. 관리자에게 권한이 있는 계정을 요청해 주세요.`,
  notDone: "처리되지 않았습니다.",
  cancel: "취소",
  saved: "저장됨",
  saving: "저장하는 중",
};

export const useFormsWords = wordsOf({ en, ko });
