/** `npm run kill-test -- --count N [--seed S]`: imports killed at random moments; exit 1 where anything was torn. */
import { parseArgs } from 'node:util';
import { killRounds } from './kill-rounds.ts';
import { canServe } from './processes.ts';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
if (!Number.isSafeInteger(count) || !Number.isSafeInteger(seed)) {
  console.error('--count and --seed take whole numbers.');
  process.exit(2);
}
if (!canServe()) console.error('The page is not built (npm run build): no import of the window is killed.');

const { rounds, pace, failures } = await killRounds({
  count,
  seed,
  onRound: ({ scene, phase, hit, studies, leftovers, faults }, done) => {
    const words = faults.length === 0 ? 'whole' : faults.join('; ');
    console.log(
      `${done} of ${count}: ${scene}, ${phase}${hit ? '' : ' (it had ended)'}, ${studies} studies, ${leftovers} leftovers: ${words}`,
    );
  },
});
const hits = rounds.filter(({ hit }) => hit).length;
const torn = rounds.filter(({ leftovers }) => leftovers > 0).length;
const between = rounds.filter(({ studies }) => studies > 0 && studies < 16).length;
console.log(
  `${rounds.length} rounds (an undisturbed import takes ${Math.round(pace.fullMs)} ms, ${Math.round(pace.indexingMs)} ms of it indexing), ${hits} killed in the middle, ${torn} with files left over, ${between} between two studies, ${failures} failures`,
);
process.exitCode = failures === 0 ? 0 : 1;
