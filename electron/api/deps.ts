import type { Activity } from '../shared/activity.ts';
import type { AuditEntry } from '../shared/audit.ts';
import type { BackupInWindow, BackupState } from '../shared/backup.ts';
import type { Job } from '../shared/job.ts';
import type { OtherRead, PeerReviewRequest } from '../shared/peer-review.ts';
import type {
  CancelSignal,
  RefusalRepository,
  Shell,
  StudyPage,
  StudyQuery,
  ViewRepository,
} from '../shared/ports.ts';
import type {
  AddendumDraft,
  AssessmentRequest,
  CommitRequest,
  Comparison,
  Read,
  SaveRequest,
} from '../shared/read.ts';
import type { Priority, Stated, StudyDetail } from '../shared/study.ts';
import type { LedgerService } from './ledger-deps.ts';
import type { NoteService, ReportService } from './report-deps.ts';
import type { PriorService } from './prior-deps.ts';
import type {
  ConsensusService,
  ReaderStudyService,
  ReferralService,
  TrainingService,
  TriageService,
} from './peer-deps.ts';
import type { Terminology } from '../shared/terminology.ts';
import type { ClaimHow, ClaimState } from '../shared/worklist.ts';
import type { EventHub } from '../services/events.ts';
import type { Jobs } from '../services/jobs.ts';
import type { SessionService } from '../services/session.ts';

/** What the window can do with studies. Nothing here may depend on a model's result. */
export interface StudyService {
  list(query: StudyQuery): StudyPage;
  /** Of what every reader may see. */
  modalities(): string[];
  detail(studyInstanceUID: string, readerId: string | null): StudyDetail;
  state(studyInstanceUID: string, stated: Stated, actor: string): void;
  /** What a person says of how soon it is to be read; audited. Throws `Refused('study-unknown')`. */
  setPriority(studyInstanceUID: string, priority: Priority, actor: string): void;
  /** Throws `Refused('confirmation-wrong')` unless `confirm` is the patient's name. */
  remove(studyInstanceUID: string, confirm: string, actor: string): void;
}

/** Which reader has which study open. */
export interface ClaimService {
  claim(studyInstanceUID: string, readerId: string, how: ClaimHow): ClaimState;
  /** Ends the claim of that opening; whether there was one. */
  release(studyInstanceUID: string, claimId: string): boolean;
  /** Throws `Refused('study-taken')` where another reader has it and this one has not claimed it. */
  requireUntaken(studyInstanceUID: string, readerId: string): void;
}

/** The reader's own side of a study. */
export interface ReadingService {
  open(studyInstanceUID: string, readerId: string): Read;
  /** Throws `Refused('read-unknown')` where this reader has not opened the study. */
  current(studyInstanceUID: string, readerId: string): Read;
  /** Throws `Refused('read-changed')` where another window saved since. */
  save(studyInstanceUID: string, readerId: string, request: SaveRequest): Read;
  commit(studyInstanceUID: string, readerId: string, request: CommitRequest): Promise<Read>;
  /** Whether this reader has locked a read of the study. Looks at nothing of any model. */
  isCommitted(studyInstanceUID: string, readerId: string): boolean;
  /** Whether the AI was shown to this reader before the commit. Looks at nothing of any model. */
  isShown(studyInstanceUID: string, readerId: string): boolean;
}

/** Which mask or heatmap of which result. */
export interface MapAddress {
  readonly recordId: string;
  readonly outputId: string;
  readonly sopInstanceUID: string;
  readonly frame: number;
}

/** What is there to see once the read is locked. The api asks the blind gate before it calls any of these. */
export interface RevealedService {
  comparison(studyInstanceUID: string, readerId: string): Comparison;
  /** What the models found, to a reader who has not committed: by the site's policy alone. Throws `Refused('blind-first')`. */
  showAi(studyInstanceUID: string, readerId: string): Comparison;
  /** The same again. Throws `Refused('ai-not-shown')`. */
  shownAi(studyInstanceUID: string, readerId: string): Comparison;
  assess(
    studyInstanceUID: string,
    readerId: string,
    itemId: string,
    assessment: AssessmentRequest,
  ): Comparison;
  /** The committed reads of others beside the reader's own. */
  otherReads(studyInstanceUID: string, readerId: string): OtherRead[];
  /** Throws `Refused('read-unknown')`. */
  review(studyInstanceUID: string, readerId: string, readId: string, review: PeerReviewRequest): OtherRead[];
  /** Adds a text to the reader's committed read. */
  addAddendum(studyInstanceUID: string, readerId: string, text: string, id?: string): Comparison;
  /** What the reader has written as an addendum and not signed. */
  addendumDraft(studyInstanceUID: string, readerId: string): AddendumDraft;
  saveAddendumDraft(studyInstanceUID: string, readerId: string, text: string): AddendumDraft;
  /** A mask or heatmap as PNG. Throws `Refused('map-unknown')`. */
  map(studyInstanceUID: string, readerId: string, address: MapAddress): Uint8Array;
  report(studyInstanceUID: string, readerId: string): Promise<Uint8Array>;
}

/** All that runs beside the imports. It asks for the commit itself, before it looks at anything of a model. */
export interface ActivityService {
  /** `open`: the study on the screen. */
  current(readerId: string | null, open: string | null): Activity;
  runSelfTest(): void;
  stopSelfTest(): void;
  /** Lets files of watched folders in again that a cancelled or failed import left. */
  watchAgain(): void;
  /** Throws `Refused('read-not-committed')`. */
  steer(studyInstanceUID: string, readerId: string, what: 'again' | 'stop'): void;
  mayHearOf(studyInstanceUID: string, readerId: string | null): boolean;
}

/** Backups and restores. It tells when they were made, and nothing of what is in them. */
export interface BackupService {
  state(): BackupState;
  /** The backups in a folder, newest first, with whether they are good; what cannot be read at the end. */
  list(target: string): Promise<BackupInWindow[]>;
  /** To the policy's folder where none is named. Throws `Refused('backup-target' | 'path-not-whole')`. */
  start(target: string | null, actor: string): Job;
  /** Throws `Refused('data-folder-in-use' | 'path-not-whole')`. */
  startRestore(source: string, directory: string, actor: string): Job;
}

/** Slabs of frames (services/frames-slab). */
export interface FrameService {
  /** Of what is not withheld from this reader (blind first). `stack`: index in the series' stacks; without it the whole series. */
  series(
    uid: string,
    readerId: string | null,
    from: number,
    count: number,
    signal?: CancelSignal,
    stack?: number,
  ): Promise<Uint8Array<ArrayBuffer>>;
  instance(
    uid: string,
    readerId: string | null,
    from: number,
    count: number,
    signal?: CancelSignal,
  ): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where dropped files wait for their import. */
export interface UploadService {
  /** A folder of its own for files of so many bytes. Throws `Unavailable('disk-full')` where they would not fit. */
  begin(bytes: number): Promise<string>;
  /** Streams one file under its relative name. Throws `Refused('upload-unknown' | 'path-escapes' | 'name-twice')`. */
  write(id: string, name: string, body: ReadableStream<Uint8Array> | null): Promise<void>;
  /** Hands the folder over to whoever imports it. Throws `Refused('upload-unknown')`. */
  take(id: string): { readonly directory: string; remove(): Promise<void> };
  /** Removes what was sent; nothing where there is nothing. */
  discard(id: string): Promise<void>;
}

/** What the window may know of a pack: nothing about any study. */
export interface ModelSummary {
  readonly id: string;
  readonly version: string;
  readonly name: string;
  readonly limits: readonly string[];
}

/** A file of the built page. */
export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

export interface AppDeps {
  readonly session: SessionService;
  readonly studies: StudyService;
  readonly claims: ClaimService;
  readonly views: ViewRepository;
  readonly reading: ReadingService;
  readonly revealed: RevealedService;
  readonly referrals: ReferralService;
  readonly consensus: ConsensusService;
  readonly ledger: LedgerService;
  readonly priors: PriorService;
  readonly reports: ReportService;
  readonly notes: NoteService;
  readonly triage: TriageService;
  readonly readerStudies: ReaderStudyService;
  readonly trainings: TrainingService;
  readonly frames: FrameService;
  readonly jobs: Jobs;
  readonly activity: ActivityService;
  readonly backups: BackupService;
  readonly uploads: UploadService;
  readonly events: EventHub;
  readonly refusals: Pick<RefusalRepository, 'list' | 'all'> & {
    /** Empties the list, audited; how many lines it had. */
    clearAll(actor: string): number;
  };
  readonly audit: { list(limit: number, offset: number): AuditEntry[] };
  readonly models: () => readonly ModelSummary[];
  readonly terminology: Terminology;
  readonly shell: Shell;
  /** The built page's file under that URL path; null where there is none. Contains the path to its folder. */
  readonly page: (path: string) => Promise<PageFile | null>;
  /**
   * The host's guard, asked before anything else of every request, pages included: null lets it through. The browser
   * host checks Host, cookie and Origin here, the Electron host scheme, host name and Origin.
   */
  readonly admit: (request: Request) => Response | null;
  /** Milliseconds between two heartbeats of the event stream. */
  readonly heartbeatMs: number;
}
