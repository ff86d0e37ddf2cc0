import { open } from 'node:fs/promises';
import { compareReplay } from '../../../inference/compare-replay.ts';
import { replayAll } from '../../../services/replay-all.ts';
import { recordIdsSince, replayRecord } from '../../../services/replay-record.ts';
import type { ReplayReport } from '../../../shared/replay.ts';
import { type Answer, type Command, type CommandCall, WrongUse } from '../command.ts';
import { plainLine } from '../table.ts';
import { withEngine } from '../with-engine.ts';
import { requireData, withExistingStore } from '../with-store.ts';

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

/** One report a line, in a file of the caller's; on a terminal nothing but the number. */
async function replayEvery(call: CommandCall, since: string | undefined): Promise<Answer> {
  requireData(call, 'nothing was replayed');
  const lines = call.text('lines');
  const file =
    lines === undefined
      ? null
      : await open(lines, 'wx', 0o600).catch((cause: unknown) => {
          throw new WrongUse(
            `${lines} cannot be made (${cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)}). Name a file that is not there yet.`,
          );
        });
  try {
    let done = 0;
    const sum = await withExistingStore(call, (store) =>
      withEngine(call, (engine) =>
        replayAll({
          store,
          engine,
          compare: compareReplay,
          actor: 'operator',
          signal: call.signal,
          ...(since === undefined ? {} : { since: timeOf(since) }),
          onReport: async (report) => {
            done += 1;
            if (done % 100 === 0) call.say(`${done} replayed`);
            await file?.write(`${JSON.stringify(report)}\n`);
          },
        }),
      ),
    );
    const text = [
      `${sum.records} records: ${sum.identical} identical, ${sum.withinTolerance} within tolerance (largest difference ${sum.largestDifference}), ${sum.different} DIFFERENT, ${sum.notPossible} NOT POSSIBLE, ${sum.withoutResult} of runs that failed and have no result; ${sum.seconds.toFixed(1)} s`,
      ...sum.notGood.flatMap(words),
      'For research use, not for diagnosis.',
    ];
    return {
      json: sum,
      text: text.map(plainLine).join('\n'),
      exit: sum.different + sum.notPossible === 0 ? 0 : 1,
    };
  } finally {
    await file?.close();
  }
}

export const replayCommand: Command = {
  name: 'replay',
  usage: 'RECORD | --since TIME | --all [--since TIME] [--lines FILE]',
  summary:
    'Run recorded results again and say whether they are identical, within tolerance, or different and where; --all with memory that does not grow, as a sum. Prints AI results; audited.',
  options: { since: { type: 'string' }, all: { type: 'boolean' }, lines: { type: 'string' } },
  positionals: { min: 0, max: 1 },
  async run(call) {
    const since = call.text('since');
    const [given] = call.positionals;
    if (call.flag('all')) {
      if (given !== undefined) throw new WrongUse('--all replays every record: name none.');
      return replayEvery(call, since);
    }
    if (call.text('lines') !== undefined) throw new WrongUse('--lines goes with --all.');
    if ((given === undefined) === (since === undefined)) {
      throw new WrongUse('Name one RECORD, or all since a time with --since TIME, or every one with --all.');
    }
    const reports = await withExistingStore(call, (store) =>
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
