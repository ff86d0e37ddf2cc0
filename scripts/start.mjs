/** npm start: the workstation, with sample studies at the first start. The work is in start.ts. */
import { onNode24 } from './lib/on-node24.mjs';

await onNode24('start.ts');
