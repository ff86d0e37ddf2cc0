import { expect, test } from 'vitest';
import type { LesionReads } from '../../../electron/services/lesion-reads.ts';
import { namesOf } from '../../../electron/services/response-facts.ts';
import { readerFinding } from './reading-world.ts';

test('no two lesions have one name, whatever their reader called them: sums find them by it', () => {
  const names = (...called: readonly (readonly [label: string, organ: string])[]): string[] => {
    const findings = called.map(([label], at) => readerFinding({ id: `f${at}`, label }));
    const reads = { readOf: () => ({ content: { findings } }) } as unknown as LesionReads;
    return namesOf(
      reads,
      '1.2.3',
      called.map(([, organ], at) => ({ findingId: `f${at}`, organ })),
    );
  };
  expect(names(['Nodule', 'lung'], ['Mass', ''])).toEqual(['Nodule', 'Mass']);
  expect(names(['Nodule', 'lung'], ['Nodule', 'liver'])).toEqual(['Nodule, lung', 'Nodule, liver']);
  expect(names(['Nodule', ''], ['Nodule', ''], ['Nodule 1', ''])).toEqual([
    'Nodule 2',
    'Nodule 3',
    'Nodule 1',
  ]);
});
