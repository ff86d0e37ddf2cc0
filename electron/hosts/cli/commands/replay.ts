import { compareReplay } from '../../../inference/compare-replay.ts';
import { recordIdsSince, replayRecord } from '../../../services/replay-record.ts';
import type { ReplayReport } from '../../../shared/replay.ts';
import { type Command, WrongUse } from '../command.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';
import { withStore } from '../with-store.ts';

const VERDICTS: Readonly<Record<ReplayReport['verdict'], string>> = {
  identical: 'identical',
  'within-tolerance': 'within tolerance',
  different: 'DIFFERENT',
  'not-possible': 'NOT POSSIBLE',
};

function words(report: ReplayReport): string[] {
  const { recordId, model, verdict, reason, largestDifference, differences, environment, limits } = report;
  const by =
    verdict === 'identical' || verdict === 'not-possible' ? '' : `, largest difference ${largestDifference}`;
  return [
    `${recordId} (${model.id} ${model.version}): ${VERDICTS[verdict]}${by}${reason === null ? '' : `: ${reason}`}`,
    ...differences.map(({ where, recorded, now }) => `  ${where}: recorded ${recorded}, now ${now}`),
    ...environment.map(
      ({ where, recorded, now }) => `  made with another ${where}: ${recorded}, here ${now}`,
    ),
    ...limits.map((words) => `  ${words}`),
  ];
}

/** A date, or a date and time, as UTC in ISO 8601. */
function timeOf(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) {
    throw new WrongUse(
      '--since takes a date or a time in ISO 8601, such as 2026-11-25 or 2026-11-25T08:00:00Z.',
    );
  }
  return time.toISOString();
}

export const replayCommand: Command = {
  name: 'replay',
  usage: 'RECORD | --since TIME',
  summary:
    'Run recorded results again and say whether they are identical, within tolerance, or different and where. Prints AI results; audited.',
  options: { since: { type: 'string' } },
  positionals: { min: 0, max: 1 },
  async run(call) {
    const since = call.text('since');
    const [given] = call.positionals;
    if ((given === undefined) === (since === undefined)) {
      throw new WrongUse('Name one RECORD, or all since a time with --since TIME.');
    }
    const reports = await withStore(call, (store) =>
      withEngine(call, async (engine) => {
        const ids = given === undefined ? await recordIdsSince(store, timeOf(since ?? '')) : [given];
        const done: ReplayReport[] = [];
        for (const [index, recordId] of ids.entries()) {
          if (ids.length > 1) call.say(`${index + 1} of ${ids.length}`);
          done.push(
            await replayRecord({
              store,
              engine,
              compare: compareReplay,
              recordId,
              actor: 'operator',
              signal: call.signal,
            }),
          );
        }
        return done;
      }),
    );
    const good = reports.every(({ verdict }) => verdict === 'identical' || verdict === 'within-tolerance');
    const lines = [...reports.flatMap(words), 'For research use, not for diagnosis.'];
    return {
      json: given === undefined ? reports : reports[0],
      text: lines.map(plainLine).join('\n'),
      exit: good ? 0 : 1,
    };
  },
};
