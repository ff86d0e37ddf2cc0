/**
 * The window's queue of models in a process of its own, to be killed: `queue-host.ts DATA PACKS`. Its clock runs three hours ahead, so that
 * what failed is due again at once and a test need not wait for the pauses between attempts. Ends when every job is in a final state.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine } from '../../electron/inference/create-engine.ts';
import { createAnalysisQueue } from '../../electron/services/analysis-queue.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { openJobs } from './engine-jobs.ts';

const AHEAD_MS = 3 * 3_600_000;

const [directory = '', packsDirectory = ''] = process.argv.slice(2);
const store = openStore({ directory });
const engine = createEngine({ packsDirectory, overreadVersion: '0.0.0-kill-test' });
const queue = createAnalysisQueue({ store, engine, now: () => Date.now() + AHEAD_MS });
const packs = engine.packs().map(({ id }) => id);
queue.start();
do {
  await queue.settled();
  await sleep(20);
} while (openJobs(store, packs) > 0);
await queue.close();
await engine.close();
store.close();
