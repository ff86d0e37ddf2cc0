/** `npm run fuzz -- --count N [--seed S] [--from I] [--own]`: exit 1 where anything failed; failing inputs lie in artefacts/fuzz. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, type FuzzSummary } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    own: { type: 'boolean', default: false },
  },
});

function whole(name: 'count' | 'seed' | 'from'): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`--${name} takes a whole number.`);
  process.exit(2);
}

const count = whole('count');
const line = ({ done, seconds, failures, peakBytes, slowestMs, deaths }: FuzzSummary): string =>
  `${done} of ${count} files, ${(done / seconds).toFixed(0)} files/s, peak ${(peakBytes / 1e6).toFixed(0)} MB, slowest ${slowestMs.toFixed(0)} ms, ${deaths} deaths, ${failures.length} failures`;

const artefacts = join(resolve(import.meta.dirname, '../..'), 'artefacts', 'fuzz');
const summary = await fuzz({
  seed: whole('seed'),
  count,
  from: whole('from'),
  own: values.own,
  artefacts,
  onProgress: (now) => console.error(line(now)),
  onSuspect: (index, problem) => console.error(`suspect ${index}: ${problem}`),
});
for (const [outcome, times] of [...summary.outcomes].toSorted(([, a], [, b]) => b - a)) {
  console.log(`${String(times).padStart(8)}  ${outcome}`);
}
console.log(line(summary));
for (const { index, problem } of summary.failures) console.log(`FAILED ${index}: ${problem}`);
if (summary.failures.length > 0) console.log(`The failing inputs lie in ${artefacts}.`);
process.exitCode = summary.failures.length === 0 && summary.done >= count ? 0 : 1;
