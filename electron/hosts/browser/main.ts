import { parseArgs } from 'node:util';
import { toOverreadError } from '../../shared/errors.ts';
import { dataDirectory } from '../shared/data-directory.ts';
import { prepareFirstStart } from '../shared/first-start.ts';
import { serve } from './serve.ts';

/** `npm start` where there is no Electron: `[--data DIR] [--port N] [--no-open] [--watch DIR]…`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: '0' },
      'no-open': { type: 'boolean', default: false },
      watch: { type: 'string', multiple: true, default: [] },
    },
  });
  const say = (line: string): void => console.error(`overread: ${line}`);
  const open = !values['no-open'];
  const served = await serve({
    data: dataDirectory({ flag: values.data }),
    port: Number(values.port),
    open,
    watch: values.watch,
    say,
    prepare: (workstation) => prepareFirstStart(workstation, say),
  });
  if (!open) say(`Open this address in a browser on this machine (it works once): ${served.url}`);
  await served.closed;
}

main().catch((thrown: unknown) => {
  const error = toOverreadError(thrown);
  console.error(error.type === 'bug' ? thrown : `overread: ${error.message}`);
  process.exitCode = error.type === 'unavailable' ? 3 : 1;
});
