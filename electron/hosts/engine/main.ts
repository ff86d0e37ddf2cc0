/**
 * The engine's process: it is given requests by its parent, reads the files itself, and answers. It knows neither the store
 * nor the window, keeps nothing, and may be killed at any time.
 */
import { type EngineRequest, engineRequestSchema } from '../../inference/engine-protocol.ts';
import { openParentPort } from './parent-port.ts';
import { createPreparer } from './preparer.ts';
import { createModels } from './models.ts';
import { createRemoteSessions } from './remote-sessions.ts';
import { prepareTasks, serveRequest } from './serve-requests.ts';

const port = openParentPort();
const models = createModels();
const remotes = createRemoteSessions();
const preparer = createPreparer((why) => {
  process.stderr.write(`The thread that decodes has ended: ${why}\n`);
  process.exit(70);
});

/** Decoding of the next request goes on while the model runs; a pack that cannot be loaded is reported when its turn comes. */
function prepareAhead(request: EngineRequest): void {
  if (request.type !== 'analyze') return;
  try {
    for (const task of prepareTasks(request, models.pack(request.pack))) preparer.ahead(task);
  } catch {
    // serveRequest meets the same error and says it.
  }
}

let last = Promise.resolve();
port.onLost(() => process.exit(0));
port.onMessage((message) => {
  const request = engineRequestSchema.parse(message);
  prepareAhead(request);
  last = last.then(() =>
    serveRequest(request, { models, remotes, preparer, send: (reply) => port.send(reply) }),
  );
});
