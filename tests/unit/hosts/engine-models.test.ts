import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createModels } from '../../../electron/hosts/engine/models.ts';
import { loadPack } from '../../../electron/inference/load-pack.ts';
import { openSession } from '../../../electron/inference/session.ts';
import { writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-models-test-'));
afterAll(() => rmSync(home, { recursive: true }));
const addresses = ['a', 'b', 'c'].map((id) => {
  const directory = writeTestPack(home, id);
  return { directory, manifestSha256: loadPack(directory).manifestSha256 };
});
const bytes = loadPack(join(home, 'a')).weights.length;

describe('models in the engine’s memory', () => {
  it('are let go when they were not used the longest and the others fill the room', async () => {
    const opened: string[] = [];
    const released: string[] = [];
    const models = createModels(async (pack, device) => {
      const { id } = pack.manifest;
      opened.push(id);
      const session = await openSession(pack, device);
      return { ...session, release: () => (released.push(id), session.release()) };
    }, 2 * bytes);
    const [a, b, c] = addresses as [(typeof addresses)[0], (typeof addresses)[0], (typeof addresses)[0]];
    for (const address of [a, b, a, c, a, b]) {
      const session = await models.session(address, 'cpu');
      // What it gives works, whatever went before.
      expect((await session.run(new Float32Array(256).fill(0.5))).get('logit')?.values[0]).toBeCloseTo(0, 5);
    }
    expect(opened).toEqual(['a', 'b', 'c', 'b']);
    expect(released).toEqual(['b', 'c']);
  });

  it('keep the one that is asked for, however large it is', async () => {
    const models = createModels(openSession, 1);
    const session = await models.session(addresses[0] as (typeof addresses)[0], 'cpu');
    expect((await session.run(new Float32Array(256))).size).toBe(3);
    expect(await models.session(addresses[0] as (typeof addresses)[0], 'cpu')).toBe(session);
  });
});
