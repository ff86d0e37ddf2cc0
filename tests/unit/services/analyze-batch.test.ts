import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { analyzeBatch, type BatchRequest, isInShard } from '../../../electron/services/analyze-batch.ts';
import { openBatchFile } from '../../../electron/services/batch-file.ts';
import { type BatchLine, batchLineSchema } from '../../../electron/shared/batch.ts';
import type { Engine } from '../../../electron/shared/ports.ts';
import { testImageBytes } from '../../fixtures/test-image.ts';
import { slowGraph, writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-batch-test-'));
const engines: LocalEngine[] = [];
beforeAll(() => {
  writeTestPack(join(home, 'packs'), 'plain');
  for (let i = 0; i < 2; i++)
    engines.push(createEngine({ packsDirectory: join(home, 'packs'), overreadVersion: '9.9.9' }));
});
afterAll(async () => {
  for (const engine of engines) await engine.close();
  rmSync(home, { recursive: true });
});

const FILES = 12;

/** Twelve radiographs in two folders, a text and the index of a disc's place. */
function archive(): string {
  const folder = mkdtempSync(join(home, 'archive-'));
  for (let i = 0; i < FILES; i++) {
    const inside = join(folder, i % 2 === 0 ? 'even' : 'odd');
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `${i}.dcm`), testImageBytes({ study: i + 1 }));
  }
  writeFileSync(join(folder, 'notes.txt'), 'no image');
  return folder;
}

const newLines = (): string => join(mkdtempSync(join(home, 'lines-')), 'all.ndjson');

function linesOf(file: string): BatchLine[] {
  const text = readFileSync(file, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => batchLineSchema.parse(JSON.parse(line)));
}

async function run(paths: readonly string[], file: string, change: Partial<BatchRequest> = {}) {
  const lines = openBatchFile(file);
  try {
    return await analyzeBatch({
      paths,
      engines,
      lines,
      shard: { index: 1, of: 1 },
      modelIds: null,
      device: 'auto',
      stated: {},
      ...change,
    });
  } finally {
    lines.close();
  }
}

describe('a batch', () => {
  it('writes one line a file, with the record of each result, and goes over nothing in silence', async () => {
    const folder = archive();
    const file = newLines();
    expect(await run([folder], file)).toEqual({
      files: FILES + 1,
      before: 0,
      written: FILES + 1,
      completed: FILES,
      abstained: 0,
      failed: 0,
      refused: 1,
    });
    const lines = linesOf(file);
    expect(new Set(lines.map(({ path }) => path)).size).toBe(FILES + 1);
    expect(lines.filter((line) => 'code' in line).map((line) => 'code' in line && line.code)).toEqual([
      'not-dicom',
    ]);
    const [first] = lines.flatMap((line) => ('records' in line ? line.records : []));
    expect(first?.result).toMatchObject({ status: 'completed', scores: [{ label: 'Brightness' }] });
    expect(first?.inputs).toHaveLength(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('goes on where it was cut off, over a torn line too, and ends the same', async () => {
    const folder = archive();
    const file = newLines();
    const cut = new AbortController();
    const cancelled = run([folder], file, {
      signal: cut.signal,
      onProgress: ({ written }) => written === 5 && cut.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ type: 'cancelled' });
    const before = linesOf(file).length;
    expect(before).toBeGreaterThanOrEqual(5);
    expect(before).toBeLessThan(FILES);
    appendFileSync(file, '{"path":"/torn');
    const sum = await run([folder], file);
    expect(sum).toMatchObject({ files: FILES + 1, before, written: FILES + 1 - before });
    expect(new Set(linesOf(file).map(({ path }) => path)).size).toBe(FILES + 1);
    expect(await run([folder], file)).toMatchObject({ before: FILES + 1, written: 0 });
  });

  it('is divided into shards that overlap nowhere and leave nothing out, wherever the archive is mounted', async () => {
    const folder = archive();
    const seen: string[] = [];
    for (const index of [1, 2, 3]) {
      const file = newLines();
      await run([folder], file, { shard: { index, of: 3 } });
      seen.push(...linesOf(file).map(({ path }) => path));
    }
    expect(seen).toHaveLength(FILES + 1);
    expect(new Set(seen).size).toBe(FILES + 1);
    const sizes = [1, 2, 3, 4].map(
      (index) =>
        Array.from({ length: 4000 }, (_, i) => `/a/deep/${i}.dcm`).filter((path) =>
          isInShard(path, '/a', { index, of: 4 }),
        ).length,
    );
    expect(Math.min(...sizes)).toBeGreaterThan(900);
    expect(isInShard('/a/x/1.dcm', '/a', { index: 2, of: 4 })).toBe(
      isInShard('/mnt/b/x/1.dcm', '/mnt/b', { index: 2, of: 4 }),
    );
  });

  it('loses no file to an engine that is killed, and no other file fails for it', async () => {
    const packs = mkdtempSync(join(home, 'slow-'));
    writeTestPack(packs, 'plain', { graph: slowGraph(30, 512) });
    const engine = createEngine({ packsDirectory: packs, overreadVersion: '9.9.9' });
    onTestFinished(() => engine.close());
    const file = newLines();
    let kills = 0;
    const sum = await run([archive()], file, {
      engines: [engine],
      onProgress: ({ written }) => {
        const pid = engine.pid();
        if (written % 4 === 0 && pid !== undefined && ++kills > 0) process.kill(pid, 'SIGKILL');
      },
    });
    expect(kills).toBeGreaterThan(1);
    expect(sum).toMatchObject({ completed: FILES, failed: 0, written: FILES + 1 });
  });

  it('names a file whose run ends the engine every time, once, and goes on', async () => {
    const real = engines[0] as Engine;
    const asked = new Map<string, number>();
    const dying: Engine = {
      ...real,
      packs: () => real.packs(),
      close: () => Promise.resolve(),
      analyze: async (request, signal) => {
        const outcomes = await real.analyze(request, signal);
        const uid = request.studyInstanceUID;
        asked.set(uid, (asked.get(uid) ?? 0) + 1);
        if (uid !== '1.2.3.3') return outcomes;
        return outcomes.map((outcome) => ({
          ...outcome,
          record: {
            ...outcome.record,
            result: { ...outcome.record.result, status: 'failed' as const, reason: 'died' },
          },
        }));
      },
    };
    const sum = await run([archive()], newLines(), { engines: [dying] });
    expect(sum).toMatchObject({ completed: FILES - 1, failed: 1, written: FILES + 1 });
    expect([asked.get('1.2.3.3'), asked.get('1.2.3.4')]).toEqual([2, 1]);
  });

  it('refuses to write behind something that is no batch', () => {
    const file = newLines();
    writeFileSync(file, 'my notes\n');
    expect(() => openBatchFile(file)).toThrow(expect.objectContaining({ code: 'lines-not-ours' }));
    expect(readFileSync(file, 'utf8')).toBe('my notes\n');
    expect(() => openBatchFile(home)).toThrow(expect.objectContaining({ code: 'lines-not-writable' }));
  });
});
