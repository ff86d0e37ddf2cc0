import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mergeLedgers } from '../../../electron/domain/ledger/merge-files.ts';
import { exportLedger, readLedgerFile } from '../../../electron/services/ledger/ledger-file.ts';
import { assessAiCsv } from '../../../electron/services/ledger/assess-ai.ts';
import { ledgerOverview, ledgerPage, type TellParts } from '../../../electron/services/ledger/ledger-page.ts';
import { startModel, stopModel } from '../../../electron/services/ledger/switch-model.ts';
import { NO_LEDGER_POLICY } from '../../../electron/shared/policy.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { temporaryFolder } from '../store/parts.ts';
import { finish, SERIES } from './ledger-world.ts';
import { modelResult, readingWorld, type ReadingWorld } from './reading-world.ts';

/** `count` studies of a month of which the model called every second; the reader marked those of the first two thirds that it called. */
function month(
  world: ReadingWorld,
  name: string,
  count: number,
  changes: { score?: number; maker?: string } = {},
): void {
  for (let i = 0; i < count; i++) {
    const ai = i % 2 === 0;
    finish(world, {
      uid: `1.2.3.${name.replace('-', '')}.${i}`,
      ai,
      score: changes.score ?? (ai ? 0.7 + (i % 5) / 20 : 0.05 + (i % 7) / 20),
      reader: ai && i % 3 !== 2,
      verdict: 'reject',
      at: `${name}-10T00:00:00.000Z`,
      header: {
        patientName: 'SECRET^NAME',
        patientID: 'SECRET-ID',
        manufacturer: changes.maker ?? 'Maker',
        scanner: { model: 'X1', station: 'SECRET-ROOM' },
        sex: i % 2 === 0 ? 'F' : 'M',
        age: 40 + (i % 3),
      },
    });
  }
}

const tell = ({ store }: ReadingWorld, changes: Partial<TellParts> = {}): TellParts => ({
  store,
  policy: { ...NO_LEDGER_POLICY, referenceCases: 20 },
  through: null,
  ...changes,
});

test('nine studies tell nothing, ten tell; the running month is not for the window', () => {
  const world = readingWorld();
  month(world, '2026-01', 9);
  const none = ledgerPage(tell(world), SERIES);
  expect(none).toMatchObject({
    period: null,
    figures: null,
    byMonth: [],
    byScanner: [],
    scores: [],
    calibration: null,
  });
  expect(ledgerOverview(tell(world)).summaries).toMatchObject([{ period: null, figures: null }]);
  month(world, '2026-02', 1);
  expect(ledgerPage(tell(world), SERIES).figures?.cases).toBe(10);
  expect(ledgerPage(tell(world), SERIES).period).toEqual({ from: '2026-01', to: '2026-02' });
  expect(ledgerPage(tell(world, { through: '2026-01' }), SERIES).figures).toBeNull();
});

test('the figures are those of the table, months are told of as blocks, and a period that cuts one leaves it out', () => {
  const world = readingWorld();
  month(world, '2026-01', 24);
  month(world, '2026-02', 6);
  month(world, '2026-03', 30);
  const page = ledgerPage(tell(world), SERIES);
  // Of every 6 studies the model calls 3, of which the reader has 2.
  expect(page.figures).toMatchObject({
    cases: 60,
    positives: { tp: 20, fn: 0 },
    negatives: { fp: 10, tn: 30 },
  });
  expect(page.figures?.specificity).toMatchObject({ value: 0.75, of: 40 });
  expect(page.figures?.blind).toMatchObject({ cases: 60 });
  expect(page.byMonth.map(({ from, to, figures }) => [from, to, figures.cases])).toEqual([
    ['2026-01', '2026-01', 24],
    ['2026-02', '2026-03', 36],
  ]);
  expect(ledgerPage(tell(world), { ...SERIES, from: '2026-01', to: '2026-02' }).figures?.cases).toBe(24);
  expect(ledgerPage(tell(world), { ...SERIES, from: '2026-03' }).figures).toBeNull();
  expect(page.auc).toBeGreaterThan(0.8);
  expect(page.scores.reduce((sum, { positives, negatives }) => sum + positives + negatives, 0)).toBe(60);
  expect(page.scores.every(({ positives, negatives }) => positives + negatives >= 10)).toBe(true);
  expect(page.calibration?.cases).toBe(60);
  expect(page.calibration?.bins.every(({ cases }) => cases >= 10)).toBe(true);
});

test('a scanner of too few studies is not told of, and not to be had from the total', () => {
  const world = readingWorld();
  month(world, '2026-01', 24);
  month(world, '2026-02', 12, { maker: 'Second' });
  month(world, '2026-03', 4, { maker: 'Third' });
  month(world, '2026-04', 24);
  const page = ledgerPage(tell(world), SERIES);
  expect(page.byScanner.map(({ scanner, figures }) => [scanner.manufacturer, figures.cases])).toEqual([
    ['Maker', 48],
  ]);
  expect(page.otherScanners).toBe(16);
});

test('scores that move are an alert; scores that do not are none', () => {
  const steady = readingWorld();
  for (const name of ['2026-01', '2026-02', '2026-03']) month(steady, name, 40);
  const { drift } = ledgerPage(tell(steady), SERIES);
  expect(drift.reference).toEqual({ from: '2026-01', to: '2026-01', cases: 40 });
  expect(drift.points).toMatchObject([{ alerts: [], scores: 0, distance: 0 }, { alerts: [] }]);
  const moving = readingWorld();
  month(moving, '2026-01', 40);
  month(moving, '2026-02', 40, { score: 0.99 });
  const [summary] = ledgerOverview(tell(moving)).summaries;
  expect(summary?.alert).toMatchObject({ from: '2026-02', alerts: ['scores'] });
});

test('a file tells no patient, study, reader, station or day, and two files add up', () => {
  const world = readingWorld();
  month(world, '2026-01', 24);
  const other = readingWorld();
  month(other, '2026-01', 30);
  const [a, b] = [
    exportLedger({ ...tell(world), build: '0.1.0' }),
    exportLedger({ ...tell(other, { policy: { ...NO_LEDGER_POLICY, site: 'North' } }), build: '0.1.0' }),
  ];
  const text = JSON.stringify(a);
  for (const word of ['SECRET', '1.2.3.', world.reader.id, 'R. Reader', 'record-', '2026-01-10'])
    expect(text).not.toContain(word);
  const merged = mergeLedgers([a, b]);
  expect(merged).toEqual(mergeLedgers([b, a]));
  expect(merged.series[0]?.counts).toMatchObject({ cases: 54, tp: 18, fp: 9, tn: 27 });
  expect(merged.series[0]?.scanners[0]?.counts.cases).toBe(54);
  // What was merged can be merged again, and knows what is in it.
  expect(() => mergeLedgers([merged, a])).toThrow(expect.objectContaining({ code: 'ledger-overlap' }));
  expect(() => mergeLedgers([a, a])).toThrow(/this installation.*twice/);
  const folder = temporaryFolder();
  const path = join(folder, 'a.json');
  writeFileSync(path, text);
  expect(readLedgerFile(path)).toEqual(a);
  for (const [broken, words] of [
    [{ ...a, schema: 'overread.ledger/2' }, /overread.ledger\/2/],
    [{ ...a, patients: [] }, /damaged or was changed/],
    [{ ...a, series: [{ ...a.series[0], counts: { ...a.series[0]?.counts, tp: -1 } }] }, /counts.tp/],
  ] as const) {
    writeFileSync(path, JSON.stringify(broken));
    expect(() => readLedgerFile(path)).toThrow(words);
  }
});

test('the CSV for a registry has lines of groups, none too small, and no identifier', () => {
  const world = readingWorld();
  month(world, '2026-01', 60);
  const { csv, withheld } = assessAiCsv(tell(world));
  const lines = csv.trim().split('\r\n');
  expect(lines[0]).toContain('"ai_result","report_result","concordance"');
  const cases = lines.slice(1).map((line) => Number(line.match(/"(\d+)"$/)?.[1]));
  expect(cases.reduce((sum, one) => sum + one, 0) + withheld).toBe(60);
  expect(csv).not.toContain('SECRET');
  expect(csv).toContain('"positive","negative","discordant"');
});

test('a model that is stopped says so beside what it gave, and runs again once it is started', () => {
  const world = readingWorld();
  month(world, '2026-01', 10);
  const { store, clock, reader } = world;
  const { version } = modelResult().model;
  const packs = {
    onShelf: () => [
      {
        id: 'chest-adult',
        version,
        directory: '',
        origin: 'built-in' as const,
        runs: true,
        manifest: null,
        signature: null,
        error: null,
      },
    ],
  };
  const request = {
    store,
    packs,
    clock,
    named: 'chest-adult',
    reason: 'Misses pleural effusions',
    actor: 'operator',
  };
  expect(() => stopModel({ ...request, named: 'chest-aduld' })).toThrow(
    expect.objectContaining({ code: 'model-unknown' }),
  );
  expect(() => stopModel({ ...request, reason: ' ' })).toThrow(
    expect.objectContaining({ code: 'reason-missing' }),
  );
  expect(() => startModel(request)).toThrow(expect.objectContaining({ code: 'model-not-stopped' }));
  stopModel(request);
  const words = 'This model was stopped at this site on 2026-11-23: Misses pleural effusions';
  expect(ledgerPage(tell(world), SERIES).stopped).toBe(words);
  const notes = () => revealComparison(world, '1.2.3.202601.0', reader.id).notes.flatMap((one) => one.words);
  expect(notes()).toEqual([`${words}. This result is from before.`]);
  expect(() => startModel({ ...request, named: `chest-adult@${version}` })).toThrow(
    /All versions of chest-adult are stopped together/,
  );
  startModel(request);
  expect(ledgerPage(tell(world), SERIES).stopped).toBeNull();
  expect(notes()).toEqual([]);
  expect(store.audit.list(10, 0).map(({ action }) => action)).toContain('stop-model');
  expect(store.audit.verify().brokenAt).toBeNull();
});
