import { Unavailable } from '../shared/errors.ts';
import type { Clock, Store } from '../shared/ports.ts';
import { SqlAuditTrail } from './audit-trail.ts';
import { FileBlobStore } from './blob-store.ts';
import { SqlClaimRepository } from './claim-repository.ts';
import { Connection } from './connection.ts';
import { toStoreError } from './connection-errors.ts';
import { SqlConsensusRepository } from './consensus-repository.ts';
import { prepareDataFolder } from './data-folder.ts';
import { SqlJobRepository } from './job-repository.ts';
import { SqlLedgerRepository } from './ledger-repository.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { SqlLesionRepository } from './lesion-repository.ts';
import { SqlResponseRepository } from './response-repository.ts';
import { SqlPatientRepository } from './patient-repository.ts';
import { SqlReadRepository } from './read-repository.ts';
import { SqlReaderRepository } from './reader-repository.ts';
import { SqlReferralRepository } from './referral-repository.ts';
import { SqlMessageRepository } from './message-repository.ts';
import { SqlNoteRepository } from './note-repository.ts';
import { SqlReportRepository } from './report-repository.ts';
import { SqlRefusalRepository } from './refusal-repository.ts';
import { SqlRelianceRepository } from './reliance-repository.ts';
import { SqlResultRepository } from './result-repository.ts';
import { takeSnapshot } from './snapshot.ts';
import { Staging } from './staging.ts';
import { SqlStudyRepository } from './study-repository.ts';
import { SqlTrainingRepository } from './training-repository.ts';
import { SqlTrialRepository } from './trial-repository.ts';
import { SqlTriageRepository } from './triage-repository.ts';
import { SqlViewRepository } from './view-repository.ts';
import { SqlWatchedFiles } from './watched-files.ts';

export interface OpenStoreOptions {
  /** Made where it does not exist: `overread.db`, `blobs/`, `tmp/`, for its owner alone. */
  readonly directory: string;
  /** The key of an encrypted folder. This build keeps none: passing one is refused rather than ignored. */
  readonly key?: Uint8Array;
  readonly clock?: Clock;
}

const systemClock: Clock = { now: () => new Date().toISOString() };

/**
 * Opens a data folder, brings its database to this build's shape and clears what a killed import left. Several processes may have
 * one folder open: they read beside each other, and a second writer waits for the first (WAL).
 *
 * @throws Unavailable `data-newer`, `data-migration-changed`, `data-damaged`, `data-folder`, `encryption-absent`;
 * Refused `data-folder-not-ours`.
 */
export function openStore({ directory, key, clock = systemClock }: OpenStoreOptions): Store {
  if (key !== undefined) {
    throw new Unavailable('encryption-absent', 'This build does not encrypt its data folder yet.');
  }
  const folder = prepareDataFolder(directory);
  const connection = new Connection(folder.database, clock);
  try {
    migrate(connection.database, migrations, clock);
    const audit = new SqlAuditTrail(connection);
    const staging = new Staging(connection, folder);
    staging.sweep();
    const blobs = new FileBlobStore(folder, staging);
    return {
      directory,
      encrypted: false,
      studies: new SqlStudyRepository({ connection, folder, blobs, staging, audit }),
      blobs,
      refusals: new SqlRefusalRepository(connection),
      watched: new SqlWatchedFiles(connection),
      jobs: new SqlJobRepository(connection),
      readers: new SqlReaderRepository(connection, audit),
      claims: new SqlClaimRepository(connection),
      views: new SqlViewRepository(connection),
      reads: new SqlReadRepository(connection),
      consensuses: new SqlConsensusRepository(connection),
      referrals: new SqlReferralRepository(connection),
      patients: new SqlPatientRepository(connection),
      lesions: new SqlLesionRepository(connection),
      responses: new SqlResponseRepository(connection),
      reports: new SqlReportRepository(connection),
      notes: new SqlNoteRepository(connection),
      messages: new SqlMessageRepository(connection),
      trials: new SqlTrialRepository(connection),
      trainings: new SqlTrainingRepository(connection),
      triage: new SqlTriageRepository(connection),
      results: new SqlResultRepository(connection),
      ledger: new SqlLedgerRepository(connection),
      reliance: new SqlRelianceRepository(connection),
      audit,
      snapshot: (path, onProgress, signal) => takeSnapshot(connection, path, onProgress, signal),
      transaction: (work) => connection.transaction(work),
      close: () => connection.close(),
    };
  } catch (cause) {
    connection.close();
    throw toStoreError(cause);
  }
}
