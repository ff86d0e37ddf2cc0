/** npm run package: installers and archives for this system (electron-builder). The work is in package.ts. */
import { onNode24 } from './lib/on-node24.mjs';

await onNode24('package.ts');
