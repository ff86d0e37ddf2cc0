import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { listBackups } from '../../../electron/services/backup/layout.ts';
import { verifyBackup } from '../../../electron/services/backup/verify-backup.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { ended } from '../../crash/processes.ts';
import { testImageBytes } from '../../fixtures/test-image.ts';
import { Random } from '../../fuzz/random.ts';
import { readHeader } from '../../../electron/dicom/read-header.ts';
import { temporaryFolder } from '../store/parts.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

const run = (args: readonly string[]) =>
  spawn(process.execPath, ['electron/hosts/cli/main.ts', ...args, '--json'], {
    cwd: ROOT,
    stdio: 'ignore',
  });

function fill(directory: string, count: number): void {
  const store = openStore({ directory });
  for (let study = 1; study <= count; study += 1) {
    const bytes = testImageBytes({ study, rows: 256, columns: 256 });
    const sha256 = hash('sha256', bytes);
    store.blobs.put(bytes, sha256);
    const header = readHeader(bytes);
    store.studies.storeStudy(
      header.studyInstanceUID,
      [{ header, sha256, bytes: bytes.length, sourcePath: '/from' }],
      null,
      'operator',
    );
  }
  store.close();
}

/** Waits until what lies in the folder has come so far, then a random moment more. */
async function killDuring(args: readonly string[], begun: () => boolean, wait: number): Promise<boolean> {
  const child = run(args);
  const end = ended(child);
  while (child.exitCode === null && !begun()) await sleep(2);
  await sleep(wait);
  const hit = child.exitCode === null;
  child.kill('SIGKILL');
  await end;
  return hit;
}

describe('a backup and a restore that are killed (SIGKILL)', () => {
  it('leave whole backups or none, and a data folder or none; the next one clears away what is left', {
    timeout: 300_000,
  }, async () => {
    const random = new Random(7);
    const home = temporaryFolder();
    const [data, target] = [join(home, 'data'), join(home, 'backups')];
    fill(data, 300);
    let hits = 0;
    for (let round = 0; round < 5; round += 1) {
      const inside = (): string[] => (existsSync(target) ? readdirSync(target) : []);
      const before = inside().length;
      if (
        await killDuring(
          ['backup', target, '--data', data],
          () => inside().length > before || inside().some((name) => name.startsWith('.')),
          random.below(500),
        )
      )
        hits += 1;
      for (const { path } of (await listBackups(target)).backups) {
        const checks = await verifyBackup({ backup: path, open: (directory) => openStore({ directory }) });
        expect(checks.filter(({ ok }) => !ok)).toEqual([]);
      }
      const store = openStore({ directory: data });
      expect(store.audit.verify().brokenAt).toBeNull();
      store.close();
    }
    // Not all moments came too late, or the test shows nothing.
    expect(hits).toBeGreaterThan(1);
    expect(await ended(run(['backup', target, '--data', data]))).toBe(0);
    expect(readdirSync(target).filter((name) => name.startsWith('.'))).toEqual([]);
    const restored = join(home, 'restored');
    let cut = 0;
    for (let round = 0; round < 3; round += 1) {
      const begun = (): boolean => readdirSync(home).some((name) => name.includes('.restoring-'));
      if (await killDuring(['restore', target, '--data', restored], begun, random.below(150))) cut += 1;
      if (existsSync(restored)) break;
    }
    expect(cut).toBeGreaterThan(0);
    if (!existsSync(restored)) {
      expect(await ended(run(['restore', target, '--data', restored]))).toBe(0);
    }
    expect(readdirSync(home).filter((name) => name.includes('.restoring-'))).toEqual([]);
    const store = openStore({ directory: restored });
    expect(store.studies.list({ limit: 1, offset: 0, readerId: null }).total).toBe(300);
    store.close();
  });
});
