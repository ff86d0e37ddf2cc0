import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../fuzz/random.ts';
import { age, inspectStore, stagingRows, type StoreFacts } from './inspect-store.ts';
import { type Pace, type Phase, waitForMoment, watchPace } from './moments.ts';
import { canServe, ended, serveAndImport, startImport, survivors } from './processes.ts';
import { makeSource, type Source } from './source-files.ts';

export interface KillOptions {
  readonly count: number;
  readonly seed: number;
  readonly onRound?: (round: KillRound, done: number) => void;
}

/** An import into an empty folder, one that adds to studies that are there, or one of the window. */
export type Scene = 'fresh' | 'adding' | 'serve';

export interface KillRound {
  readonly scene: Scene;
  readonly phase: Phase;
  /** Whether the kill came before the end. */
  readonly hit: boolean;
  readonly studies: number;
  readonly leftovers: number;
  readonly faults: readonly string[];
}

export interface KillSummary {
  readonly rounds: readonly KillRound[];
  readonly pace: Pace;
  readonly failures: number;
}

async function measure(source: Source, root: string): Promise<Pace> {
  const data = join(root, 'measured');
  const pace = await watchPace(startImport(data, source.folder), data, source.files);
  const { faults, studies } = inspectStore(data, source);
  if (faults.length > 0 || studies !== source.studies.size) {
    throw new Error(`an import that nobody disturbed gives ${studies} studies: ${faults.join('; ')}`);
  }
  return pace;
}

async function importWhole(data: string, folder: string): Promise<void> {
  const code = await ended(startImport(data, folder));
  if (code !== 0 && code !== 1) throw new Error(`an import ended with ${code}`);
}

/** After a kill: nothing is torn; what lies about is swept once it is old; a second import completes it. */
async function afterKill(
  data: string,
  source: Source,
  parts: readonly number[],
  sweep: boolean,
): Promise<StoreFacts> {
  const killed = inspectStore(data, source, parts);
  const faults = [...killed.faults];
  if (sweep) {
    age(killed.leftovers);
    inspectStore(data, source, parts);
    const { leftovers } = inspectStore(data, source, parts);
    if (leftovers.length > 0) faults.push(`${leftovers.length} files were not swept`);
    if (stagingRows(data) > 0) faults.push('a marker of the killed import was not swept');
  }
  await importWhole(data, source.folder);
  const again = inspectStore(data, source);
  faults.push(...again.faults.map((fault) => `after a second import: ${fault}`));
  if (again.studies !== source.studies.size) {
    faults.push(`a second import leaves ${again.studies} of ${source.studies.size} studies`);
  }
  age(again.leftovers);
  inspectStore(data, source);
  const { leftovers } = inspectStore(data, source);
  if (leftovers.length > 0) faults.push(`${leftovers.length} files are left after a second import`);
  if (stagingRows(data) > 0) faults.push('a marker is left after a second import');
  return { ...killed, faults };
}

/** Kills imports (SIGKILL, nothing can be caught) at random moments and looks at what is left. The moments follow from the seed. */
export async function killRounds({
  count,
  seed,
  onRound = () => undefined,
}: KillOptions): Promise<KillSummary> {
  const root = mkdtempSync(join(tmpdir(), 'overread-kill-'));
  try {
    const source = await makeSource(join(root, 'source'));
    const half = join(root, 'half-imported');
    await importWhole(half, source.firstHalf);
    const pace = await measure(source, root);
    const rounds: KillRound[] = [];
    for (let round = 0; round < count; round++) {
      const random = new Random(seed, round);
      const scene: Scene = round % 8 === 7 && canServe() ? 'serve' : round % 3 === 1 ? 'adding' : 'fresh';
      const data = join(root, `data-${round}`);
      if (scene === 'adding') cpSync(half, data, { recursive: true });
      else mkdirSync(data, { mode: 0o700 });
      const parts = scene === 'adding' ? [6] : [];
      let hit: boolean;
      let phase: Phase;
      let helpers: number[] = [];
      if (scene === 'serve') {
        const served = await serveAndImport(data, source.folder);
        phase = await waitForMoment(served.child, data, source.files, pace, random);
        helpers = served.helpers();
        served.child.kill('SIGKILL');
        await ended(served.child);
        hit = true;
      } else {
        const child = startImport(data, source.folder);
        phase = await waitForMoment(child, data, source.files, pace, random);
        hit = child.kill('SIGKILL') && (await ended(child)) === null;
      }
      const left = await survivors(helpers);
      const facts = await afterKill(data, source, parts, round % 2 === 0);
      const faults = [
        ...facts.faults,
        ...(left.length > 0 ? [`${left.length} helpers outlive their host`] : []),
      ];
      const result = {
        scene,
        phase,
        hit,
        studies: facts.studies,
        leftovers: facts.leftovers.length,
        faults,
      };
      rounds.push(result);
      onRound(result, rounds.length);
      rmSync(data, { recursive: true, force: true });
    }
    return { rounds, pace, failures: rounds.filter(({ faults }) => faults.length > 0).length };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
