import { cpSync, existsSync, globSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'vite';
import { ROOT } from './lib/root.ts';

const OUT = join(ROOT, 'out', 'electron');

/** Each process and each thread of the packaged app. Names are fixed: one starts another by its file's name. */
const ENTRIES: Readonly<Record<string, string>> = {
  main: 'electron/hosts/electron/main.ts',
  cli: 'electron/hosts/cli/main.ts',
  engine: 'electron/hosts/engine/main.ts',
  'prepare-worker': 'electron/hosts/engine/prepare-worker.ts',
  'decode-worker': 'electron/dicom/decode-worker.ts',
  'import-worker': 'electron/hosts/workers/import-worker.ts',
};

/** Only what is native, or Electron's own, stays outside of the bundles (and in `dependencies`). */
const EXTERNAL = ['electron', 'better-sqlite3', 'onnxruntime-node'];

rmSync(OUT, { recursive: true, force: true });
const input = Object.fromEntries(
  Object.entries(ENTRIES)
    .map(([name, path]) => [name, join(ROOT, path)] as const)
    .filter(([, path]) => existsSync(path)),
);
await build({
  configFile: false,
  root: ROOT,
  logLevel: 'warn',
  // The codecs are CommonJS and name these; the bundles are modules, which do not have them.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
  build: {
    ssr: true,
    outDir: OUT,
    emptyOutDir: true,
    target: 'node24',
    sourcemap: false,
    minify: false,
    rolldownOptions: {
      input,
      external: EXTERNAL,
      // Flat: a file that looks for another beside itself finds it from whichever chunk it was put into.
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[hash].js' },
    },
  },
});

// The codecs look for their WebAssembly beside the bundle.
const codecs = 'node_modules/@cornerstonejs/codec-*/dist';
for (const wasm of globSync([`${codecs}/*decode.wasm`, `${codecs}/openjphjs.wasm`], { cwd: ROOT })) {
  cpSync(join(ROOT, wasm), join(OUT, basename(wasm)));
}
