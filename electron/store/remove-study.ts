import type { AuditTrail } from '../shared/ports.ts';
import type { Connection } from './connection.ts';
import type { Staging } from './staging.ts';
import type { StudyRow } from './study-rows.ts';

/**
 * Deletes a study: its results, assessments, reads, instances, series, its row, in one transaction with the audit entry; then the
 * files that no other study uses. The entry names what went (the UID, counts, hashes of committed reads), not the patient.
 */
export function removeStudy(
  connection: Connection,
  staging: Staging,
  audit: AuditTrail,
  study: StudyRow,
  actor: string,
): void {
  const { database } = connection;
  const { marker, files } = connection.transaction(() => {
    // Committed with the rest: a kill before the files are gone leaves it, and the next opening sweeps them.
    const id = staging.begin();
    const used = database
      .prepare<[number], string>('SELECT DISTINCT sha256 FROM instances WHERE study_id = ?')
      .pluck()
      .all(study.id);
    const reads = database
      .prepare<[number], { id: string; sha256: string }>(
        `SELECT id, sha256 FROM reads WHERE study_id = ? AND status = 'committed' ORDER BY committed_at`,
      )
      .all(study.id);
    database.prepare('INSERT INTO removal (study_id) VALUES (?)').run(study.id);
    const readsOf = 'SELECT id FROM reads WHERE study_id = ?';
    for (const sql of [
      'DELETE FROM ledger_cases WHERE study_id = ?',
      'DELETE FROM reliance_cases WHERE study_id = ?',
      'DELETE FROM reliance_reads WHERE study_id = ?',
      'DELETE FROM result_maps WHERE result_id IN (SELECT id FROM results WHERE study_id = ?)',
      'DELETE FROM result_outputs WHERE result_id IN (SELECT id FROM results WHERE study_id = ?)',
      'DELETE FROM positive_results WHERE study_id = ?',
      'DELETE FROM results WHERE study_id = ?',
      'DELETE FROM consensus_signatures WHERE consensus_id IN (SELECT id FROM consensuses WHERE study_id = ?)',
      'DELETE FROM consensuses WHERE study_id = ?',
      'DELETE FROM referral_steps WHERE referral_id IN (SELECT id FROM referrals WHERE study_id = ?)',
      'DELETE FROM referrals WHERE study_id = ?',
      'DELETE FROM clinical_notes WHERE study_id = ?',
      'DELETE FROM filed_messages WHERE study_id = ?',
      'DELETE FROM report_addenda WHERE report_id IN (SELECT id FROM reports WHERE study_id = ?)',
      'DELETE FROM reports WHERE study_id = ?',
      // At once: one may take back another.
      'DELETE FROM response_statements WHERE ? IN (study_id, baseline_study_id)',
      'DELETE FROM lesion_links WHERE study_id = ?',
      'DELETE FROM lesion_links WHERE prior_study_id = ?',
      `DELETE FROM report_drafts WHERE read_id IN (${readsOf})`,
      `DELETE FROM assessments WHERE read_id IN (${readsOf})`,
      `DELETE FROM peer_reviews WHERE read_id IN (${readsOf})`,
      `DELETE FROM addenda WHERE read_id IN (${readsOf})`,
      `DELETE FROM reveals WHERE read_id IN (${readsOf})`,
      `DELETE FROM finals WHERE read_id IN (${readsOf})`,
      'DELETE FROM reads WHERE study_id = ?',
      'DELETE FROM instances WHERE study_id = ?',
      'DELETE FROM series WHERE study_id = ?',
      'DELETE FROM studies WHERE id = ?',
      'DELETE FROM removal WHERE study_id = ?',
    ]) {
      database.prepare(sql).run(study.id);
    }
    audit.append({
      actor,
      action: 'delete',
      studyInstanceUID: study.uid,
      detail: { series: study.series_count, instances: study.instance_count, committedReads: reads },
    });
    return { marker: id, files: used };
  });
  staging.end(marker, files);
}
