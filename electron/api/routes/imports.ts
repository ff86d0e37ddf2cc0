import { Hono } from 'hono';
import * as z from 'zod';
import { Refused } from '../../shared/errors.ts';
import type { Stated } from '../../shared/study.ts';
import { statedSchema } from '../../shared/study.ts';
import type { AppDeps } from '../deps.ts';
import { json, pageQuery, parsed, query } from '../valid.ts';

const importRequest = z.object({
  paths: z.array(z.string().min(1).max(4096)).min(1).max(10_000),
  stated: statedSchema.optional(),
});

/** A dropped folder goes through memory; what is larger is imported by its path. */
const UPLOAD_BYTES = 512 * 1024 * 1024;

/** Files come in by path (the workstation reads them itself) or, dropped on the page, by upload. */
export function importRoutes({ jobs, uploads, session, refusals }: AppDeps) {
  return new Hono()
    .post('/imports', json(importRequest), (context) => {
      const { paths, stated } = context.req.valid('json');
      const actor = session.requireReader().id;
      return context.json(jobs.startImport({ paths, stated: stated ?? null, actor, title: titleOf(paths) }));
    })
    .post('/imports/upload', async (context) => {
      const actor = session.requireReader().id;
      refuseTooLarge(context.req.header('Content-Length'));
      const form = await context.req.raw.formData();
      const files = form.getAll('files').filter((entry) => typeof entry !== 'string');
      if (files.length === 0) throw new Refused('request-invalid', 'No file was sent.');
      const staging = await uploads.receive(files.map((file) => ({ name: file.name, blob: file })));
      const names = files.map((file) => file.name);
      const title = titleOf(names);
      const stated = statedOf(form.get('stated'));
      return context.json(jobs.startImport({ paths: [staging.directory], stated, actor, title, staging }));
    })
    .get('/refusals', query(pageQuery), (context) => {
      const { limit, offset } = context.req.valid('query');
      return context.json(refusals.list(limit, offset));
    });
}

function refuseTooLarge(length: string | undefined): void {
  if (length === undefined || Number(length) > UPLOAD_BYTES) {
    throw new Refused(
      'too-large',
      'This is more than 512 MiB at once: give the path of the folder instead, or drop less.',
    );
  }
}

function statedOf(field: unknown): Stated | null {
  if (typeof field !== 'string' || field === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(field);
  } catch (cause) {
    throw new Refused('request-invalid', 'The stated facts cannot be read.', undefined, cause);
  }
  return parsed(statedSchema, value);
}

function titleOf(paths: readonly string[]): string {
  const first = paths[0] ?? '';
  const name = first.split(/[/\\]/).findLast((part) => part !== '') ?? first;
  return paths.length === 1 ? `Import ${name}` : `Import ${name} and ${paths.length - 1} more`;
}
