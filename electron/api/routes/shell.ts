import { Hono } from 'hono';
import type { AppDeps } from '../deps.ts';

/** What only a desktop host can do; the browser host answers `unsupported` and the page shows a path field. */
export function shellRoutes({ shell }: AppDeps) {
  return new Hono().post('/shell/pick', async (context) => context.json({ paths: await shell.pickPaths() }));
}
