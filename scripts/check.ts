import { runTool } from './lib/run.ts';

/** Each step with how to run it alone. All run, so that one fault does not hide the next. */
const STEPS: readonly { readonly name: string; readonly run: () => Promise<number> }[] = [
  { name: 'types', run: () => runTool('typescript/bin/tsc', ['-b']) },
  { name: 'lint', run: () => runTool('oxlint/bin/oxlint', ['--type-aware', '--quiet', '.']) },
  { name: 'format', run: () => runTool('@biomejs/biome/bin/biome', ['format', '.']) },
  {
    name: 'layers',
    run: () =>
      runTool('dependency-cruiser/bin/dependency-cruiser.mjs', [
        '--config',
        'dependency-cruiser.config.mjs',
        '--output-type',
        'err',
        'electron',
        'renderer',
      ]),
  },
];

const failed: string[] = [];
for (const step of STEPS) {
  console.log(`check: ${step.name}`);
  if ((await step.run()) !== 0) failed.push(step.name);
}
console.log(failed.length === 0 ? 'check: all is well' : `check: ${failed.join(', ')} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
