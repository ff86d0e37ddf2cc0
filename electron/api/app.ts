import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Refused } from '../shared/errors.ts';
import type { AppDeps } from './deps.ts';
import { answerOf } from './errors.ts';
import { headers } from './headers.ts';
import { auditRoutes } from './routes/audit.ts';
import { eventRoutes } from './routes/events.ts';
import { frameRoutes } from './routes/frames.ts';
import { importRoutes } from './routes/imports.ts';
import { jobRoutes } from './routes/jobs.ts';
import { modelRoutes } from './routes/models.ts';
import { readRoutes } from './routes/read.ts';
import { refusalRoutes } from './routes/refusals.ts';
import { revealedRoutes } from './routes/revealed.ts';
import { sessionRoutes } from './routes/session.ts';
import { shellRoutes } from './routes/shell.ts';
import { studyRoutes } from './routes/studies.ts';

/** Every route under `/api`, one file a group. A new group is added here, and the leak test finds it by itself. */
function apiRoutes(deps: AppDeps) {
  return new Hono()
    .route('/', sessionRoutes(deps))
    .route('/', studyRoutes(deps))
    .route('/', readRoutes(deps))
    .route('/', revealedRoutes(deps))
    .route('/', frameRoutes(deps))
    .route('/', importRoutes(deps))
    .route('/', refusalRoutes(deps))
    .route('/', jobRoutes(deps))
    .route('/', modelRoutes(deps))
    .route('/', auditRoutes(deps))
    .route('/', shellRoutes(deps))
    .route('/', eventRoutes(deps));
}

/**
 * The workstation as one function from `Request` to `Response`: the guard of its host, the api, and the built page.
 * It knows neither Node's http nor Electron; both hosts mount it as it is.
 *
 * @example `protocol.handle('app', (request) => app.fetch(request))`
 */
export function createApp(deps: AppDeps) {
  const app = new Hono();
  app.use('*', headers);
  app.use('*', async (context, next) => {
    const refusal = deps.admit(context.req.raw);
    if (refusal !== null) return refusal;
    await next();
    return undefined;
  });
  app.onError((thrown, context) => {
    // The framework's own refusals (a body that is no JSON) are the request's fault.
    const error =
      thrown instanceof HTTPException && thrown.status < 500
        ? new Refused('request-invalid', 'The request cannot be read: its body is not what its type says.')
        : thrown;
    const { status, wire } = answerOf(error);
    return context.json(wire, status as 500);
  });
  const routed = app.route('/api', apiRoutes(deps));
  app.all('/api/*', (context) =>
    context.json({ type: 'refused', code: 'route-unknown', message: 'There is no such route.' }, 404),
  );
  app.get('*', async (context) => {
    const file = await deps.page(context.req.path);
    if (file === null) return context.text('Not found', 404);
    context.header('Content-Type', file.contentType);
    context.header('Content-Length', String(file.bytes.byteLength));
    return context.body(file.bytes);
  });
  return routed;
}

export type AppType = ReturnType<typeof createApp>;
