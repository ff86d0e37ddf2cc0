import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

/** What a run of tests came to. `skippedNames` say what was not tested, so that it is seen. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly skippedNames: readonly string[];
}

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** Counts of Vitest's JSON reporter. A file that could not be loaded has no tests, and counts as one that failed. */
export function vitestCounts(path: string): TestCounts {
  const { testResults } = vitestReport.parse(JSON.parse(readFileSync(path, 'utf8')));
  const tests = testResults.flatMap((file) => file.assertionResults);
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const passed = tests.filter((test) => test.status === 'passed').length;
  const failed = tests.filter((test) => test.status === 'failed').length;
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  return {
    passed,
    failed: failed + broken.length,
    skipped: skipped.length,
    skippedNames: skipped.map((test) => test.fullName),
  };
}

interface PlaywrightSuite {
  readonly title: string;
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly { readonly status: string }[];
  }[];
  readonly suites?: readonly PlaywrightSuite[];
}

const playwrightReport = z.object({
  suites: z.array(z.custom<PlaywrightSuite>((value) => typeof value === 'object' && value !== null)),
  errors: z.array(z.unknown()),
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
});

/** Counts of Playwright's JSON reporter. A test that passed only when repeated counts as failed. */
export function playwrightCounts(path: string): TestCounts {
  const { suites, errors, stats } = playwrightReport.parse(JSON.parse(readFileSync(path, 'utf8')));
  const failed = stats.unexpected + stats.flaky;
  return {
    passed: stats.expected,
    failed: failed === 0 ? errors.length : failed,
    skipped: stats.skipped,
    skippedNames: suites.flatMap(skippedSpecs),
  };
}

function skippedSpecs(suite: PlaywrightSuite): string[] {
  const here = (suite.specs ?? []).filter((spec) => spec.tests.some((test) => test.status === 'skipped'));
  return [
    ...here.map((spec) => `${suite.title}: ${spec.title}`),
    ...(suite.suites ?? []).flatMap(skippedSpecs),
  ];
}

/** Counts of a report that must be there; a run that wrote none failed as a whole. */
export function countsOrFailure(path: string, read: (path: string) => TestCounts): TestCounts {
  return existsSync(path) ? read(path) : { passed: 0, failed: 1, skipped: 0, skippedNames: [] };
}

/** `N passed, N failed` and, where something was skipped, `, N skipped`. */
export function countLine({ passed, failed, skipped }: Omit<TestCounts, 'skippedNames'>): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}
