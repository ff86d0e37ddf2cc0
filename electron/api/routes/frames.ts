import type { Context } from 'hono';
import { Hono } from 'hono';
import * as z from 'zod';
import { uidSchema } from '../../shared/study.ts';
import type { AppDeps } from '../deps.ts';
import { frameIndex, param, query, slabQuery } from '../valid.ts';

/** Decoded frames, as slabs: many frames a request, since the cost of one is in the request (docs/architecture.md). */
export function frameRoutes({ frames, reading, session }: AppDeps) {
  return new Hono()
    .get(
      '/series/:series/frames',
      param(z.object({ series: uidSchema })),
      query(slabQuery.extend({ stack: frameIndex.optional(), beside: uidSchema.optional() })),
      async (context) => {
        const { from, count, stack, beside } = context.req.valid('query');
        const { signal } = context.req.raw;
        const { series } = context.req.valid('param');
        const sitting = session.readerId();
        // A prior beside a study that is not committed is as blind as that study, though its own read is committed.
        const blind = beside !== undefined && sitting !== null && !reading.isCommitted(beside, sitting);
        const readerId = blind ? null : sitting;
        return slab(context, await frames.series(series, readerId, from, count, signal, stack));
      },
    )
    .get(
      '/frames/:sop',
      param(z.object({ sop: uidSchema })),
      query(slabQuery.extend({ count: z.coerce.number().int().min(1).max(64).default(1) })),
      async (context) => {
        const { from, count } = context.req.valid('query');
        const { signal } = context.req.raw;
        const { sop } = context.req.valid('param');
        return slab(context, await frames.instance(sop, session.readerId(), from, count, signal));
      },
    );
}

function slab(context: Context, bytes: Uint8Array<ArrayBuffer>): Response {
  context.header('Content-Type', 'application/octet-stream');
  context.header('Content-Length', String(bytes.byteLength));
  return context.body(bytes);
}
