import type { StudySeries } from './study-series.ts';

/** The stack on the image: description, what tells it from the series' other stacks, modality, body part. */
export function Subject({
  shown: { series, stack },
}: {
  readonly shown: Pick<StudySeries, 'series' | 'stack'>;
}) {
  const parts = [series.modality, series.bodyPart].filter((part) => part !== '');
  return (
    <>
      <div>{series.description}</div>
      {stack === null || stack.label === '' ? null : <div data-testid="stack-label">{stack.label}</div>}
      <div className="quiet">{parts.join(' · ')}</div>
    </>
  );
}
