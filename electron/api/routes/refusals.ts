import { Hono } from 'hono';
import { refusalsAsCsv } from '../../services/refusal-report.ts';
import type { AppDeps } from '../deps.ts';

/** What imports refused, as a report to take away, and tried again. The list itself: imports.ts. */
export function refusalRoutes({ jobs, session, refusals, events }: AppDeps) {
  return new Hono()
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
    .delete('/refusals', (context) => {
      const cleared = refusals.clearAll(session.requireReader().id);
      events.publish({ type: 'refusals-changed' });
      return context.json({ cleared });
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
    );
}
