import { hash } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { Bug } from '../shared/errors.ts';
import type { Connection } from './connection.ts';

/** A table whose rows the trail names by a digest, and SQL for all that such a row says and that never changes. */
export interface DigestedTable {
  readonly table: string;
  readonly says: string;
}

const UID = '(SELECT uid FROM studies WHERE studies.id = study_id)';

export const REFERRALS: DigestedTable = {
  table: 'referrals',
  says: `json_array(id, ${UID}, read_id, from_reader, to_reader, ask, about_item, about_words, reason, words, created_at)`,
};
export const REFERRAL_STEPS: DigestedTable = {
  table: 'referral_steps',
  says: 'json_array(referral_id, reader_id, kind, stance, words, at)',
};
export const CONSENSUSES: DigestedTable = {
  table: 'consensuses',
  says: `json_array(id, ${UID}, first_read, second_read, first_reader, second_reader, proposed_by, proposed_at, content, sha256)`,
};
export const CONSENSUS_SIGNATURES: DigestedTable = {
  table: 'consensus_signatures',
  says: 'json_array(consensus_id, reader_id, decision, words, at, signature)',
};

export const LESION_LINKS: DigestedTable = {
  table: 'lesion_links',
  says: `json_array(id, ${UID}, read_id, finding_id, (SELECT uid FROM studies WHERE studies.id = prior_study_id), prior_read_id, prior_finding_id, reader_id, linked, at)`,
};
export const FILED_MESSAGES: DigestedTable = {
  table: 'filed_messages',
  says: `json_array(id, ${UID}, control_id, sha256, part, content, filed_at)`,
};
export const RESPONSE_STATEMENTS: DigestedTable = {
  table: 'response_statements',
  says: `json_array(id, ${UID}, read_id, (SELECT uid FROM studies WHERE studies.id = baseline_study_id), baseline_read_id, reader_id, kind, content, undoes, after_commit, reason, at)`,
};
export const TRIAL_DESIGNS: DigestedTable = {
  table: 'trial_designs',
  says: 'json_array(trial_id, revision, design, created_at)',
};
export const TRIAL_READS: DigestedTable = {
  table: 'trial_reads',
  says: 'json_array(trial_id, revision, reader, case_name, session, content, at)',
};
export const TRIAL_BLIND_PARTS: DigestedTable = {
  table: 'trial_blind_parts',
  says: 'json_array(trial_id, revision, reader, case_name, content, at)',
};
export const TRIAL_SIMULATIONS: DigestedTable = {
  table: 'trial_simulations',
  says: 'json_array(trial_id, run, revision, seed, reads, at)',
};
export const TRAINING_STEPS: DigestedTable = {
  table: 'training_steps',
  says: 'json_array(trial_id, revision, reader, run, kind, case_name, content, at)',
};

/** SQL for the digest of each row, with the functions that `trailMismatches` defines. */
export function digestSql({ says }: DigestedTable): string {
  return `sha256_of(canonical(${says}))`;
}

/**
 * SHA-256 in hex over the canonical JSON of a row that was just written, as it lies in the table: what its entry of the trail names.
 *
 * @throws Bug where nothing was written: the study is not here.
 */
export function digestOfWritten(
  connection: Connection,
  { table, says }: DigestedTable,
  { changes, lastInsertRowid }: { readonly changes: number; readonly lastInsertRowid: number | bigint },
): string {
  const row = connection
    .prepare<[number | bigint], { said: string }>(`SELECT ${says} AS said FROM ${table} WHERE rowid = ?`)
    .get(lastInsertRowid);
  if (changes !== 1 || row === undefined) throw new Bug(`Nothing was written to ${table}.`);
  return hash('sha256', canonicalJson(JSON.parse(row.said)));
}
