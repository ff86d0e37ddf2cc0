/** `npm run batch-test -- --count N --kills K [--seed S]`: a batch killed at random moments; exit 1 where a file is lost, twice there, or failed. */
import { parseArgs } from 'node:util';
import { batchRounds } from './batch-rounds.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const [count, kills, seed] = [Number(values.count), Number(values.kills), Number(values.seed)];
if (![count, kills, seed].every(Number.isSafeInteger)) {
  console.error('--count, --kills and --seed take whole numbers.');
  process.exit(2);
}
let said = 0;
const test = await batchRounds({
  count,
  kills,
  seed,
  onProgress: (done) => {
    if (done < said + 100) return;
    said = done;
    console.log(`${done} of ${count} files`);
  },
});
for (const fault of test.faults.slice(0, 20)) console.log(fault);
console.log(
  `${count} files in ${test.runs} runs and ${test.seconds.toFixed(0)} s; ${test.killedRuns} times the command was killed, ${test.killedEngines} times an engine; ${test.faults.length} faults; most memory of all processes in each fifth: ${test.memory.map((mb) => `${mb.toFixed(0)} MB`).join(', ')}`,
);
process.exitCode = test.faults.length === 0 ? 0 : 1;
