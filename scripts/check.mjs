/** npm run check: types, lint, format and the layer map. The work is in check.ts. */
import { onNode24 } from './lib/on-node24.mjs';

await onNode24('check.ts');
