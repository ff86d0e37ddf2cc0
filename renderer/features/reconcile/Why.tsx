import type { Comparison, ComparisonItem } from '../../../electron/shared/read.ts';
import { aiFindingOf, shownLabel } from '../../study/marks-of.ts';

interface WhyProps {
  readonly comparison: Comparison;
  readonly item: Exclude<ComparisonItem, { kind: 'reader-only' }>;
}

/** Why the model says this: the number against its thresholds, what the number means, what the map is, what it was trained on, where it fails. */
export function Why({ comparison, item }: WhyProps) {
  const finding = aiFindingOf(comparison, item);
  const about = comparison.about.find(({ modelId }) => modelId === item.modelId);
  const result = comparison.results.find(({ model }) => model.id === item.modelId);
  if (finding === undefined || about === undefined || result === undefined) return null;
  const points = about.operatingPoints[finding.label];
  const limits = comparison.limits.find(({ modelId }) => modelId === item.modelId)?.words ?? [];
  const hasMap = comparison.maps.some(({ modelId, kind }) => modelId === item.modelId && kind === 'heatmap');
  return (
    <details className="why">
      <summary>Why does the model say this?</summary>
      <dl>
        <dt>Score</dt>
        <dd>
          {finding.score.toFixed(3)} for {shownLabel(comparison, item.modelId, finding.label)}
          {points === undefined
            ? ''
            : `; counted from ${points.balanced.toFixed(3)} (balanced), from ${points['high-sensitivity'].toFixed(3)} where nothing shall be missed`}
        </dd>
        <dt>Probability</dt>
        <dd>
          {finding.probability === undefined
            ? 'Not calibrated: the score is no probability.'
            : `${Math.round(finding.probability * 100)} %, calibrated on images that were kept back; at another hospital it may be off.`}
        </dd>
        <dt>Map</dt>
        <dd>
          {hasMap
            ? 'Attention, not outline: the cells that raised the score (H shows it).'
            : 'The model gives none.'}
        </dd>
        <dt>Intended for</dt>
        <dd>{about.intendedUse}</dd>
        <dt>Trained on</dt>
        <dd>
          <ul>
            {about.data.length === 0 ? <li>Its maker does not say.</li> : null}
            {about.data.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </dd>
        <dt>Known limits</dt>
        <dd>
          <ul>
            {limits.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </dd>
      </dl>
    </details>
  );
}
