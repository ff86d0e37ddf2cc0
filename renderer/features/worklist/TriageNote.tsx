import type { TriageFinding } from '../../../electron/shared/triage.ts';
import { count } from '../../ui/words.ts';

/** What the order means, above the list. */
export function TriageNote({ positives, more }: { readonly positives: number; readonly more: boolean }) {
  return (
    <p className="wl-triage">
      <strong>
        {more ? `More than ${count(positives)}` : count(positives)}{' '}
        {positives === 1 && !more ? 'study' : 'studies'} with a positive AI result first,
      </strong>{' '}
      each part newest first: scores of different models cannot be compared. A study further down may hold
      what no model looks for. Reads that are begun from here say that the AI was shown. For research use, not
      for diagnosis.
    </p>
  );
}

const wholeWords = ({ modelId, modelVersion, words, score, threshold }: TriageFinding): string =>
  `${modelId} ${modelVersion}: ${words}, score ${score.toFixed(3)}${
    threshold === null ? '' : ` (balanced threshold ${threshold.toFixed(3)})`
  }`;

/** Score and model of the first, in the AI's own form (amber, dashed), and how many models more. */
export function TriageMark({ ai }: { readonly ai: readonly TriageFinding[] }) {
  const [first, ...more] = ai;
  if (first === undefined) return null;
  return (
    <span className="wl-ai" title={ai.map(wholeWords).join('\n')}>
      AI {first.score.toFixed(2)} {first.modelId}
      {more.length === 0 ? '' : ` +${more.length}`}
    </span>
  );
}

/** What was found, in the packs' own words. */
export function TriageWords({ ai }: { readonly ai: readonly TriageFinding[] }) {
  if (ai.length === 0) return null;
  const words = [...new Set(ai.map((one) => one.words))].join(', ');
  return (
    <span className="wl-ai-words" title={ai.map(wholeWords).join('\n')}>
      {words} ·{' '}
    </span>
  );
}
