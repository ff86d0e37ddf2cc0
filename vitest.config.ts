import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/{unit,contract,conformance}/**/*.test.{ts,tsx}'],
    // Real databases and real child processes: files run beside each other, the tests of one file in order.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
