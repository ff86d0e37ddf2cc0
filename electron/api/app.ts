import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Refused } from '../shared/errors.ts';
import type { AppDeps } from './deps.ts';
import { answerOf } from './errors.ts';
import { headers } from './headers.ts';
import { activityRoutes } from './routes/activity.ts';
import { auditRoutes } from './routes/audit.ts';
import { backupRoutes } from './routes/backups.ts';
import { claimRoutes } from './routes/claims.ts';
import { consensusRoutes } from './routes/consensus.ts';
import { eventRoutes } from './routes/events.ts';
import { frameRoutes } from './routes/frames.ts';
import { importRoutes } from './routes/imports.ts';
import { jobRoutes } from './routes/jobs.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { modelRoutes } from './routes/models.ts';
import { priorRoutes } from './routes/priors.ts';
import { readRoutes } from './routes/read.ts';
import { readerStudyRoutes } from './routes/reader-studies.ts';
import { referralRoutes } from './routes/referrals.ts';
import { refusalRoutes } from './routes/refusals.ts';
import { noteRoutes } from './routes/notes.ts';
import { reportRoutes } from './routes/reports.ts';
import { revealedRoutes } from './routes/revealed.ts';
import { sessionRoutes } from './routes/session.ts';
import { shellRoutes } from './routes/shell.ts';
import { studyRoutes } from './routes/studies.ts';
import { trainingRoutes } from './routes/trainings.ts';
import { triageRoutes } from './routes/triage.ts';
import { viewRoutes } from './routes/views.ts';

/** Threat: a body without end that fills the memory. The longest honest one is a list of 10,000 paths. */
const BODY_BYTES = 16 * 1024 * 1024;

/**
 * The window states the length of everything it sends over HTTP; a body without one could have no end. (Electron's own
 * requests state none and never leave the process.)
 */
function refuseLong(request: Request): void {
  const length = Number(request.headers.get('content-length') ?? 0);
  if (request.headers.has('transfer-encoding') || !(length <= BODY_BYTES)) {
    throw new Refused('too-large', 'The request is longer than any that the window sends.');
  }
}

/** What a window may ask whoever it takes for the reader: how it learns who it really is. */
const ABOUT_READERS = new Set(['/api/session', '/api/session/reader', '/api/readers', '/api/events']);

/**
 * Threat: two windows, and a reader chosen in one of them: the other would write, sign and be shown the AI under a name that is not on
 * its screen. Each window says whom it shows (header, or `reader` in the address of a download), and is refused if that is no longer so.
 */
function refuseOtherReader(request: Request, sitting: string | null): void {
  const { pathname, searchParams } = new URL(request.url);
  const shown = request.headers.get('x-overread-reader') ?? searchParams.get('reader');
  if (shown === null || shown === sitting || ABOUT_READERS.has(pathname)) return;
  throw new Refused(
    'reader-changed',
    'Another reader was chosen in another window of this workstation; nothing was done under that name.',
  );
}

/** Every route under `/api`, one file a group. A new group is added here, and the leak test finds it by itself. */
function apiRoutes(deps: AppDeps) {
  return new Hono()
    .route('/', sessionRoutes(deps))
    .route('/', studyRoutes(deps))
    .route('/', viewRoutes(deps))
    .route('/', claimRoutes(deps))
    .route('/', readRoutes(deps))
    .route('/', revealedRoutes(deps))
    .route('/', referralRoutes(deps))
    .route('/', consensusRoutes(deps))
    .route('/', priorRoutes(deps))
    .route('/', reportRoutes(deps))
    .route('/', noteRoutes(deps))
    .route('/', triageRoutes(deps))
    .route('/', ledgerRoutes(deps))
    .route('/', readerStudyRoutes(deps))
    .route('/', trainingRoutes(deps))
    .route('/', frameRoutes(deps))
    .route('/', importRoutes(deps))
    .route('/', refusalRoutes(deps))
    .route('/', jobRoutes(deps))
    .route('/', activityRoutes(deps))
    .route('/', backupRoutes(deps))
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
  // A dropped file is streamed to the disk and may be of any size; everything else is held in memory.
  app.use('/api/*', (context, next) => {
    if (!/^\/api\/uploads\/[^/]+\/file$/.test(context.req.path)) refuseLong(context.req.raw);
    refuseOtherReader(context.req.raw, deps.session.readerId());
    return next();
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
