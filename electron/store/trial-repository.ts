import { hash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import type { TrialRepository } from '../shared/peer-ports.ts';
import type {
  DatedTrialRead,
  Opinion,
  Trial,
  TrialDesign,
  TrialRead,
  TrialSimulation,
} from '../shared/reader-study.ts';
import type { Connection } from './connection.ts';
import {
  digestOfWritten,
  TRIAL_BLIND_PARTS,
  TRIAL_DESIGNS,
  TRIAL_READS,
  TRIAL_SIMULATIONS,
} from './row-digests.ts';

interface DesignRow {
  trial_id: string;
  revision: number;
  design: string;
  created_at: string;
}

interface SimulationRow {
  trial_id: string;
  run: number;
  revision: number;
  seed: number;
  reads: string;
  at: string;
}

/** The newest design of each study, with the instant of the first one. */
const NEWEST = `SELECT trial_id, revision, design, created_at FROM trial_designs AS newest
  WHERE revision = (SELECT max(revision) FROM trial_designs WHERE trial_id = newest.trial_id)`;

/** Reader studies. Triggers keep what was written, and refuse a new design after the first read. */
export class SqlTrialRepository implements TrialRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  every(): Trial[] {
    return this.#connection
      .prepare<[], DesignRow>(`${NEWEST} ORDER BY created_at DESC, trial_id`)
      .all()
      .map(trialOf);
  }

  find(trialId: string): Trial | undefined {
    const row = this.#connection.prepare<[string], DesignRow>(`${NEWEST} AND trial_id = ?`).get(trialId);
    return row === undefined ? undefined : trialOf(row);
  }

  addDesign({ id, revision, design, createdAt }: Parameters<TrialRepository['addDesign']>[0]): string {
    const written = this.#connection
      .prepare('INSERT INTO trial_designs (trial_id, revision, design, created_at) VALUES (?, ?, ?, ?)')
      .run(id, revision, canonicalJson(design), createdAt);
    return digestOfWritten(this.#connection, TRIAL_DESIGNS, written);
  }

  reads(trialId: string): DatedTrialRead[] {
    return this.#connection
      .prepare<[string], { content: string; at: string }>(
        'SELECT content, at FROM trial_reads WHERE trial_id = ? ORDER BY id',
      )
      .all(trialId)
      .map(({ content, at }) => ({ ...(JSON.parse(content) as TrialRead), at }));
  }

  addRead(trialId: string, revision: number, { at, ...read }: DatedTrialRead): string {
    const written = this.#connection
      .prepare(
        'INSERT INTO trial_reads (trial_id, revision, reader, case_name, session, content, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(trialId, revision, read.reader, read.case, read.session, canonicalJson(read), at);
    return digestOfWritten(this.#connection, TRIAL_READS, written);
  }

  blindPart(trialId: string, reader: string, caseName: string): Opinion | undefined {
    const row = this.#connection
      .prepare<[string, string, string], { content: string }>(
        'SELECT content FROM trial_blind_parts WHERE trial_id = ? AND reader = ? AND case_name = ?',
      )
      .get(trialId, reader, caseName);
    return row === undefined ? undefined : (JSON.parse(row.content) as Opinion);
  }

  addBlindPart(
    trialId: string,
    revision: number,
    { reader, case: name, opinion, at }: Parameters<TrialRepository['addBlindPart']>[2],
  ): string {
    const written = this.#connection
      .prepare(
        'INSERT INTO trial_blind_parts (trial_id, revision, reader, case_name, content, at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(trialId, revision, reader, name, canonicalJson(opinion), at);
    return digestOfWritten(this.#connection, TRIAL_BLIND_PARTS, written);
  }

  isLocked(trialId: string): boolean {
    const found = this.#connection
      .prepare<[string, string, string], object>(
        `SELECT 1 FROM trial_reads WHERE trial_id = ? UNION ALL SELECT 1 FROM trial_blind_parts WHERE trial_id = ?
          UNION ALL SELECT 1 FROM training_steps WHERE trial_id = ? LIMIT 1`,
      )
      .get(trialId, trialId, trialId);
    return found !== undefined;
  }

  simulations(trialId: string): TrialSimulation[] {
    return this.#connection
      .prepare<[string], SimulationRow>(
        'SELECT * FROM trial_simulations WHERE trial_id = ? ORDER BY run DESC',
      )
      .all(trialId)
      .map(({ run, revision, seed, reads, at }) => ({
        trialId,
        run,
        revision,
        seed,
        at,
        reads: JSON.parse(reads) as TrialRead[],
      }));
  }

  addSimulation({ trialId, run, revision, seed, reads, at }: TrialSimulation): string {
    const written = this.#connection
      .prepare(
        'INSERT INTO trial_simulations (trial_id, run, revision, seed, reads, at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(trialId, run, revision, seed, canonicalJson(reads), at);
    return digestOfWritten(this.#connection, TRIAL_SIMULATIONS, written);
  }
}

function trialOf({ trial_id, revision, design, created_at }: DesignRow): Trial {
  return {
    id: trial_id,
    revision,
    design: JSON.parse(design) as TrialDesign,
    designSha256: hash('sha256', design),
    createdAt: created_at,
  };
}
