import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workstation } from './workstation.ts';

/** The models get this long before the window opens all the same; they go on behind it. */
const ANALYSIS_MS = 60_000;

/**
 * The first start on a data folder: sample studies are made, imported and read by the models, so that there is something to
 * read. Never again, even if somebody removed them; not at all where OVERREAD_NO_SAMPLES is set.
 */
export async function prepareFirstStart(
  workstation: Workstation,
  say: (line: string) => void,
): Promise<void> {
  const marker = join(workstation.store.directory, 'samples-offered');
  if (existsSync(marker) || (process.env['OVERREAD_NO_SAMPLES'] ?? '') !== '') return;
  if (workstation.store.studies.list({ limit: 1, offset: 0, readerId: null }).total === 0) {
    say('first start: making sample studies and reading them with the models …');
    await workstation.importSamples();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ANALYSIS_MS);
    });
    await Promise.race([workstation.analysis.settled(), late]);
    clearTimeout(timer);
  }
  writeFileSync(marker, '', { mode: 0o600 });
}
