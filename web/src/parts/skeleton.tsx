import { useWorkTexts } from './texts.ts';

/** Where a list or a page will be. */
export function Skeleton({ lines = 5 }: { readonly lines?: number }) {
  const t = useWorkTexts();
  return (
    <div className="skeleton" role="status" aria-label={t.loading}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} />
      ))}
    </div>
  );
}
