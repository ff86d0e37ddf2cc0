import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadTerminology } from '../../../electron/services/terminology.ts';
import type { AnalyzeReport } from '../../../electron/shared/analysis.ts';
import { modelsListSchema } from '../../../electron/shared/command-line.ts';
import { ledgerFileSchema } from '../../../electron/shared/ledger.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { finish } from '../services/ledger-world.ts';
import { type ReadingWorld, radiograph } from '../services/reading-world.ts';
import { temporaryFolder } from '../store/parts.ts';
import { document, overread } from './overread-process.ts';

/** A data folder with studies of two months that are over, each read, settled and counted. */
function filled(): string {
  const data = join(temporaryFolder(), 'data');
  const store = openStore({ directory: data });
  const world = { store, reader: store.readers.create('Ada'), terminology: loadTerminology('resources') };
  for (let i = 0; i < 24; i++) {
    finish(world as ReadingWorld, {
      uid: `1.2.3.4.${i}`,
      ai: i % 2 === 0,
      score: i % 2 === 0 ? 0.8 : 0.1,
      reader: i % 4 === 0,
      verdict: 'reject',
      at: i < 12 ? '2026-01-10T00:00:00.000Z' : '2026-02-10T00:00:00.000Z',
    });
  }
  store.close();
  return data;
}

it('ledger: figures, a file, files merged, CSV, a rebuild with the same numbers', async () => {
  const data = filled();
  const folder = temporaryFolder();
  const first = await overread(['ledger', '--data', data, '--json']);
  expect(first.err).toBe('');
  expect([first.exit, document(first)]).toMatchObject([
    0,
    {
      site: 'this installation',
      minimumCases: 10,
      series: [
        {
          period: { from: '2026-01', to: '2026-02' },
          figures: { cases: 24, negatives: { fp: 6, tn: 12 }, positives: null },
        },
      ],
    },
  ]);
  const inWords = await overread(['ledger', '--data', data, '--model', 'chest-adult', '--to', '2026-01']);
  expect(inWords.out).toMatch(/chest-adult .* Tuberculosis .* 12 .*too few/);
  expect(inWords.out).toContain('For research use, not for diagnosis.');
  expect((await overread(['ledger', '--data', data, '--to', '2026-01-03'])).exit).toBe(2);

  const a = join(folder, 'a.json');
  const written = await overread(['ledger', 'export', '--data', data, '--out', a]);
  expect([written.exit, written.out]).toMatchObject([0, expect.stringContaining('Written')]);
  expect(statSync(a).mode & 0o077).toBe(0);
  const file = ledgerFileSchema.parse(JSON.parse(readFileSync(a, 'utf8')));
  expect((await overread(['ledger', 'export', '--data', data, '--out', a])).exit).toBe(1);
  expect((await overread(['ledger', 'merge', a, a])).err).toContain('count twice');
  const b = join(folder, 'b.json');
  writeFileSync(b, JSON.stringify({ ...file, parts: [{ ...file.parts[0], site: 'North' }] }));
  const out = join(folder, 'merged.json');
  const merged = await overread(['ledger', 'merge', a, b, '--out', out, '--json']);
  expect(document(merged)).toMatchObject({ series: [{ counts: { cases: 48, fp: 12, tn: 24 } }] });
  expect(ledgerFileSchema.parse(JSON.parse(readFileSync(out, 'utf8')))).toEqual(document(merged));

  const csv = join(folder, 'assess.csv');
  expect((await overread(['ledger', 'export', '--as', 'assess-ai', '--data', data, '--out', csv])).exit).toBe(
    0,
  );
  expect(readFileSync(csv, 'utf8')).toContain('"concordance"');

  expect(document(await overread(['ledger', 'rebuild', '--data', data, '--json']))).toEqual({ studies: 24 });
  expect(document(await overread(['ledger', '--data', data, '--json']))).toEqual(document(first));
  const store = openStore({ directory: data });
  const actions = store.audit.list(100, 0).map(({ action }) => action);
  store.close();
  for (const action of ['view-ledger', 'export-ledger', 'rebuild-ledger']) expect(actions).toContain(action);
}, 180_000);

it('models stop: it reads nothing any more and says why; models start: it reads again', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const image = join(folder, 'image.dcm');
  writeFileSync(image, radiograph('1.2.3.7.1.1', 0));
  expect((await overread(['import', image, '--data', data])).exit).toBe(0);
  const analyze = async (...what: string[]) => {
    const said = await overread(['analyze', ...what, '--model', 'chest-adult', '--data', data, '--json']);
    return (document(said) as AnalyzeReport)[0]?.results[0];
  };
  expect((await overread(['models', 'stop', 'chest-adult', '--data', data])).exit).toBe(2);
  const stop = await overread([
    'models',
    'stop',
    'chest-adult',
    '--reason',
    'Drift',
    '--data',
    data,
    '--json',
  ]);
  expect(document(stop)).toMatchObject({ id: 'chest-adult', version: null, stopped: true, reason: 'Drift' });
  const words = expect.stringMatching(/^This model was stopped at this site on 20\d\d-\d\d-\d\d: Drift$/);
  const stopped = await analyze('1.2.3.7');
  expect(stopped).toMatchObject({ status: 'abstained', reason: words, scores: [] });
  expect(await analyze(image)).toMatchObject({ status: 'abstained', reason: words });
  const listed = modelsListSchema.parse(
    document(await overread(['models', 'list', '--data', data, '--json'])),
  );
  expect(listed.find(({ id }) => id === 'chest-adult')?.stopped).toEqual(words);
  expect(listed.find(({ id }) => id === 'limb-fracture')?.stopped).toBeNull();
  const replay = await overread(['replay', stopped?.recordId ?? '', '--data', data, '--json']);
  expect(document(replay)).toMatchObject({
    verdict: 'not-possible',
    reason: expect.stringContaining('Nothing ran'),
  });
  expect(
    (await overread(['models', 'start', 'chest-adult', '--reason', 'Checked', '--data', data])).exit,
  ).toBe(0);
  expect(await analyze('1.2.3.7')).not.toMatchObject({ reason: words });
}, 180_000);
