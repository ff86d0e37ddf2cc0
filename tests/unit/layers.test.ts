import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

interface Cruised {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: { readonly violations: readonly { rule: { name: string }; from: string }[] };
}

/** Reads the code with dependency-cruiser and this house's map, from the given folder. */
function cruise(cwd: string, folders: readonly string[]): Cruised {
  const tool = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');
  const config = join(ROOT, 'dependency-cruiser.config.mjs');
  try {
    const stdout = execFileSync(
      process.execPath,
      [tool, '--config', config, '--output-type', 'json', ...folders],
      { cwd, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
    );
    return JSON.parse(stdout) as Cruised;
  } catch (error) {
    // It ends with the number of violations; its answer is complete all the same.
    if (
      error instanceof Error &&
      'stdout' in error &&
      typeof error.stdout === 'string' &&
      error.stdout !== ''
    ) {
      return JSON.parse(error.stdout) as Cruised;
    }
    throw error;
  }
}

describe('the layer map', () => {
  test('holds, over every source file that there is', () => {
    const { modules, summary } = cruise(ROOT, ['electron', 'renderer']);
    const read = new Set(modules.map((module) => module.source));
    const sources = globSync('{electron,renderer}/**/*.{ts,tsx}', { cwd: ROOT }).map((path) =>
      path.replaceAll('\\', '/'),
    );
    // Without its parser the tool reads nothing and reports no violation.
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((path) => !read.has(path))).toEqual([]);
    expect(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)).toEqual([]);
  }, 60_000);

  test('finds a violation that was planted', () => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    const planted = mkdtempSync(join(ROOT, '.cache', 'layers-'));
    try {
      const put = (path: string, text: string): void => {
        mkdirSync(join(planted, path, '..'), { recursive: true });
        writeFileSync(join(planted, path), text);
      };
      put('electron/store/open.ts', 'export const open = 1;\n');
      put('electron/domain/rule.ts', "import { open } from '../store/open.ts';\nexport const rule = open;\n");
      put(
        'renderer/app.ts',
        "import { rule } from '../electron/domain/rule.ts';\nexport const app = rule;\n",
      );
      put(
        'electron/services/call.ts',
        "import { request } from 'node:https';\nexport const call = request;\n",
      );
      const { summary } = cruise(planted, ['electron', 'renderer']);
      const found = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
      expect(found).toContain('domain-imports-only-its-own: electron/domain/rule.ts');
      expect(found).toContain('domain-does-no-io: electron/domain/rule.ts');
      expect(found).toContain('sockets-only-in-network: electron/services/call.ts');
      expect(found).toContain('renderer-speaks-shared: renderer/app.ts');
    } finally {
      rmSync(planted, { recursive: true, force: true });
    }
  }, 60_000);
});
