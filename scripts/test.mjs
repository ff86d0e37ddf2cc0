/** npm test: everything that is checked, and one line that counts it. The work is in test.ts. */
import { onNode24 } from './lib/on-node24.mjs';

await onNode24('test.ts');
