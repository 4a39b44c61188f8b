import { useWords } from "@/i18n/words";
import { PageHeader } from "@/parts/PageHeader";
import { SkeletonLines } from "@/parts/Skeleton";

export function LoginPage() {
  const words = useWords().login;
  return (
    <>
      <PageHeader title={words.title} />
      <SkeletonLines count={8} />
    </>
  );
}
