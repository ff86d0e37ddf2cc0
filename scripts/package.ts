import { runTool } from './lib/run.ts';

/** `npm run package [-- electron-builder's arguments]`: builds, then packs for this system. */
await import('./build.ts');
process.exitCode = await runTool('electron-builder/cli.js', ['--publish', 'never', ...process.argv.slice(2)]);
