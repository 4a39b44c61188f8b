import { useWords } from "@/i18n/words";
import { PageHeader } from "@/parts/PageHeader";
import { SkeletonLines } from "@/parts/Skeleton";

export function StockPage() {
  const words = useWords().stock;
  return (
    <>
      <PageHeader title={words.title} />
      <SkeletonLines count={8} />
    </>
  );
}
