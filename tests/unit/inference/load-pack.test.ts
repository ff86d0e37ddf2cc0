import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPack, readPackFile } from '../../../electron/inference/load-pack.ts';
import { openPackShelf } from '../../../electron/inference/pack-shelf.ts';
import { testManifest, writeTestPack } from '../../fixtures/test-pack.ts';

const home = mkdtempSync(join(tmpdir(), 'overread-packs-'));
afterAll(() => rmSync(home, { recursive: true }));

const refusal = (code: string, words?: RegExp) =>
  expect.objectContaining({
    type: 'refused',
    code,
    ...(words ? { message: expect.stringMatching(words) } : {}),
  });

describe('a model pack', () => {
  it('is taken when manifest and weights agree', () => {
    const pack = loadPack(writeTestPack(home, 'good'));
    expect(pack.manifest.id).toBe('good');
    expect(pack.weights.length).toBe(pack.manifest.weights.bytes);
  });

  it('is refused when one byte of the weights was changed', () => {
    const folder = writeTestPack(home, 'changed');
    const { weights } = loadPack(folder);
    const other = Uint8Array.from(weights);
    other[100] = (other[100] ?? 0) ^ 1;
    writeFileSync(join(folder, 'model.onnx'), other);
    expect(() => loadPack(folder)).toThrow(refusal('pack-hash'));
  });

  it('is refused when a file is missing', () => {
    const folder = writeTestPack(home, 'lacking');
    rmSync(join(folder, 'model.onnx'));
    expect(() => loadPack(folder)).toThrow(refusal('pack-missing', /model\.onnx/));
    rmSync(join(folder, 'manifest.json'));
    expect(() => loadPack(folder)).toThrow(refusal('pack-missing', /manifest\.json/));
  });

  it('is refused when the manifest is not JSON', () => {
    const folder = writeTestPack(home, 'no-json');
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(() => loadPack(folder)).toThrow(refusal('pack-manifest'));
  });

  const base = testManifest('x', new Uint8Array(1));
  it.each([
    ['no-input', { input: { ...base.input, shape: [1, 3, 16, 16] } }, /input\.shape/],
    [
      'colour-late',
      {
        input: { ...base.input, shape: [1, 3, 16, 16] },
        preprocess: [{ op: 'modality-lut' as const }, { op: 'rgb' as const }, ...base.preprocess.slice(-1)],
      },
      /rgb must be the first/,
    ],
    ['colour-grey', { preprocess: [{ op: 'rgb' as const }, ...base.preprocess.slice(-1)] }, /\[1, 3, rows/],
    ['sizes', { domain: { ...base.domain, maxRows: 4 } }, /largest size/],
    [
      'stray-measure',
      {
        outputs: [
          ...base.outputs,
          { kind: 'measure' as const, name: 'logit', label: 'Width', unit: 'px', unless: 'Nothing' },
        ],
      },
      /Nothing/,
    ],
    ['no-resize', { preprocess: [{ op: 'grey' as const }] }, /last step/],
    ['no-points', { operatingPoints: {} }, /operatingPoints/],
    [
      'turned-points',
      { operatingPoints: { Brightness: { balanced: 0.2, 'high-sensitivity': 0.5 } } },
      /below/,
    ],
    ['no-floor', { floor: {} }, /floor/],
    ['stray-label', { floor: { Brightness: 0.1, Darkness: 0.1 } }, /Darkness/],
    ['no-limits', { limits: [] }, /limits/],
    ['twice', { outputs: [...base.outputs, ...base.outputs] }, /twice/],
    [
      'distance-twice',
      { outOfDomain: [{ output: 'logit', limit: 1, reason: 'Unlike' }] },
      /‘logit’ is named twice/,
    ],
    ['ages', { domain: { ...base.domain, minAgeYears: 6, maxAgeYears: 5 } }, /minAgeYears is above/],
    [
      'finding-mask',
      { outputs: base.outputs.map((o) => (o.kind === 'mask' ? { ...o, structure: false } : o)) },
      /not a structure/,
    ],
  ])('is refused when its manifest contradicts itself: %s', (id, change, words) => {
    expect(() => loadPack(writeTestPack(home, id, { manifest: change }))).toThrow(
      refusal('pack-manifest', words),
    );
  });

  it('is refused in a folder of another name', () => {
    expect(() => loadPack(writeTestPack(home, 'other-name', { manifest: { id: 'mine' } }))).toThrow(
      refusal('pack-manifest'),
    );
  });

  it('cannot read a file outside its folder, by name or by link', () => {
    const folder = writeTestPack(home, 'climber');
    expect(() => readPackFile(folder, '../good/manifest.json')).toThrow(refusal('pack-manifest'));
    expect(() => readPackFile(folder, '../nowhere.json')).toThrow(refusal('pack-manifest', /outside itself/));
    symlinkSync('/etc/hostname', join(folder, 'link.json'));
    expect(() => readPackFile(folder, 'link.json')).toThrow(refusal('pack-manifest', /link/));
  });
});

describe('the folder of packs', () => {
  it('lists what is ready and what was refused, passes over folders that are no packs, and sees changes', () => {
    const shelfHome = mkdtempSync(join(home, 'shelf-'));
    writeTestPack(shelfHome, 'ready');
    const broken = writeTestPack(shelfHome, 'broken');
    writeFileSync(join(broken, 'model.onnx'), 'x');
    writeFileSync(join(mkdtempSync(join(shelfHome, 'training-')), 'train.py'), '');
    const shelf = openPackShelf({ builtIn: shelfHome, installed: null });
    expect(shelf.packs().map(({ manifest }) => manifest.id)).toEqual(['ready']);
    expect(shelf.refused().map(({ id, error }) => [id, error.code])).toEqual([['broken', 'pack-hash']]);
    expect(() => shelf.pack('absent')).toThrow(refusal('model-unknown', /ready/));
    rmSync(broken, { recursive: true });
    writeTestPack(shelfHome, 'broken');
    expect(shelf.refused()).toEqual([]);
    expect(openPackShelf({ builtIn: join(home, 'nowhere'), installed: null }).packs()).toEqual([]);
  });
});
