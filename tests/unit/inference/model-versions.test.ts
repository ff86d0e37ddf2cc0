import { mkdtempSync, renameSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createEngine, type LocalEngine } from '../../../electron/inference/create-engine.ts';
import { NO_MODELS_POLICY } from '../../../electron/shared/policy.ts';
import { writeTestImage } from '../../fixtures/test-image.ts';
import { PLAIN_GRAPH, writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-versions-test-'));
afterAll(() => rmSync(home, { recursive: true }));
const installed = join(home, 'installed');

/** The logit is mean × 8 − 4 + `more`, so that a result says which weights gave it. */
function install(version: string, more: number): void {
  const graph = {
    ...PLAIN_GRAPH,
    constants: [
      { name: 'eight', shape: [1], values: [8] },
      { name: 'four', shape: [1], values: [4 - more] },
    ],
  };
  const made = writeTestPack(join(home, 'made'), 'plain', { graph, manifest: { version } });
  const place = join(installed, 'plain', version);
  mkdirSync(dirname(place), { recursive: true });
  renameSync(made, place);
}
install('1.0.0', 0);
install('2.0.0', 3);

const image = writeTestImage(join(home, 'image.dcm'), {
  pixels: Uint16Array.from({ length: 32 * 32 }, (_, at) => (at % 32 < 16 ? 100 : 300)),
});

function engineWith(pinned: Record<string, string> = {}): LocalEngine {
  const engine = createEngine({
    packsDirectory: join(home, 'none'),
    installedDirectory: installed,
    policy: { ...NO_MODELS_POLICY, pinned },
    overreadVersion: '1',
  });
  onTestFinished(() => engine.close());
  return engine;
}

async function scores(engine: LocalEngine, modelIds: readonly string[] | null) {
  const outcomes = await engine.analyze({
    studyInstanceUID: image.header.studyInstanceUID,
    inputs: [image],
    stated: {},
    modelIds,
    device: 'cpu',
    withMaps: false,
  });
  return outcomes.map(({ record }) => [record.model.version, record.result.scores[0]?.score]);
}

describe('a version of a model that is asked for', () => {
  it('reads alone, whichever runs otherwise, and two of them side by side', async () => {
    const engine = engineWith();
    expect(await scores(engine, ['plain@1.0.0'])).toEqual([['1.0.0', expect.closeTo(0.5, 5)]]);
    expect(await scores(engine, ['plain'])).toEqual([['2.0.0', expect.closeTo(0.9526, 3)]]);
    const both = await scores(engine, ['plain@1.0.0', 'plain@2.0.0', 'plain@1.0.0']);
    expect(both.map(([version]) => version)).toEqual(['1.0.0', '2.0.0']);
  });

  it('and is not there is refused with what is', async () => {
    const engine = engineWith();
    await expect(scores(engine, ['plain@3.0.0'])).rejects.toMatchObject({
      code: 'model-unknown',
      message: 'Version 3.0.0 of model plain is not installed. Installed: 2.0.0, 1.0.0.',
    });
    await expect(scores(engine, ['other@1.0.0'])).rejects.toMatchObject({
      code: 'model-unknown',
      message: expect.stringContaining('Installed: plain'),
    });
  });

  it('does not go round the version that the policy pins', async () => {
    const engine = engineWith({ plain: '1.0.0' });
    await expect(scores(engine, ['plain@2.0.0'])).rejects.toMatchObject({ code: 'pack-pinned' });
    expect(await scores(engine, ['plain@1.0.0'])).toHaveLength(1);
  });
});
