import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { modelsListSchema } from '../../../electron/shared/command-line.ts';
import type { PackManifest } from '../../../electron/shared/pack.ts';
import { analyzeReportSchema } from '../../../electron/shared/analysis.ts';
import { changeManifest } from '../../fixtures/pack-with-golden.ts';
import { findPython } from '../../fixtures/python.ts';
import { temporaryFolder } from '../store/parts.ts';
import { document, overread, ROOT } from './overread-process.ts';

/** The network is exported by Python's onnx, outside of this repository's code; without it this test is skipped, and says so. */
const PYTHON = findPython(['onnx', 'onnxruntime', 'numpy', 'PIL']);
const WITHOUT =
  PYTHON === null
    ? ' (SKIPPED: no Python with onnx, onnxruntime, numpy and Pillow; set OVERREAD_PYTHON)'
    : '';

/** The shell's lines of the page, block by block. */
function blocks(page: string): string[] {
  return [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines = '']) => lines);
}

describe('docs/bring-your-own-model.md', () => {
  it.skipIf(PYTHON === null)(
    `works as it stands, line by line${WITHOUT}`,
    async () => {
      const home = temporaryFolder();
      const data = join(home, 'data');
      symlinkSync(join(ROOT, 'docs'), join(home, 'docs'));
      mkdirSync(join(home, 'exported'));
      execFileSync(PYTHON ?? '', [
        join(ROOT, 'tests/fixtures/export_model.py'),
        join(home, 'exported/model.onnx'),
      ]);
      const image = Uint16Array.from(
        { length: 300 * 200 },
        (_, at) => (at % 200) * 17 + Math.floor(at / 200) * 3,
      );
      writeFileSync(
        join(home, 'image.png'),
        encode({ width: 200, height: 300, data: image, channels: 1, depth: 16 }),
      );
      const shell = (lines: string): string =>
        execFileSync(
          'bash',
          [
            '-euc',
            `overread() { "$NODE" "$ROOT/scripts/overread.mjs" "$@"; }\npython3() { "$PYTHON" "$@"; }\n${lines}`,
          ],
          {
            cwd: home,
            encoding: 'utf8',
            env: { ...process.env, OVERREAD_DATA: data, NODE: process.execPath, ROOT, PYTHON: PYTHON ?? '' },
          },
        );
      const [copy = '', goldens = '', check = '', pack = '', install = '', ...more] = blocks(
        readFileSync(join(ROOT, 'docs/bring-your-own-model.md'), 'utf8'),
      );
      expect(more).toEqual([]);
      shell(copy);
      const folder = join(home, 'my-model');
      const filled = (manifest: PackManifest): object => ({
        ...manifest,
        name: 'Effusion of tests',
        intendedUse: 'Tests.',
        limits: ['For research use, not for diagnosis.', 'Random weights.'],
      });
      changeManifest(folder, filled);
      writeFileSync(join(folder, 'CARD.md'), 'A network of random weights.\n');
      shell(goldens);
      const checked = shell(check);
      expect(checked).toMatch(/^my-model 1\.0\.0 can be installed: 3 golden cases reproduced; not signed\./);
      expect(checked).not.toMatch(/REPLACE|Nothing in the manifest names|CARD\.md/);
      expect(shell(pack)).toMatch(/signed by [0-9a-f]{16}/);
      const ran = shell(install);
      expect(ran).toMatch(/my-model 1\.0\.0 is installed: 3 golden cases reproduced/);
      expect(ran).toMatch(
        /my-model 1\.0\.0 \(not signed by a trusted key\): completed\n {4}Effusion: score 0\.\d+/,
      );

      const listed = modelsListSchema.parse(
        document(await overread(['models', 'list', '--data', data, '--json'])),
      );
      expect(listed.find(({ id }) => id === 'my-model')).toMatchObject({
        state: 'ready',
        runs: true,
        origin: 'installed',
      });
      // Outside of its domain it abstains like any other.
      const facts = ['--modality', 'DX', '--body-part', 'CHEST', '--view', 'PA', '--age', '9'];
      const line = [
        'analyze',
        join(home, 'image.png'),
        '--model',
        'my-model',
        ...facts,
        '--data',
        data,
        '--json',
      ];
      const child = analyzeReportSchema.parse(document(await overread(line)));
      expect(child[0]?.results[0]).toMatchObject({
        status: 'abstained',
        reason: expect.stringMatching(/age/i),
      });
    },
    240_000,
  );

  it('names the members of a manifest and the codes of a refusal as they are', () => {
    const page = readFileSync(join(ROOT, 'docs/bring-your-own-model.md'), 'utf8');
    expect(blocks(page)).toHaveLength(5);
    for (const code of ['pack-hash', 'pack-signature', 'pack-opset', 'pack-golden', 'pack-conflict'])
      expect(page).toContain(code);
  });
});
