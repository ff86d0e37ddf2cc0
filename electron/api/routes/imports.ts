import { Hono } from 'hono';
import * as z from 'zod';
import { refusalsAsCsv } from '../../services/refusal-report.ts';
import { statedSchema } from '../../shared/study.ts';
import type { AppDeps } from '../deps.ts';
import { json, pageQuery, query } from '../valid.ts';

const importRequest = z.object({
  paths: z.array(z.string().min(1).max(4096)).min(1).max(10_000),
  stated: statedSchema.optional(),
});

const uploadRequest = z.object({ bytes: z.int().nonnegative() });
const uploadImport = z.object({
  /** The first file, for the job's title. */
  name: z.string().min(1).max(4096),
  files: z.int().positive(),
  stated: statedSchema.optional(),
});

/** Files come in by path (the workstation reads them itself) or, dropped on the page, by upload: one request a file, each streamed to the disk. */
export function importRoutes({ jobs, uploads, session, refusals }: AppDeps) {
  return new Hono()
    .post('/imports', json(importRequest), (context) => {
      const { paths, stated } = context.req.valid('json');
      const actor = session.requireReader().id;
      return context.json(
        jobs.startImport({
          paths,
          stated: stated ?? null,
          actor,
          title: titleOf(paths[0] ?? '', paths.length),
        }),
      );
    })
    .post('/uploads', json(uploadRequest), async (context) => {
      session.requireReader();
      return context.json({ id: await uploads.begin(context.req.valid('json').bytes) });
    })
    .put('/uploads/:id/file', query(z.object({ name: z.string().min(1).max(4096) })), async (context) => {
      session.requireReader();
      await uploads.write(context.req.param('id'), context.req.valid('query').name, context.req.raw.body);
      return context.json({});
    })
    .post('/uploads/:id/import', json(uploadImport), (context) => {
      const actor = session.requireReader().id;
      const { name, files, stated = null } = context.req.valid('json');
      const staging = uploads.take(context.req.param('id'));
      const title = titleOf(name, files);
      return context.json(jobs.startImport({ paths: [staging.directory], stated, actor, title, staging }));
    })
    .delete('/uploads/:id', async (context) => {
      session.requireReader();
      await uploads.discard(context.req.param('id'));
      return context.json({});
    })
    .get('/refusals/report.csv', (context) => {
      context.header('Content-Type', 'text/csv; charset=utf-8');
      context.header('Content-Disposition', 'attachment; filename="refused-files.csv"');
      // With a byte order mark: spreadsheets take the file for Latin text without one.
      return context.body(`\ufeff${refusalsAsCsv(refusals.all())}`);
    })
    .get('/refusals/report.json', (context) => {
      context.header('Content-Disposition', 'attachment; filename="refused-files.json"');
      return context.json(refusals.all());
    })
    .post('/refusals/retry', (context) =>
      context.json(
        jobs.startImport({
          paths: [],
          stated: null,
          actor: session.requireReader().id,
          title: 'Try refused files again',
          how: 'refused-again',
        }),
      ),
    )
    .get('/refusals', query(pageQuery), (context) => {
      const { limit, offset } = context.req.valid('query');
      return context.json(refusals.list(limit, offset));
    });
}

function titleOf(first: string, count: number): string {
  const name = first.split(/[/\\]/).findLast((part) => part !== '') ?? first;
  return count === 1 ? `Import ${name}` : `Import ${name} and ${count - 1} more`;
}
