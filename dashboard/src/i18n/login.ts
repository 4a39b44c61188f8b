/** What the login page says. */
import { wordsOf } from "@/i18n/words";

const en = {
  title: "Log in",
  lead: "For what is personal or administrative. Everything else can be read without an account, where the installation allows it.",
  email: "E-mail",
  password: "Password",
  submit: "Log in",
  busy: "Logging in",
  wrong: "E-mail or password is wrong.",
  emailMissing: "Type the e-mail address of your account.",
  passwordMissing: "Type your password.",
  wait: (span: string) => `Too many attempts. Wait ${span}, then try again.`,
  noAccount: "An administrator makes accounts with: craveny user add",
  already: (email: string) => `Logged in as ${email}.`,
  goOn: "Go on",
};

const ko: typeof en = {
  title: "로그인",
  lead: "개인 기능과 관리 기능에 필요합니다. 설정이 허용하면 나머지는 계정 없이 볼 수 있습니다.",
  email: "이메일",
  password: "비밀번호",
  submit: "로그인",
  busy: "로그인하는 중",
  wrong: "이메일 또는 비밀번호가 맞지 않습니다.",
  emailMissing: "계정의 이메일 주소를 입력해 주세요.",
  passwordMissing: "비밀번호를 입력해 주세요.",
  wait: (span) => `시도가 너무 많습니다. ${span} 뒤에 다시 시도해 주세요.`,
  noAccount: "계정은 관리자가 만듭니다: craveny user add",
  already: (email) => `${email} 계정으로 로그인되어 있습니다.`,
  goOn: "계속하기",
};

export const useLoginWords = wordsOf({ en, ko });
