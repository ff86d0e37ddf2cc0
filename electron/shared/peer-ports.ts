/** What readers do with each other's reads, as the services ask the store for it. */
import type {
  Consensus,
  ConsensusContent,
  ConsensusDecision,
  ConsensusSignature,
  ConsensusState,
} from './consensus.ts';
import type { ReportRepository } from './report-ports.ts';
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
  add(referral: NewReferral): void;
  /** Append-only; the referral then stands so. */
  addStep(referralId: string, step: NewReferralStep, state: ReferralState, takenBy: string | null): void;
  /** Whether an independent read of the study is asked of this reader by name, or was accepted by them, and is not answered. */
  asksIndependent(studyInstanceUID: string, readerId: string): boolean;
}

export interface ConsensusRepository {
  /** Of a study, oldest first, with every signature. */
  of(studyInstanceUID: string): Consensus[];
  every(): Iterable<Consensus>;
  add(content: ConsensusContent, sha256: string, state: 'proposed' | 'no-consensus'): void;
  /** Append-only. */
  sign(consensusId: string, signed: Omit<ConsensusSignature, 'readerName'>): void;
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

export interface PeerStore {
  readonly reports: ReportRepository;
  readonly consensuses: ConsensusRepository;
  readonly referrals: ReferralRepository;
}
