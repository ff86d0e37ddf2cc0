import { jobSchema } from '../shared/job.ts';
import type { JobRepository, KeptJob } from '../shared/ports.ts';
import type { Connection } from './connection.ts';

/** Ended jobs that are kept. */
const KEPT = 50;

/** Imports that a person started, over restarts. */
export class SqlJobRepository implements JobRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  all(): KeptJob[] {
    const rows = this.#connection.database
      .prepare<[], { job: string; request: string }>(
        'SELECT job, request FROM jobs ORDER BY started_at, rowid',
      )
      .all();
    return rows.flatMap(({ job, request }) => {
      // Of a build that wrote another form: its import is in the audit trail all the same.
      const read = jobSchema.safeParse(JSON.parse(job));
      return read.success ? [{ job: read.data, request: JSON.parse(request) as KeptJob['request'] }] : [];
    });
  }

  save({ job, request }: KeptJob): void {
    this.#connection.transaction(() => {
      const { database } = this.#connection;
      database
        .prepare(
          `INSERT INTO jobs (id, started_at, job, request) VALUES (?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET job = excluded.job, request = excluded.request`,
        )
        .run(job.id, job.startedAt, JSON.stringify(job), JSON.stringify(request));
      database
        .prepare(
          `DELETE FROM jobs WHERE id IN (
             SELECT id FROM jobs WHERE json_extract(job, '$.endedAt') IS NOT NULL
             ORDER BY started_at DESC, rowid DESC LIMIT -1 OFFSET ?)`,
        )
        .run(KEPT);
    });
  }
}
