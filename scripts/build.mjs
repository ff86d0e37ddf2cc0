/** npm run build: the page into dist/, the processes into out/. The work is in build.ts. */
import { onNode24 } from './lib/on-node24.mjs';

await onNode24('build.ts');
