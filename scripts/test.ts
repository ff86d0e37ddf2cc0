import { existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '../electron/hosts/browser/find-browser.ts';
import { ROOT } from './lib/root.ts';
import { run, runTool } from './lib/run.ts';
import {
  countLine,
  countsOrFailure,
  playwrightCounts,
  type TestCounts,
  vitestCounts,
} from './lib/test-counts.ts';
import { testEnvironment } from './lib/test-environment.ts';

const reports = join(ROOT, 'artefacts', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const environment = testEnvironment(process.env);

/** Types, lint, format and layers; counts as one more failed test where it fails, so that the last line tells. */
async function check(): Promise<TestCounts> {
  const code = await run(process.execPath, [join(ROOT, 'scripts', 'check.ts')]);
  return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0, skippedNames: [] };
}

/** A runner that fails beside its report (a leak, a crash at the end) is a failure too. */
function heeding(code: number, counts: TestCounts): TestCounts {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function vitest(): Promise<TestCounts> {
  const report = join(reports, 'vitest.json');
  const code = await runTool(
    'vitest/vitest.mjs',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    environment,
  );
  return heeding(code, countsOrFailure(report, vitestCounts));
}

async function playwright(): Promise<TestCounts> {
  const specs = globSync('tests/e2e/**/*.spec.ts', { cwd: ROOT });
  if (specs.length === 0) return { passed: 0, failed: 0, skipped: 0, skippedNames: [] };
  if (findBrowser() === null || !existsSync(join(ROOT, 'dist', 'renderer', 'index.html'))) {
    const names = specs.map((spec) => `${spec}: no browser or no built page here`);
    return { passed: 0, failed: 0, skipped: names.length, skippedNames: names };
  }
  const report = join(reports, 'playwright.json');
  const env = { ...environment.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  const code = await runTool('@playwright/test/cli.js', ['test', '--reporter=list,json'], { env });
  return heeding(code, countsOrFailure(report, playwrightCounts));
}

async function all(): Promise<TestCounts[]> {
  try {
    return [await check(), await vitest(), await playwright()];
  } finally {
    environment.end();
  }
}

const parts = await all();
const total = parts.reduce((sum, part) => ({
  passed: sum.passed + part.passed,
  failed: sum.failed + part.failed,
  skipped: sum.skipped + part.skipped,
  skippedNames: [...sum.skippedNames, ...part.skippedNames],
}));
for (const name of total.skippedNames) console.log(`skipped: ${name}`);
console.log(countLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;
