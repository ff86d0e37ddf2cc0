import { hash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { AuditEntry } from '../shared/audit.ts';
import type { AuditTrail, TrailMismatch } from '../shared/ports.ts';
import type { Connection } from './connection.ts';
import { trailMismatches } from './trail-rows.ts';

interface Row {
  sequence: number;
  at: string;
  actor: string;
  action: AuditEntry['action'];
  study_uid: string | null;
  detail: string;
  previous_hash: string;
  hash: string;
}

/** What comes before the first link. */
const BEGINNING = '0'.repeat(64);

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  return hash('sha256', canonicalJson(entry));
}

function entryOf(row: Row): AuditEntry {
  return {
    sequence: row.sequence,
    at: row.at,
    actor: row.actor,
    action: row.action,
    studyInstanceUID: row.study_uid,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
}

/** The append-only, hash-chained trail. Each link holds SHA-256 over the canonical JSON of the rest of it, the previous hash included. */
export class SqlAuditTrail implements AuditTrail {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(entry: Parameters<AuditTrail['append']>[0]): AuditEntry {
    return this.#connection.transaction(() => {
      const last = this.#connection
        .prepare<[], Pick<Row, 'sequence' | 'hash'>>(
          'SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1',
        )
        .get();
      // Through JSON and back, so that what is hashed now is what `verify` will read.
      const detail = canonicalJson(entry.detail);
      const body = {
        sequence: (last?.sequence ?? 0) + 1,
        at: this.#connection.clock.now(),
        actor: entry.actor,
        action: entry.action,
        studyInstanceUID: entry.studyInstanceUID,
        detail: JSON.parse(detail) as Record<string, unknown>,
        previousHash: last?.hash ?? BEGINNING,
      };
      const whole: AuditEntry = { ...body, hash: hashOf(body) };
      this.#connection
        .prepare(
          'INSERT INTO audit (sequence, at, actor, action, study_uid, detail, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          whole.sequence,
          whole.at,
          whole.actor,
          whole.action,
          whole.studyInstanceUID,
          detail,
          whole.previousHash,
          whole.hash,
        );
      return whole;
    });
  }

  list(limit: number, offset: number): AuditEntry[] {
    return this.#connection.database
      .prepare<[number, number], Row>('SELECT * FROM audit ORDER BY sequence DESC LIMIT ? OFFSET ?')
      .all(limit, offset)
      .map(entryOf);
  }

  verify(): { entries: number; brokenAt: number | null } {
    let entries = 0;
    let previous = BEGINNING;
    let brokenAt: number | null = null;
    const rows = this.#connection.database.prepare<[], Row>('SELECT * FROM audit ORDER BY sequence');
    for (const row of rows.iterate()) {
      entries += 1;
      if (brokenAt !== null) continue;
      if (!this.#holds(row, entries, previous)) brokenAt = row.sequence;
      previous = row.hash;
    }
    const head = this.#connection.database
      .prepare<[], Pick<Row, 'sequence' | 'hash'>>('SELECT sequence, hash FROM audit_head')
      .get();
    const whole = head?.sequence === entries && (entries === 0 || head.hash === previous);
    // Without its newest links a chain holds as well: the next one is missing.
    return { entries, brokenAt: brokenAt ?? (whole ? null : entries + 1) };
  }

  mismatches(): TrailMismatch[] {
    return trailMismatches(this.#connection);
  }

  #holds(row: Row, sequence: number, previous: string): boolean {
    if (row.sequence !== sequence || row.previous_hash !== previous) return false;
    try {
      const { hash: written, ...body } = entryOf(row);
      return hashOf(body) === written;
    } catch {
      // Detail that is no JSON any more: somebody wrote into the file, which is what a broken link says.
      return false;
    }
  }
}
