import { Hono } from 'hono';
import { ledgerQuerySchema } from '../../shared/ledger.ts';
import type { AppDeps } from '../deps.ts';
import { query } from '../valid.ts';

/** How the models did, in sums over final studies. Nothing here is about one study, and each look is audited. */
export function ledgerRoutes({ ledger, session }: AppDeps) {
  return new Hono()
    .get('/ledger', (context) => context.json(ledger.overview(session.requireReader().id)))
    .get('/ledger/series', query(ledgerQuerySchema), (context) =>
      context.json(ledger.page(session.requireReader().id, context.req.valid('query'))),
    )
    .get('/reliance', (context) => context.json(ledger.reliance(session.requireReader().id)))
    .get('/ledger/assess-ai.csv', (context) => {
      context.header('Content-Type', 'text/csv; charset=utf-8');
      context.header('Content-Disposition', 'attachment; filename="assess-ai.csv"');
      return context.body(ledger.assessAi(session.requireReader().id));
    });
}
