import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { enginesOf, shardOf } from '../../../electron/hosts/cli/analyze-lines.ts';
import { makeBatchFile } from '../../../electron/services/batch-file.ts';
import { batchReportSchema } from '../../../electron/shared/batch.ts';
import { openStore } from '../../../electron/store/open-store.ts';
import { testImageBytes } from '../../fixtures/test-image.ts';
import { temporaryFolder } from '../store/parts.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const MAIN = join(ROOT, 'electron/hosts/cli/main.ts');

/** The command line as a process: what it printed, and its exit. */
function overread(words: readonly string[]): Promise<{ exit: number; json: unknown }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...words, '--json'], { cwd: ROOT }, (error, out) => {
      done({
        exit: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
        json: JSON.parse(out),
      });
    });
  });
}

/** What the trail says of batches, oldest first. */
function batches(data: string): unknown[] {
  const store = openStore({ directory: data });
  try {
    return store.audit
      .list(100, 0)
      .toReversed()
      .map(({ detail }) => detail['batch']);
  } finally {
    store.close();
  }
}

describe('analyze --lines', () => {
  it('prints the sum, leaves an entry in the trail, and passes over what is done', async () => {
    const home = temporaryFolder();
    const archive = join(home, 'archive');
    mkdirSync(archive);
    for (const study of [1, 2, 3]) writeFileSync(join(archive, `${study}.dcm`), testImageBytes({ study }));
    const lines = join(home, 'out.ndjson');
    const call = [
      'analyze',
      archive,
      '--lines',
      lines,
      '--model',
      'chest-adult',
      '--data',
      join(home, 'data'),
    ];
    const first = await overread(call);
    expect([first.exit, batchReportSchema.parse(first.json)]).toMatchObject([
      0,
      { lines, shard: { index: 1, of: 1 }, files: 3, before: 0, written: 3, failed: 0 },
    ]);
    const other = await overread(call.map((word) => (word === 'chest-adult' ? 'limb-fracture' : word)));
    expect(other).toMatchObject({ exit: 1, json: { error: { code: 'lines-of-others' } } });
    const again = await overread([...call, '--engines', '2']);
    expect(again.json).toMatchObject({ files: 3, before: 3, written: 0 });
    expect(readFileSync(lines, 'utf8').trimEnd().split('\n')).toHaveLength(3);
    expect(batches(join(home, 'data'))).toMatchObject([
      { begun: true },
      { written: 3 },
      { begun: true },
      { before: 3 },
    ]);
  }, 60_000);

  it('is refused while another run writes into the same file, and where its options make no sense', async () => {
    const home = temporaryFolder();
    const archive = join(home, 'archive');
    mkdirSync(archive);
    for (let study = 1; study <= 40; study++)
      writeFileSync(join(archive, `${study}.dcm`), testImageBytes({ study, rows: 512, columns: 512 }));
    const lines = join(home, 'out.ndjson');
    const call = [
      'analyze',
      archive,
      '--lines',
      lines,
      '--model',
      'chest-adult',
      '--data',
      join(home, 'data'),
    ];
    const running = spawn(process.execPath, [MAIN, ...call], { cwd: ROOT, stdio: 'ignore' });
    onTestFinished(() => void running.kill('SIGKILL'));
    while (!existsSync(lines) || readFileSync(lines, 'utf8') === '') await sleep(20);
    const second = await overread(call);
    expect([second.exit, second.json]).toMatchObject([3, { error: { code: 'lines-in-use' } }]);
    // What the other run is writing, the end of a line that is not there yet included, is not touched.
    running.kill('SIGKILL');
    await once(running, 'exit');
    expect(batches(join(home, 'data'))).toMatchObject([{ begun: true }]);
    appendFileSync(lines, '{"path":"/being/written');
    makeBatchFile(lines);
    expect(readFileSync(lines, 'utf8').endsWith('/being/written')).toBe(true);
    for (const wrong of [
      ['--shard', '3/2'],
      ['--shard', 'x'],
      ['--engines', '0'],
      ['--out', home],
    ]) {
      expect((await overread([...call, ...wrong])).exit).toBe(2);
    }
    expect((await overread(['analyze', archive, '--shard', '1/2'])).exit).toBe(2);
  }, 120_000);

  it('takes shards and engines as they are written', () => {
    expect(shardOf('2/8')).toEqual({ index: 2, of: 8 });
    expect(shardOf(undefined)).toEqual({ index: 1, of: 1 });
    for (const text of ['0/4', '5/4', '1/0', '1', '1/2/3', '-1/4']) expect(() => shardOf(text)).toThrow();
    expect([enginesOf(undefined), enginesOf('4')]).toEqual([1, 4]);
    for (const text of ['0', '65', '1.5', 'many', '']) expect(() => enginesOf(text)).toThrow();
  });
});
