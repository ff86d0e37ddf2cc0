import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FollowedLesion, LesionMark } from '../../../../electron/domain/change/response-cells.ts';
import { type CourseTime, responseTable } from '../../../../electron/domain/change/response-table.ts';
import { responseCells, responseLines } from '../../../../electron/domain/change/response-words.ts';
import { csvLines } from '../../../../electron/domain/csv.ts';
import type { LesionState, TimePoint } from '../../../../electron/shared/response.ts';
import { findPython, runPython } from '../../../fixtures/python.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/response');
const STORED = readFileSync(join(FIXTURES, 'figures.json'), 'utf8');

interface Drawn {
  readonly kinds: readonly ('extranodal' | 'node')[];
  readonly diameters: readonly (readonly (number | null)[])[];
  readonly given: readonly {
    readonly nonTargets: readonly ('gone' | 'present' | 'not-assessed')[];
    readonly progression: boolean;
    readonly newLesions: TimePoint['newLesions'];
  }[];
  readonly expected: {
    readonly baseline: number | null;
    readonly times: readonly Record<string, number | string | null>[];
  };
}

const figures = JSON.parse(STORED) as { readonly drawn: readonly Drawn[] };

const mark = (mm: number, id = `m${mm}`): LesionMark => ({
  findingId: id,
  size: { long: mm, short: mm },
  unmeasured: '',
});
const lesion = (
  label: string,
  marks: readonly (readonly LesionMark[])[],
  kind: FollowedLesion['kind'] = 'extranodal',
): FollowedLesion => ({ findingId: label, label, kind, organ: 'liver', marks });
const times = (...stated: (Partial<TimePoint> | null)[]): CourseTime[] =>
  [null, ...stated].map((one, at) => ({
    studyInstanceUID: `1.${at}`,
    date: `2026-0${at + 1}-01`,
    modality: 'CT',
    draft: false,
    stated: one === null ? null : { lesions: [], progression: false, newLesions: 'none', ...one },
    thicknesses: [2],
  }));

/** A drawn course as marks and statements. */
function tableOf({ kinds, diameters, given }: Drawn) {
  const others = given[0]?.nonTargets.length ?? 0;
  const targets = kinds.map((kind, row) =>
    lesion(
      `t${row}`,
      diameters.map((values, at) => {
        const mm = values[row] ?? null;
        return mm === null || (mm === 0 && at > 0) ? [] : [mark(mm, `t${row}`)];
      }),
      kind,
    ),
  );
  const nonTargets = Array.from({ length: others }, (_one, row) =>
    lesion(`n${row}`, [[mark(12, `n${row}`)], ...given.map(() => [])]),
  );
  const stated = given.map(({ nonTargets: states, progression, newLesions }, at) => ({
    progression,
    newLesions,
    lesions: [
      ...kinds.flatMap((_kind, row) =>
        diameters[at + 1]?.[row] === 0 ? [{ findingId: `t${row}`, state: 'gone' as LesionState }] : [],
      ),
      ...states.map((state, row) => ({ findingId: `n${row}`, state: state as LesionState })),
    ],
  }));
  return responseTable(times(...stated), targets, nonTargets);
}

describe('figures that a program in Python computed in exact fractions', () => {
  test.each(figures.drawn.map((drawn, index) => [index, drawn] as const))('course %i', (_index, drawn) => {
    const [base, ...later] = tableOf(drawn).times;
    if (drawn.expected.baseline === null) expect(drawn.kinds).toEqual([]);
    else expect(base?.sum).toBeCloseTo(drawn.expected.baseline, 9);
    expect(later).toHaveLength(drawn.expected.times.length);
    for (const [at, expected] of drawn.expected.times.entries()) {
      const made = later[at] ?? expect.fail('no time');
      const told: Record<string, number | string | null> = {
        sum: made.sum,
        nadir: made.nadir,
        fromBaseline: made.percentFromBaseline,
        fromNadir: made.percentFromNadir,
        mmFromNadir: made.mmFromNadir,
        target: made.target,
        nonTarget: made.nonTarget,
        overall: made.overall,
      };
      for (const [name, value] of Object.entries(expected)) {
        if (typeof value === 'number') expect(told[name], `${name} at ${at}`).toBeCloseTo(value, 9);
        else expect(told[name], `${name} at ${at}`).toBe(value);
      }
    }
  });

  const python = findPython(['json']);
  test.skipIf(python === null)('the stored ones are what it prints', () => {
    expect(JSON.parse(runPython(python ?? '', [join(FIXTURES, 'figures.py')]))).toEqual(JSON.parse(STORED));
  });
});

describe('what is missing is not evaluable, and what contradicts itself too', () => {
  const base = [mark(20)];
  test('a lesion that is neither marked nor stated: the words name it', () => {
    const { times: made } = responseTable(times({}), [lesion('Liver', [base, []])], []);
    expect(made[1]).toMatchObject({ target: 'NE', overall: 'NE', sum: null, percentFromBaseline: null });
    expect(made[1]?.targetWords).toContain('Liver: No mark is linked with it');
  });

  test('a mark without millimetres: the words say why', () => {
    const bare = { findingId: 'm', size: null, unmeasured: 'The file states no pixel spacing.' };
    const { times: made } = responseTable(times({}), [lesion('Liver', [base, [bare]])], []);
    expect(made[1]).toMatchObject({ overall: 'NE', targetWords: 'Liver: The file states no pixel spacing.' });
  });

  test('new lesions that nobody stated: not evaluable, unless something progresses', () => {
    const of = (mm: number) =>
      responseTable(times({ newLesions: null }), [lesion('Liver', [base, [mark(mm)]])], []).times[1];
    expect(of(10)).toMatchObject({ target: 'PR', overall: 'NE' });
    expect(of(10)?.overallWords).toContain('new lesions was not stated');
    expect(of(30)).toMatchObject({ target: 'PD', overall: 'PD' });
    expect(responseTable(times(null), [lesion('Liver', [base, [mark(10)]])], []).times[1]).toMatchObject({
      overall: 'NE',
      newLesions: null,
    });
  });

  test('stated as gone and measured', () => {
    const gone = { lesions: [{ findingId: 'Liver', state: 'gone' as const }] };
    const { targets, times: made } = responseTable(times(gone), [lesion('Liver', [base, [mark(9)]])], []);
    expect(targets[0]?.cells[1]).toMatchObject({ state: 'contradicts', mm: null });
    expect(made[1]?.overall).toBe('NE');
  });

  test('a target without a size at baseline: no time is evaluable', () => {
    const { times: made } = responseTable(times({}), [lesion('Liver', [[], [mark(9)]])], []);
    expect(made.map(({ sum, target }) => [sum, target])).toEqual([
      [null, null],
      [null, 'NE'],
    ]);
  });
});

describe('lesions that divide, merge, go and come back', () => {
  test('parts of one lesion are added, marks of a node are not', () => {
    const parts = [mark(8, 'a'), mark(7, 'b')];
    const made = (kind: 'extranodal' | 'node') =>
      responseTable(times({}), [lesion('L', [[mark(20)], parts], kind)], []).targets[0]?.cells[1];
    expect(made('extranodal')).toEqual({ state: 'measured', mm: 15, words: 'Sum of 2 parts.' });
    expect(made('node')).toMatchObject({ state: 'contradicts', mm: null });
  });

  test('two that have merged count once', () => {
    const one = [mark(44, 'merged')];
    const { targets, times: made } = responseTable(
      times({}),
      [lesion('A', [[mark(20, 'a')], one]), lesion('B', [[mark(18, 'b')], one])],
      [],
    );
    expect(targets[1]?.cells[1]).toEqual({ state: 'merged', mm: 0, words: 'Merged with A: counted there.' });
    expect(made[1]).toMatchObject({ sum: 44, target: 'SD' });
  });

  test('one that has divided and merged in part counts each mark once, in whichever order they stand', () => {
    const parts = [mark(12, 'own'), mark(30, 'merged')];
    const [a, b] = [
      lesion('A', [[mark(20, 'a')], parts]),
      lesion('B', [[mark(18, 'b')], [mark(30, 'merged')]]),
    ];
    const first = responseTable(times({}), [a, b], []);
    const last = responseTable(times({}), [b, a], []);
    expect([first, last].map(({ times: made }) => made[1]?.sum)).toEqual([42, 42]);
    expect(last.targets[1]?.cells[1]).toEqual({
      state: 'measured',
      mm: 12,
      words: 'Without what merged with B: counted there.',
    });
  });

  test('back after a complete response is progression; back beside others counts by its size', () => {
    const gone = (findingId: string) => ({ lesions: [{ findingId, state: 'gone' as const }] });
    const alone = responseTable(times(gone('A'), {}), [lesion('A', [[mark(20)], [], [mark(4)]])], []);
    expect(alone.times.map(({ overall }) => overall)).toEqual([null, 'CR', 'PD']);
    const pair = responseTable(
      times(gone('A'), {}),
      [lesion('A', [[mark(20, 'a')], [], [mark(4, 'a')]]), lesion('B', [[mark(30)], [mark(30)], [mark(30)]])],
      [],
    );
    expect(pair.times.map(({ sum, target }) => [sum, target])).toEqual([
      [50, null],
      [30, 'PR'],
      // 4 mm more than the nadir.
      [34, 'PR'],
    ]);
  });

  test('seen and too small to measure is 5 mm', () => {
    const small = { lesions: [{ findingId: 'A', state: 'too-small' as const }] };
    const { times: made } = responseTable(times(small), [lesion('A', [[mark(20)], []])], []);
    expect(made[1]).toMatchObject({ sum: 5, target: 'PR' });
  });

  test('a non-target node below 10 mm is gone though it is marked', () => {
    const of = (mm: number) =>
      responseTable(times({}), [], [lesion('N', [[mark(12)], [mark(mm)]], 'node')]).times[1];
    expect(of(9)).toMatchObject({ target: 'none', nonTarget: 'CR', overall: 'CR' });
    expect(of(11)).toMatchObject({ nonTarget: 'non-CR/non-PD', overall: 'non-CR/non-PD' });
  });
});

test('what strains the rules is told with its source: another method, other slices, after progression, a new lesion that is no more', () => {
  const base = times({ newLesions: 'unequivocal' }, {});
  const changed = base.map((time, at) => (at === 2 ? { ...time, modality: 'MR', thicknesses: [6] } : time));
  const { times: made } = responseTable(changed, [lesion('A', [[mark(20)], [mark(20)], [mark(20)]])], []);
  expect(made[1]).toMatchObject({ overall: 'PD', overallWords: expect.stringContaining('new lesion') });
  expect(made[2]?.warnings.map(({ words }) => words)).toEqual([
    'MR here, CT at baseline: the same method of assessment is asked for.',
    'Slices of 6 mm here, of 2 mm at baseline: the same technique is asked for.',
    'Progression was reached on 2026-02-01: a later category does not undo it.',
    'A new lesion was stated on 2026-02-01, and not here: new means not there at baseline.',
  ]);
  for (const { source } of made[2]?.warnings ?? []) expect(source).toContain('Eisenhauer 2009, section');
});

test('an equivocal new lesion counts as none, and the words say from when progression would date', () => {
  const { times: made } = responseTable(
    times({ newLesions: 'equivocal' }),
    [lesion('A', [[mark(20)], [mark(10)]])],
    [],
  );
  expect(made[1]).toMatchObject({ overall: 'PR' });
  expect(made[1]?.overallWords).toContain('progression dates from this study');
});

test('the lines of a report, and the table as CSV whose numbers are numbers', () => {
  const table = responseTable(
    times({}, { newLesions: 'unequivocal' }),
    [lesion('=Liver', [[mark(40)], [mark(26)], [mark(30)]])],
    [],
  );
  expect(responseLines(table, '1.1')).toEqual([
    'Target lesions (RECIST 1.1): =Liver long axis 26.0 mm (baseline 40.0 mm).',
    'Sum of diameters 26.0 mm; baseline of 2026-01-01 40.0 mm (−35.0 %); nadir 40.0 mm (−35.0 %, −14.0 mm).',
    'Response by RECIST 1.1: target lesions PR, new lesions none; overall PR (partial response). Sizes are those that the reader states, else extents of marks.',
  ]);
  expect(responseLines(table, '1.0')).toEqual([
    'Target lesions (RECIST 1.1): =Liver long axis 40.0 mm.',
    'Sum of diameters at baseline 40.0 mm.',
  ]);
  expect(responseLines(table, '1.9')).toEqual([]);
  const torn = responseTable(times({}), [lesion('A', [[mark(20)], []])], []);
  expect(responseLines(torn, '1.1')[1]).toBe('Sum of diameters incomplete: A not measured.');
  const csv = csvLines(responseCells(table)).split('\r\n');
  expect(csv[0]).toBe('"role","name","organ","what","unit","2026-01-01","2026-02-01","2026-03-01"');
  expect(csv).toContain(`"target","'=Liver","liver","long axis","mm",40,26,30`);
  expect(csv).toContain('"course","targets","","change from baseline","%","",-35,-25');
  expect(csv).toContain('"course","overall","","response","","","PR","PD"');
});
