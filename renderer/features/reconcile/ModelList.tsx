import { CircleCheck, CircleSlash, TriangleAlert } from 'lucide-react';
import type { Comparison } from '../../../electron/shared/read.ts';
import { modelName } from '../../../electron/shared/model-name.ts';
import { shortNumber } from '../../viewer/format-measured.ts';
import { shownLabel } from '../../study/marks-of.ts';
import { resultWords } from './words.ts';

const ICONS = { completed: CircleCheck, abstained: CircleSlash, failed: TriangleAlert } as const;

/**
 * Each model with what it says of the study, its limits, and what is needed to run it again. Those that did not read it stand behind the
 * others, folded: most models are for other images.
 */
export function ModelList({ comparison }: { readonly comparison: Comparison }) {
  const abstained = comparison.results.filter(({ status }) => status === 'abstained');
  const others = comparison.results.filter(({ status }) => status !== 'abstained');
  const list = (results: Comparison['results']) => (
    <ul className="models">
      {results.map((result) => (
        <ModelResult key={result.model.id} result={result} comparison={comparison} />
      ))}
    </ul>
  );
  if (others.length === 0) return list(abstained);
  return (
    <>
      {list(others)}
      {abstained.length === 0 ? null : (
        <details className="models__abstained">
          <summary>
            {abstained.length === 1
              ? '1 model did not read this study'
              : `${abstained.length} models did not read this study`}
          </summary>
          {list(abstained)}
        </details>
      )}
    </>
  );
}

interface ModelResultProps {
  readonly result: Comparison['results'][number];
  readonly comparison: Comparison;
}

function ModelResult({ result, comparison }: ModelResultProps) {
  const { model } = result;
  const Icon = ICONS[result.status];
  const limits = comparison.limits.find(({ modelId }) => modelId === model.id)?.words ?? [];
  const notes = comparison.notes.find(({ modelId }) => modelId === model.id)?.words ?? [];
  const statements = comparison.statements.filter(({ modelId }) => modelId === model.id);
  return (
    <li className="model">
      <p className="model__name">
        <Icon size={14} aria-hidden /> <strong>{modelName(model)}</strong>{' '}
        {result.status === 'completed' ? resultWords(result) : null}
      </p>
      {result.status === 'completed' || statements.length > 0 ? null : <p>{resultWords(result)}</p>}
      {statements.map(({ words }) => (
        <p key={words}>{words}</p>
      ))}
      {notes.map((words) => (
        <p key={words}>{words}</p>
      ))}
      {result.scores.map((score) => (
        <p key={`${score.sopInstanceUID} ${score.frame} ${score.label}`} className="quiet">
          {shownLabel(comparison, model.id, score.label)}: score {score.score.toFixed(2)}
          {score.probability === undefined ? '' : ` · calibrated ${Math.round(score.probability * 100)} %`}
        </p>
      ))}
      {result.measurements.map((measured) => (
        <p key={`${measured.sopInstanceUID} ${measured.name}`} className="quiet">
          {measured.name}: {shortNumber(measured.value)} {measured.unit}
        </p>
      ))}
      {limits.length === 0 ? null : (
        <details>
          <summary>Limits of use</summary>
          <ul>
            {limits.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </details>
      )}
      <p className="quiet model__record">
        {result.device === 'remote' ? 'a server' : (result.device ?? 'nothing ran')}
        {result.recordId === null ? '' : ` · record ${result.recordId}`}
      </p>
    </li>
  );
}
