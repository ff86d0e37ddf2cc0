import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readContext } from '../../../electron/domain/report-text/clinical-context.ts';
import type { Lexicon } from '../../../electron/domain/report-text/lexicon.ts';

type Flag = 'negated' | 'uncertain' | 'historical' | 'family';
interface Labelled extends Readonly<Record<Flag, boolean>> {
  readonly type: string;
  readonly words: string;
}
interface Case {
  readonly text: string;
  readonly entities: readonly Labelled[];
}

const FLAGS: readonly Flag[] = ['negated', 'uncertain', 'historical', 'family'];

/** Entities that are met in place (any overlap; anatomy only with anatomy), those too many and too few, and of the met ones how many have every flag right. */
export function measureContext(
  name: string,
  lexicon: Lexicon,
): { hits: number; alarms: number; misses: number; flags: number } {
  const path = join(import.meta.dirname, '../../fixtures/clinical-context', `${name}.jsonl`);
  const cases = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
  let [hits, alarms, misses, flags] = [0, 0, 0, 0];
  for (const { text, entities } of cases) {
    const left = readContext(text, lexicon);
    for (const one of entities) {
      const at = text.indexOf(one.words);
      const met = left.find(
        ({ start, end, type }) =>
          start < at + one.words.length && end > at && (type !== 'anatomy' || one.type === 'anatomy'),
      );
      if (met === undefined) {
        misses += 1;
        continue;
      }
      left.splice(left.indexOf(met), 1);
      hits += 1;
      if (FLAGS.every((flag) => met[flag] === one[flag])) flags += 1;
    }
    alarms += left.length;
  }
  return { hits, alarms, misses, flags };
}
