import { compareFindings } from '../domain/comparison.ts';
import type { ModelView } from '../domain/comparison-words.ts';
import type { ImageSides } from '../domain/matching.ts';
import type { Terms } from '../domain/terms.ts';
import type { InferenceRecord } from '../shared/analysis.ts';
import type { Assessment, Comparison, Read } from '../shared/read.ts';

interface Sources {
  readonly terms: Terms;
  readonly sides: (sopInstanceUID: string) => ImageSides | null;
  readonly record: (recordId: string) => InferenceRecord | undefined;
  readonly view: (record: InferenceRecord) => ModelView;
}

/**
 * Judgements of lines that are not in the comparison any more, since a model has run again (other facts were stated, say). What a reader
 * was shown and said of it stays on the record: each with the words that its line had, made anew from the result that was judged.
 */
export function earlierJudgements(
  read: Read,
  assessments: readonly Assessment[],
  items: Comparison['items'],
  sources: Sources,
): Comparison['earlier'] {
  const current = new Set(items.map(({ id }) => id));
  const latest = new Map(assessments.map((assessment) => [assessment.itemId, assessment]));
  return [...latest.values()]
    .filter(({ itemId }) => !current.has(itemId))
    .map((assessment) => ({ ...lineOf(read, assessment.itemId, sources), assessment }));
}

/** Item ids are made in `domain/comparison.ts`: ai~RECORD~FINDING, agree~READER FINDING~RECORD~FINDING, reader~READER FINDING~RECORDS. */
function lineOf(
  read: Read,
  itemId: string,
  { terms, sides, record, view }: Sources,
): { words: string; model: string | null; madeAt: string | null } {
  const [kind, second = '', third = ''] = itemId.split('~');
  const { findings } = read.content;
  if (kind === 'reader') {
    const label = findings.find(({ id }) => id === second)?.label ?? 'a finding';
    return { words: `You only: ${label}, beside an earlier result`, model: null, madeAt: null };
  }
  const judged = record(kind === 'ai' ? second : third);
  if (judged === undefined) {
    return { words: 'A line of a result that is not here any more', model: null, madeAt: null };
  }
  const item = compareFindings(findings, [view(judged)], terms, sides).find(({ id }) => id === itemId);
  return {
    words: item?.words ?? 'A line of an earlier result',
    model: `${judged.model.id} ${judged.model.version}`,
    madeAt: judged.createdAt,
  };
}
