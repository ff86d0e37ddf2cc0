import { studies } from './0001-studies.ts';
import { readersAndReads } from './0002-readers-and-reads.ts';
import { results } from './0003-results.ts';
import { audit } from './0004-audit.ts';
import { noReplacing } from './0005-no-replacing.ts';
import { outdatedResults } from './0006-outdated-results.ts';
import { importBreadth } from './0007-import-breadth.ts';
import { worklistAtScale } from './0008-worklist-at-scale.ts';
import { originNotSaid } from './0009-origin-not-said.ts';
import { standingAfterReopen } from './0010-standing-after-reopen.ts';
import { rawOutputs } from './0011-raw-outputs.ts';
import { searchMergedInSteps } from './0012-search-merged-in-steps.ts';
import { standingOfOneRead } from './0013-standing-of-one-read.ts';
import { jobs } from './0014-jobs.ts';
import { reconciling } from './0016-reconciling.ts';
import { peerReviews } from './0017-peer-reviews.ts';
import { worklistForWork } from './0020-worklist-for-work.ts';
import { viewsAndClaims } from './0021-views-and-claims.ts';
import { referrals } from './0022-referrals.ts';
import { consensusAndTriage } from './0023-consensus-and-triage.ts';
import { ledger } from './0025-ledger.ts';
import { reliance } from './0026-reliance.ts';
import { refusalFacts } from './0030-refusal-facts.ts';
import { auditHead } from './0031-audit-head.ts';
import { addendumDrafts } from './0032-addendum-drafts.ts';
import { reports } from './0033-reports.ts';
import { clinicalNotes } from './0034-clinical-notes.ts';
import { studiesOfPatient } from './0040-studies-of-patient.ts';
import { lesionLinks } from './0041-lesion-links.ts';
import { filedMessages } from './0042-filed-messages.ts';
import { responseStatements } from './0043-response-statements.ts';
import { readerStudies } from './0044-reader-studies.ts';
import { trainings } from './0045-trainings.ts';
import type { Migration } from './migration.ts';

export type { Migration } from './migration.ts';

/** Every migration of this build, in the order of their ids. */
export const migrations: readonly Migration[] = [
  studies,
  readersAndReads,
  results,
  audit,
  noReplacing,
  outdatedResults,
  importBreadth,
  worklistAtScale,
  originNotSaid,
  standingAfterReopen,
  rawOutputs,
  searchMergedInSteps,
  standingOfOneRead,
  jobs,
  reconciling,
  peerReviews,
  worklistForWork,
  viewsAndClaims,
  referrals,
  consensusAndTriage,
  ledger,
  reliance,
  refusalFacts,
  auditHead,
  addendumDrafts,
  reports,
  clinicalNotes,
  studiesOfPatient,
  lesionLinks,
  filedMessages,
  responseStatements,
  readerStudies,
  trainings,
];
