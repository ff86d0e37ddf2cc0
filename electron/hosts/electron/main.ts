import { parseArgs } from 'node:util';
import { app, BrowserWindow, dialog, protocol, session, utilityProcess } from 'electron';
import { toOverreadError } from '../../shared/errors.ts';
import { dataDirectory } from '../shared/data-directory.ts';
import { startElectron } from './start.ts';

// Electron adds switches of its own to argv: what is not ours is left alone.
const { values } = parseArgs({
  options: { data: { type: 'string' }, watch: { type: 'string', multiple: true } },
  strict: false,
});
const flag = typeof values.data === 'string' ? values.data : undefined;
const watch = (Array.isArray(values.watch) ? values.watch : []).filter((one) => typeof one === 'string');

const parts = { app, BrowserWindow, dialog, protocol, session, utilityProcess };

startElectron(parts, dataDirectory({ flag }), watch).catch((thrown: unknown) => {
  const error = toOverreadError(thrown);
  console.error(error.type === 'bug' ? thrown : error.message);
  dialog.showErrorBox('Overread cannot start', error.message);
  app.exit(error.type === 'unavailable' ? 3 : 1);
});
