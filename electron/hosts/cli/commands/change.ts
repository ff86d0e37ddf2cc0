import { resolve } from 'node:path';
import { responseCsv } from '../../../services/export-response.ts';
import { requireAnyCommitted } from '../../../services/read-guard.ts';
import { viewResponse } from '../../../services/response-view.ts';
import { loadTerminology } from '../../../services/terminology.ts';
import { trackLesions } from '../../../services/track-lesions.ts';
import { Refused } from '../../../shared/errors.ts';
import type { Store } from '../../../shared/ports.ts';
import { RESPONSE_NAMES, type ResponseTime, type ResponseView } from '../../../shared/response.ts';
import { uidSchema } from '../../../shared/study.ts';
import { product, systemClock } from '../../shared/product.ts';
import { type Command } from '../command.ts';
import { table } from '../table.ts';
import { withExistingStore } from '../with-store.ts';
import { writeNew } from '../write-new.ts';

export const changeCommand: Command = {
  name: 'change',
  usage: 'STUDY [--reader NAME] [--csv FILE]',
  summary:
    "Lesions that a reader followed to this study, and their response by RECIST 1.1, as that reader's own committed reads say: of the newest committed read, or of the reader named. --csv writes the table of the response. Nothing of any model.",
  options: { reader: { type: 'string' }, csv: { type: 'string' } },
  positionals: { min: 1, max: 1 },
  async run(call) {
    const [given = ''] = call.positionals;
    const uid = uidSchema.safeParse(given);
    if (!uid.success)
      throw new Refused('study-unknown', `${given} is no Study Instance UID. 'overread studies' lists them.`);
    const [name, path] = [call.text('reader'), call.text('csv')];
    const { reader, lesions, response, csv } = await withExistingStore(call, (store) => {
      const read = requireAnyCommitted(store, uid.data, name === undefined ? null : idOf(store, name));
      const parts = {
        store,
        clock: systemClock,
        terminology: loadTerminology(product().resources),
        packs: () => [],
      };
      return {
        reader: read.readerName,
        lesions: trackLesions(parts, uid.data, read.readerId),
        response: viewResponse(parts, uid.data, read.readerId),
        csv: path === undefined ? null : responseCsv(parts, uid.data, read.readerId, 'operator'),
      };
    });
    if (path !== undefined && csv !== null) writeNew(resolve(path), csv);
    const { choice, table: course, warnings } = response;
    return {
      json: {
        studyInstanceUID: uid.data,
        reader,
        lesions,
        response: course === null ? null : { choice, ...course, warnings },
        csv: path === undefined ? null : resolve(path),
      },
      text: [
        `Read by ${reader}. Sizes are those that the reader states, else extents of marks. For research use, not for diagnosis.`,
        ...lesions.map(({ words }) => words),
        course === null ? 'No target lesions were chosen.' : responseText(response),
        ...(path === undefined ? [] : [`Written: ${resolve(path)}`]),
      ].join('\n'),
      exit: 0,
    };
  },
};

/** @throws Refused `reader-unknown`. */
function idOf(store: Store, name: string): string {
  const found = store.readers.list().filter((reader) => reader.name === name || reader.id === name);
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Refused(
      'reader-unknown',
      found.length > 1
        ? `Several readers are called ${name}: give the id.`
        : `There is no reader called ${name} here.`,
    );
  return only.id;
}

function responseText({ table: course, warnings }: ResponseView): string {
  if (course === null) return '';
  const number = (value: number | null): string => (value === null ? '' : value.toFixed(1));
  const row = (words: string, of: (time: ResponseTime) => string | null): string[] => [
    words,
    ...course.times.map((time) => of(time) ?? ''),
  ];
  const name = (overall: ResponseTime['overall']): string =>
    overall === null ? '' : `${overall} ${RESPONSE_NAMES[overall]}`;
  return [
    table(
      ['RECIST 1.1', ...course.times.map(({ date, baseline }) => `${date}${baseline ? ' BASELINE' : ''}`)],
      [
        ...course.targets.map(({ label, kind, cells }) => [
          `${label} (${kind === 'node' ? 'short' : 'long'} axis, mm)`,
          ...cells.map(({ mm, state }) => (mm === null ? state : mm.toFixed(1))),
        ]),
        row('sum, mm', ({ sum, baseline }) => (sum === null && !baseline ? 'incomplete' : number(sum))),
        row('from baseline, %', (time) => number(time.percentFromBaseline)),
        row('from nadir, %', (time) => number(time.percentFromNadir)),
        row('from nadir, mm', (time) => number(time.mmFromNadir)),
        row('targets', ({ target }) => target),
        ...course.nonTargets.map(({ label, cells }) => [
          `${label} (non-target)`,
          ...cells.map(({ state }) => state),
        ]),
        row('non-targets', ({ nonTarget }) => nonTarget),
        row('new lesions', ({ newLesions, baseline }) => (baseline ? '' : (newLesions ?? 'not stated'))),
        row('overall', ({ overall }) => name(overall)),
      ],
    ),
    ...course.times.flatMap(({ date, baseline, overallWords }) =>
      baseline ? [] : [`${date}: ${overallWords}`],
    ),
    ...course.times.flatMap(({ date, warnings: of }) => of.map(({ words }) => `${date}: ${words}`)),
    ...warnings.map(({ words }) => words),
  ].join('\n');
}
