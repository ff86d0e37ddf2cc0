import { configDefaults, defineConfig } from 'vitest/config';

/** Tests of code that holds nothing of its own between calls: a process for each file costs as much as the tests. */
const TOGETHER = ['tests/unit/{dicom,domain,renderer,services,shared,store}/**/*.test.{ts,tsx}'];

export default defineConfig({
  test: {
    // Real databases and real child processes: files run beside each other, the tests of one file in order.
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'together', include: TOGETHER, isolate: false } },
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['tests/{unit,contract,conformance}/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, ...TOGETHER],
        },
      },
    ],
  },
});
