import type { LesionRepository, PatientRepository, ResponseRepository } from './prior-ports.ts';
/** What readers do with each other's reads, as the services ask the store for it. */
import type {
  Consensus,
  ConsensusContent,
  ConsensusDecision,
  ConsensusSignature,
  ConsensusState,
} from './consensus.ts';
import type { MessageRepository } from './hl7-ports.ts';
import type { NoteRepository } from './note-ports.ts';
import type { ReportRepository } from './report-ports.ts';
import type { StudySummary } from './study.ts';
import type { DatedTrialRead, Opinion, Trial, TrialSimulation } from './reader-study.ts';
import type { TrainingStep } from './training.ts';
import type { TriagePage } from './triage.ts';
import type { Referral, ReferralState, ReferralStep } from './referral.ts';

/** A referral that is new. */
export interface NewReferral
  extends Pick<Referral, 'id' | 'readId' | 'ask' | 'about' | 'reason' | 'words' | 'createdAt'> {
  readonly studyInstanceUID: string;
  readonly fromReader: string;
  readonly toReader: string | null;
}

export interface NewReferralStep extends Omit<ReferralStep, 'by'> {
  readonly readerId: string;
}

export interface ReferralRepository {
  /** Of a study, oldest first, with every step. */
  of(studyInstanceUID: string): Referral[];
  /** Every one there is, with its study, newest first; for the operator. */
  every(limit: number): (Referral & { readonly studyInstanceUID: string })[];
  /** Gives the SHA-256 (hex) of the row as written, for the audit trail. */
  add(referral: NewReferral): string;
  /** Append-only; the referral then stands so. Gives the SHA-256 of the step's row. */
  addStep(referralId: string, step: NewReferralStep, state: ReferralState, takenBy: string | null): string;
  /** Whether an independent read of the study is asked of this reader by name, or was accepted by them, and is not answered. */
  asksIndependent(studyInstanceUID: string, readerId: string): boolean;
}

export interface ConsensusRepository {
  /** Of a study, oldest first, with every signature. */
  of(studyInstanceUID: string): Consensus[];
  every(): Iterable<Consensus>;
  /** Gives the SHA-256 (hex) of the row as written, for the audit trail; `sha256` is what the readers sign. */
  add(content: ConsensusContent, sha256: string, state: 'proposed' | 'no-consensus'): string;
  /** Append-only. Gives the SHA-256 of the signature's row. */
  sign(consensusId: string, signed: Omit<ConsensusSignature, 'readerName'>): string;
  /** Of one that is `proposed` alone. */
  setState(consensusId: string, state: ConsensusState): void;
  /** What the audit trail says was signed, of studies that are here: what was decided of which hash, by whom. */
  audited(): {
    studyInstanceUID: string;
    sha256: string;
    readerId: string;
    decision: ConsensusDecision;
  }[];
}

/** A study to be read, with what the models' newest results found in it; none beside one that is not positive. */
export interface TriageRow {
  readonly study: StudySummary;
  readonly findings: readonly {
    readonly modelId: string;
    readonly modelVersion: string;
    readonly label: string;
    readonly score: number;
    readonly recordId: string;
  }[];
}

/** The only list that joins studies and results. A service asks the site's policy before it. */
export interface TriageRepository {
  /** Throws `Refused('request-invalid')` for an `after` that no page gave. */
  list(
    readerId: string,
    limit: number,
    after: string | null,
  ): Omit<TriagePage, 'rows'> & { readonly rows: readonly TriageRow[] };
  /** Records for which the list has this study among the positive ones of this reader. */
  shows(studyInstanceUID: string, readerId: string): string[];
}

/** Reader studies. All append-only; each gives the SHA-256 (hex) of what it wrote, for the audit trail. */
export interface TrialRepository {
  /** The newest design of each, the newest study first. */
  every(): Trial[];
  find(trialId: string): Trial | undefined;
  /** A first design, or a newer one of a study that nobody has read in (a trigger refuses it else). */
  addDesign(trial: Pick<Trial, 'id' | 'revision' | 'design' | 'createdAt'>): string;
  /** Reads of people, in the order in which they came. */
  reads(trialId: string): DatedTrialRead[];
  addRead(trialId: string, revision: number, read: DatedTrialRead): string;
  /** What this reader said of the case before the AI was shown; undefined where that is not locked. */
  blindPart(trialId: string, reader: string, caseName: string): Opinion | undefined;
  addBlindPart(
    trialId: string,
    revision: number,
    part: { readonly reader: string; readonly case: string; readonly opinion: Opinion; readonly at: string },
  ): string;
  /** Whether anybody has read in it, or locked a blind part: the design stays. */
  isLocked(trialId: string): boolean;
  /** Newest first. */
  simulations(trialId: string): TrialSimulation[];
  addSimulation(simulation: TrialSimulation): string;
}

/** What happened in trainings, whose designs lie among those of reader studies. Append-only. */
export interface TrainingRepository {
  /** In the order in which they came; of one reader where one is named. */
  steps(trialId: string, reader?: string): TrainingStep[];
  /** The SHA-256 (hex) of what was written, for the audit trail. */
  add(trialId: string, revision: number, step: TrainingStep): string;
}

export interface PeerStore {
  readonly patients: PatientRepository;
  readonly lesions: LesionRepository;
  readonly responses: ResponseRepository;
  readonly reports: ReportRepository;
  readonly notes: NoteRepository;
  readonly messages: MessageRepository;
  readonly triage: TriageRepository;
  readonly consensuses: ConsensusRepository;
  readonly referrals: ReferralRepository;
  readonly trials: TrialRepository;
  readonly trainings: TrainingRepository;
}
