import { buildBundles, buildRenderer } from './lib/builds.ts';

const say = (line: string): void => console.error(`overread: ${line}`);

await buildRenderer(say);
await buildBundles(say);
