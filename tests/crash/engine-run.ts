/** `npm run engine-test -- --jobs N --kills K [--seed S]`: the models' queue killed at random moments; exit 1 where a job does not end exactly once. */
import { parseArgs } from 'node:util';
import { engineRounds } from './engine-rounds.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
const [jobs, kills, seed] = [Number(values.jobs), Number(values.kills), Number(values.seed)];
if (![jobs, kills, seed].every(Number.isSafeInteger)) {
  console.error('--jobs, --kills and --seed take whole numbers.');
  process.exit(2);
}
let said = 0;
const test = await engineRounds({
  jobs,
  kills,
  seed,
  onProgress: (results) => {
    if (results < said + 100) return;
    said = results;
    console.log(`${results} results for ${jobs} jobs`);
  },
});
for (const fault of test.faults.slice(0, 20)) console.log(fault);
console.log(
  `${test.ended} jobs ended in ${test.runs} runs and ${test.seconds.toFixed(0)} s; ${test.killedHosts} times the queue's process was killed, ${test.killedEngines} times the engine; ${test.retried} attempts that failed came before an end, ${test.torn} jobs had a torn file; ${test.faults.length} faults`,
);
process.exitCode = test.faults.length === 0 ? 0 : 1;
