import {
  RESPONSE_NAMES,
  type ResponseTable,
  type ResponseTime,
  type TargetCell,
} from '../../shared/response.ts';

/** One time of a course in lines for a report: measurements, sum, change, response; of the baseline its targets and their sum. None where it is not in the course. */
export function responseLines(table: ResponseTable | null, studyInstanceUID: string): string[] {
  if (table === null) return [];
  const at = table.times.findIndex((time) => time.studyInstanceUID === studyInstanceUID);
  const [time, baseline] = [table.times[at], table.times[0]];
  if (time === undefined || baseline === undefined) return [];
  const sizes = table.targets.map(({ label, kind, cells }) => {
    const axis = kind === 'node' ? 'short axis' : 'long axis';
    const [now, then] = [cells[at], cells[0]];
    const before = at === 0 || then === undefined ? '' : ` (baseline ${cellWords(then)})`;
    return `${label} ${axis} ${now === undefined ? 'not assessed' : cellWords(now)}${before}`;
  });
  const targets = sizes.length === 0 ? [] : [`Target lesions (RECIST 1.1): ${sizes.join('; ')}.`];
  // What to do about it is for the screen, not for a report.
  const missing = table.targets.filter(({ cells }) => cells[at]?.mm == null).map(({ label }) => label);
  if (at === 0)
    return [...targets, ...(time.sum === null ? [] : [`Sum of diameters at baseline ${mm(time.sum)}.`])];
  return [
    ...targets,
    ...(time.target === 'none' ? [] : [sumWords(time, baseline, missing)]),
    categoryWords(time),
  ];
}

function sumWords(time: ResponseTime, { date, sum }: ResponseTime, missing: readonly string[]): string {
  if (time.sum === null)
    return missing.length === 0
      ? `Sum of diameters incomplete. ${time.targetWords}`
      : `Sum of diameters incomplete: ${missing.join(', ')} not measured.`;
  const parts = [
    `Sum of diameters ${mm(time.sum)}`,
    ...(sum === null ? [] : [`baseline of ${date} ${mm(sum)}${percentWords(time.percentFromBaseline)}`]),
    ...(time.nadir === null
      ? []
      : [`nadir ${mm(time.nadir)}${percentWords(time.percentFromNadir, time.mmFromNadir ?? undefined)}`]),
  ];
  return `${parts.join('; ')}.`;
}

function categoryWords(time: ResponseTime): string {
  const parts = [
    ...(time.target === null || time.target === 'none' ? [] : [`target lesions ${time.target}`]),
    ...(time.nonTarget === null || time.nonTarget === 'none' ? [] : [`non-target lesions ${time.nonTarget}`]),
    `new lesions ${time.newLesions ?? 'not stated'}`,
  ];
  const overall = time.overall ?? 'NE';
  return `Response by RECIST 1.1: ${parts.join(', ')}; overall ${overall} (${RESPONSE_NAMES[overall]}). Sizes are those that the reader states, else extents of marks.`;
}

function cellWords({ state, mm: size }: TargetCell): string {
  switch (state) {
    case 'gone':
      return '0 mm, not seen';
    case 'too-small':
      return '5 mm, too small to measure';
    case 'merged':
      return 'merged with another one';
    case 'measured':
      return size === null ? 'not measured' : mm(size);
    case 'not-assessed':
    case 'contradicts':
      return 'not measured';
  }
}

/** ' (−35.0 %, −8.0 mm)'. */
function percentWords(percent: number | null, millimetres?: number): string {
  const parts = [
    ...(percent === null ? [] : [`${signed(percent)} %`]),
    ...(millimetres === undefined ? [] : [`${signed(millimetres)} mm`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function mm(value: number): string {
  return `${value.toFixed(1)} mm`;
}

function signed(value: number): string {
  const digits = Math.abs(value).toFixed(1);
  return digits === '0.0' ? digits : `${value > 0 ? '+' : '−'}${digits}`;
}

type Line = readonly (string | number)[];

/** The table as lines of cells: a row each lesion and figure, a column each time. Numbers as they are, unrounded beyond 1e-6. */
export function responseCells(table: ResponseTable): Line[] {
  const { times, targets, nonTargets } = table;
  const number = (value: number | null): string | number => (value === null ? '' : Number(value.toFixed(6)));
  const row = (name: string, what: string, unit: string, of: (time: ResponseTime) => string | number) => [
    'course',
    name,
    '',
    what,
    unit,
    ...times.map(of),
  ];
  return [
    ['role', 'name', 'organ', 'what', 'unit', ...times.map(({ date }) => date)],
    row('study', 'Study Instance UID', '', (time) => time.studyInstanceUID),
    row('study', 'baseline', '', ({ baseline }) => (baseline ? 'yes' : 'no')),
    ...targets.flatMap(({ label, organ, kind, cells }) => [
      [
        'target',
        label,
        organ,
        kind === 'node' ? 'short axis' : 'long axis',
        'mm',
        ...cells.map(({ mm: size }) => number(size)),
      ],
      ['target', label, organ, 'how', '', ...cells.map(({ state }) => state)],
    ]),
    row('targets', 'sum of diameters', 'mm', ({ sum }) => number(sum)),
    row('targets', 'nadir before', 'mm', ({ nadir }) => number(nadir)),
    row('targets', 'change from baseline', '%', (time) => number(time.percentFromBaseline)),
    row('targets', 'change from nadir', '%', (time) => number(time.percentFromNadir)),
    row('targets', 'change from nadir', 'mm', (time) => number(time.mmFromNadir)),
    row('targets', 'response', '', ({ target }) => target ?? ''),
    ...nonTargets.map(({ label, organ, cells }) => [
      'non-target',
      label,
      organ,
      'state',
      '',
      ...cells.map(({ state }) => state),
    ]),
    row('non-targets', 'response', '', ({ nonTarget }) => nonTarget ?? ''),
    row('new lesions', 'stated', '', ({ baseline, newLesions }) =>
      baseline ? '' : (newLesions ?? 'not stated'),
    ),
    row('overall', 'response', '', ({ overall }) => overall ?? ''),
    row('overall', 'why', '', ({ overallWords }) => overallWords),
  ];
}
