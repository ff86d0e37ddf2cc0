import type { SeriesDetail } from '../../electron/shared/study.ts';

/** The series on the image: modality, description, body part. */
export function Subject({ series }: { readonly series: SeriesDetail }) {
  const parts = [series.modality, series.bodyPart].filter((part) => part !== '');
  return (
    <>
      <div>{series.description}</div>
      <div className="quiet">{parts.join(' · ')}</div>
    </>
  );
}
