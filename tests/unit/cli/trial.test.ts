import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  type Figure,
  FIGURES,
  type TrialAnalysis,
  trialAnalysisSchema,
} from '../../../electron/shared/reader-study.ts';
import { findPython, runPython } from '../../fixtures/python.ts';
import { twentyCases } from '../../fixtures/reader-study/design.ts';
import { document, overread } from './overread-process.ts';

const SCRIPT = join(import.meta.dirname, '../../fixtures/reader-study/figures.py');
const STORED = join(import.meta.dirname, '../../fixtures/reader-study/figures.json');
const RJAFROC = join(import.meta.dirname, '../../fixtures/reader-study/rjafroc.json');
const R_SCRIPT = join(import.meta.dirname, '../../fixtures/reader-study/rjafroc.R');
/** Where R finds RJafroc (R_LIBS says where else it looks). */
const R = spawnSync('Rscript', ['-e', 'library(RJafroc)'], { stdio: 'ignore' }).status === 0;

interface RJafroc {
  readonly types: readonly string[];
  readonly wafroc: Readonly<Record<string, number>>;
  readonly auc: Readonly<Record<string, number>>;
}

/** With scikit-learn where there is one, else with numpy alone. */
const PYTHON = findPython(['numpy', 'sklearn']) ?? findPython(['numpy']);
/** As far as two computations of one figure may lie apart. */
const DIGITS = 9;

interface Independent {
  readonly sklearn: boolean;
  readonly readers: Record<string, Record<string, Record<string, number | [number, number, number]>>>;
  readonly differences: Record<Figure, [number, number, number][]>;
  readonly between: Record<string, (number | null)[]>;
  readonly within: (number | null)[];
}

describe('a reader study of twenty cases', () => {
  const folder = mkdtempSync(join(tmpdir(), 'overread-trial-'));
  const data = join(folder, 'data');
  let id = '';
  let analysis: TrialAnalysis;

  beforeAll(async () => {
    const file = join(folder, 'design.json');
    writeFileSync(file, JSON.stringify(twentyCases()));
    const created = await overread(['trial', 'create', file, '--data', data, '--json']);
    expect(created.err).toBe('');
    id = (document(created) as { id: string }).id;
    const simulated = await overread(['trial', 'simulate', id, '--seed', '11', '--data', data, '--json']);
    expect(document(simulated)).toEqual({ id, run: 1, seed: 11, reads: 160, simulated: true });
    analysis = trialAnalysisSchema.parse(
      document(await overread(['trial', 'analyze', id, '--data', data, '--json'])),
    );
  }, 120_000);

  it('says that its reads are made up, how many, and of how many cases', () => {
    expect(analysis).toMatchObject({
      simulated: true,
      simulation: { run: 1, seed: 11 },
      reads: { made: 160, expected: 160 },
      paired: { normal: 10, abnormal: 10 },
    });
    expect(analysis.notes[0]).toContain('made up');
  });

  it.skipIf(PYTHON === null)(
    'has the figures of an independent computation, to 1e-9',
    () => {
      const other = JSON.parse(
        runPython(PYTHON ?? '', [SCRIPT, join(data, 'overread.db'), id]),
      ) as Independent;
      analysis.readers.forEach(({ reader, arms, differences, kappaBetweenArms }, at) => {
        for (const arm of ['without-ai', 'with-ai'] as const) {
          const mine = arms[arm];
          const theirs = other.readers[reader]?.[arm];
          for (const figure of ['sensitivity', 'specificity'] as const) {
            const of = mine[figure];
            expectSame([of?.value, of?.low, of?.high], theirs?.[figure]);
          }
          for (const figure of ['auc', 'wafroc'] as const) expectSame([mine[figure]], [theirs?.[figure]]);
        }
        for (const figure of FIGURES) {
          const of = differences[figure];
          expectSame([of?.value, of?.low, of?.high], other.differences[figure][at]);
        }
        expectSame([kappaBetweenArms], [other.within[at]]);
      });
      for (const figure of FIGURES) {
        const of = analysis.mean.differences[figure];
        expectSame([of?.value, of?.low, of?.high], other.differences[figure].at(-1));
      }
      for (const arm of ['without-ai', 'with-ai'] as const) {
        expectSame(
          analysis.agreement[arm].pairs.map(({ kappa }) => kappa),
          other.between[arm],
        );
      }
    },
    120_000,
  );

  it('has the stored figures', () => {
    const stored = JSON.parse(readFileSync(STORED, 'utf8')) as unknown;
    expect(flat(figuresOf(analysis))).toHaveLength(flat(stored).length);
    expectSame(flat(figuresOf(analysis)), flat(stored));
  });

  it('exports a row a case, reader and arm, and the sheets for JAFROC, by codes alone', async () => {
    const out = join(folder, 'out');
    const csv = await overread(['trial', 'export', id, '--as', 'csv', '--data', data]);
    const lines = csv.out.trimEnd().split('\r\n');
    expect(lines).toHaveLength(161);
    expect(lines[0]).toBe(
      'case,reader,arm,session,position,truth,rating,called_abnormal,blind_rating,blind_called_abnormal,marks,lesions,lesions_marked,marks_elsewhere,simulated',
    );
    expect(lines.slice(1).every((line) => line.endsWith(',1'))).toBe(true);
    for (const format of ['jafroc', 'roc']) {
      const said = await overread([
        'trial',
        'export',
        id,
        '--as',
        format,
        '--out',
        out,
        '--data',
        data,
        '--json',
      ]);
      expect(document(said)).toMatchObject({ simulated: true, notes: [] });
    }
    const bytes = readFileSync(join(out, 'SIMULATED-jafroc.xlsx'));
    // A folder, at least, would say otherwise: one file is what RJafroc opens.
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  }, 60_000);

  it('has the figures that RJafroc makes of the workbooks, as they are stored', () => {
    expectRJafroc(JSON.parse(readFileSync(RJAFROC, 'utf8')) as RJafroc);
  });

  it.skipIf(!R)(
    `has the figures that RJafroc makes of the workbooks${R ? '' : ': SKIPPED, there is no R with RJafroc here'}`,
    () => {
      const files = ['jafroc', 'roc'].map((name) => join(folder, 'out', `SIMULATED-${name}.xlsx`));
      const said = execFileSync('Rscript', [R_SCRIPT, ...files], { encoding: 'utf8' });
      const figures = JSON.parse(said.trim().split('\n').at(-1) ?? '') as RJafroc;
      expect(figures.types).toEqual(['FROC', 'ROC']);
      expectRJafroc(figures);
    },
    120_000,
  );

  /** Rows are arms, columns readers, by the numbers of the workbook. */
  function expectRJafroc({ wafroc, auc }: RJafroc): void {
    analysis.readers.forEach(({ arms }, reader) => {
      for (const [arm, name] of (['without-ai', 'with-ai'] as const).entries()) {
        const cell = `trt${arm} rdr${reader}`;
        expectSame([arms[name].wafroc, arms[name].auc], [wafroc[cell], auc[cell]]);
      }
    });
  }

  it('gives the same reads for the same seed and others for another, and lists how far it is', async () => {
    const again = async (seed: string): Promise<string> => {
      await overread(['trial', 'simulate', id, '--seed', seed, '--data', data]);
      return (await overread(['trial', 'export', id, '--as', 'csv', '--data', data])).out;
    };
    const [first, same, other] = [await again('11'), await again('11'), await again('12')];
    expect(same).toBe(first);
    expect(other).not.toBe(first);
    const list = document(await overread(['trial', 'list', '--data', data, '--json']));
    expect(list).toMatchObject([{ id, name: 'Twenty cases', made: 0, expected: 160, locked: false }]);
    const verified = await overread(['audit', 'verify', '--data', data]);
    expect([verified.exit, verified.err]).toEqual([0, '']);
  }, 120_000);
});

/** Everything that was computed, without what differs from run to run. */
function figuresOf({ readers, mean, agreement }: TrialAnalysis): unknown {
  return { readers, mean, agreement };
}

/** The numbers of a document in its order of keys. */
function flat(value: unknown): (number | null)[] {
  if (value === null || typeof value === 'number') return [value];
  if (typeof value !== 'object') return [];
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, part]) => flat(part));
}

function expectSame(mine: readonly (number | null | undefined)[], theirs: unknown): void {
  const other = theirs as readonly (number | null | undefined)[];
  expect(mine).toHaveLength(other.length);
  mine.forEach((value, at) => {
    const of = other[at];
    if (value === null || of === null) expect(value).toBe(of);
    else expect(value).toBeCloseTo(of ?? Number.NaN, DIGITS);
  });
}
