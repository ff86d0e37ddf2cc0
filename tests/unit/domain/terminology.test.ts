import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTerminology } from '../../../electron/services/terminology.ts';
import type { FindingTerm } from '../../../electron/shared/terminology.ts';
import { pack } from '../services/reading-world.ts';
import { temporaryFolder } from '../store/parts.ts';

const { terms } = loadTerminology('resources');

test('the shipped terms: unambiguous words, every code with the context group it comes from', () => {
  expect(terms.length).toBeGreaterThanOrEqual(60);
  const words = terms.flatMap((term) => [term.label, ...term.synonyms]).map((word) => word.toLowerCase());
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  for (const term of terms) {
    expect(term.source, term.id).toMatch(term.code === null ? /no code/ : /PS3\.16 CID \d+/);
    if (term.code !== null) expect(['SCT', 'DCM']).toContain(term.code.scheme);
  }
});

test('every term leads up to a top without going in a circle', () => {
  const byId = new Map(terms.map((term) => [term.id, term]));
  for (const term of terms) {
    const path: string[] = [];
    for (let step: FindingTerm | undefined = term; step !== undefined; step = byId.get(step.parent ?? '')) {
      expect(path, term.id).not.toContain(step.id);
      path.push(step.id);
    }
  }
});

test("what the shipped pack looks for is a term, so that a reader's words can meet it", () => {
  const labels = new Set(terms.map(({ label }) => label));
  for (const output of pack().outputs) if (output.kind === 'score') expect(labels).toContain(output.label);
});

test.each([
  ['an id twice', [term('a'), term('a')]],
  ['a parent that does not exist', [term('a', 'b')]],
])('%s is refused', (_, broken) => {
  const resources = temporaryFolder();
  mkdirSync(join(resources, 'terminology'));
  const file = { schema: 'overread.terminology/1', version: '1', note: '', terms: broken };
  writeFileSync(join(resources, 'terminology', 'findings.json'), JSON.stringify(file));
  expect(() => loadTerminology(resources)).toThrow(/terminology/);
});

function term(id: string, parent: string | null = null): FindingTerm {
  return {
    id,
    label: id,
    region: 'any',
    parent,
    signOf: [],
    synonyms: [],
    lateral: false,
    code: null,
    source: 'x',
  };
}
