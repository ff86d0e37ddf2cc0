import { Hono } from 'hono';
import * as z from 'zod';
import type { AppDeps } from '../deps.ts';
import { json, query } from '../valid.ts';

const path = z.string().min(1).max(4096);

/** Backups, and restores into folders of their own: never over the data that this window shows. */
export function backupRoutes({ backups, session }: AppDeps) {
  return new Hono()
    .get('/backups', query(z.object({ target: path })), async (context) => {
      session.requireReader();
      return context.json(await backups.list(context.req.valid('query').target));
    })
    .post('/backups', json(z.object({ target: path.optional() })), (context) =>
      context.json(backups.start(context.req.valid('json').target ?? null, session.requireReader().id)),
    )
    .post('/restores', json(z.object({ source: path, directory: path })), (context) => {
      const { source, directory } = context.req.valid('json');
      return context.json(backups.startRestore(source, directory, session.requireReader().id));
    });
}
