/**
 * What the services ask of the outside. `store`, `inference` and the hosts implement these; services know
 * nothing else of them. The store is synchronous (SQLite, one writer); everything that can take long is not.
 */
import type { AiFinding, Device, InferenceRecord, ModelResult, OutputMap, RawOutput } from './analysis.ts';
import type { AuditAction, AuditEntry } from './audit.ts';
import type { ByteLocation, ByteSource } from './byte-source.ts';
import type { WireError } from './errors.ts';
import type { Refusal, RefusalRow, SameUidConflict } from './imports.ts';
import type { Job } from './job.ts';
import type { LedgerRepository, RelianceRepository } from './ledger-ports.ts';
import type { CheckedDevice, DeviceCheck } from './device-check.ts';
import type { PackManifest } from './pack.ts';
import type { PackSignature } from './pack-signature.ts';
import type { RemoteAddress } from './remote.ts';
import type { ReplayDifference } from './replay.ts';
import type { FrameWithValues, ImageAttributes } from './pixels.ts';
import type { PeerStore } from './peer-ports.ts';
import type { PeerReview } from './peer-review.ts';
import type { Addendum, Assessment, Read, ReadContent } from './read.ts';
import type { InstanceGeometry } from './series-geometry.ts';
import type { Reader } from './session.ts';
import type { Priority, Stated, StudyDetail, StudySummary } from './study.ts';
import type { SavedView, StudyFilters, StudySort, WorklistChoice, WorklistView } from './worklist.ts';

/** The part of an AbortSignal that is used, since this layer knows neither DOM nor Node. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Who made an object: 'known' (no algorithm, or of a class that algorithms do not write), 'algorithm', or not said. */
export type Origin = 'known' | 'unknown' | 'algorithm';

/** The header of one object, as `dicom/read-header` gives it: all that the store indexes. */
export interface InstanceHeader {
  readonly sopInstanceUID: string;
  readonly sopClassUID: string;
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly transferSyntaxUID: string;
  readonly patientName: string;
  readonly patientID: string;
  /** Issuer of Patient ID (0010,0021); absent where the file does not say, and in headers that an earlier build stored. */
  readonly patientIDIssuer?: string;
  readonly sex: string;
  readonly birthDate: string;
  /** Years; null where nothing says. */
  readonly age: number | null;
  readonly accessionNumber: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyDescription: string;
  readonly seriesDescription: string;
  readonly seriesNumber: number | null;
  readonly instanceNumber: number | null;
  readonly modality: string;
  readonly bodyPart: string;
  readonly viewPosition: string;
  readonly laterality: string;
  readonly manufacturer: string;
  /** What the machine says of itself beside its manufacturer; absent where it says nothing, and in headers from before it was kept. */
  readonly scanner?: { readonly model?: string; readonly station?: string; readonly software?: string };
  readonly kind: string;
  readonly notDrawn: string | null;
  /** Null for objects without pixels, and for pixels that this build cannot lay out (`undrawnPixels`). */
  readonly image: ImageAttributes | null;
  /** It has an image that nobody can have seen here: too large, or of a form that is not decoded. */
  readonly undrawnPixels?: true;
  /** Absent for objects without an image, and in headers that an earlier build stored: their geometry is what `image` holds. */
  readonly geometry?: InstanceGeometry;
  /** The other groups of the name, for display; absent where the file has none. `patientName` is the first that there is. */
  readonly otherNames?: { readonly ideographic: string; readonly phonetic: string };
  /** What was wrong with how the file is written and could be mended for certain, in plain words; absent where nothing was. */
  readonly recovered?: string;
  /** Absent in headers from before it was read: the store then says. */
  readonly origin?: Origin;
  /** The SOP Instance UID in the file, where another content has it here and `sopInstanceUID` was made for this one. */
  readonly conflictOf?: string;
}

/** What indexing asks of a header. Of the images of a series all of it but the SOP Instance UID is the same, as a rule. */
export type IndexedHeader = Pick<
  InstanceHeader,
  | 'sopInstanceUID'
  | 'studyInstanceUID'
  | 'seriesInstanceUID'
  | 'patientName'
  | 'otherNames'
  | 'patientID'
  | 'sex'
  | 'birthDate'
  | 'age'
  | 'accessionNumber'
  | 'studyDate'
  | 'studyTime'
  | 'studyDescription'
  | 'seriesDescription'
  | 'seriesNumber'
  | 'modality'
  | 'bodyPart'
  | 'viewPosition'
  | 'recovered'
  | 'origin'
  | 'conflictOf'
> & { /** Null for objects without pixels. */ readonly image: object | null };

/** A file that was read, hashed and lies in the store's blob folder, not yet indexed. */
export type StagedInstance = StagedFile & (StagedWhole | StagedText);

/** With its whole header at hand. */
interface StagedWhole {
  readonly header: InstanceHeader;
  readonly headerText?: undefined;
}

/** With the whole header as JSON: what an import's threads give. */
interface StagedText {
  readonly header: IndexedHeader;
  readonly headerText: string;
}

interface StagedFile {
  /** SHA-256 of the file as stored. */
  readonly sha256: string;
  readonly bytes: number;
  /** The path it came from, for messages. */
  readonly sourcePath: string;
  /** True for a plain image, which was wrapped with what a person stated. */
  readonly plain?: boolean;
}

export interface StoreStudyOutcome {
  readonly imported: number;
  readonly duplicates: number;
  readonly refused: readonly Refusal[];
  /** Of those imported: files whose UID another content had. */
  readonly conflicts: readonly SameUidConflict[];
  /** What the study has now, in all. */
  readonly series: number;
  readonly instances: number;
}

export interface StudyQuery {
  /** Matches patient name, patient ID, accession number, description and modality; months and days are of the study (`typedSearch`). */
  readonly query?: string;
  readonly view?: WorklistView;
  readonly filters?: StudyFilters;
  /** Newest received first unless told. */
  readonly sort?: StudySort;
  readonly limit: number;
  /** Of lists without filters, in the order of arrival; behind it `after` is cheaper. */
  readonly offset: number;
  /** `next` of the page before, asked for with the same query, view, filters and order. */
  readonly after?: string;
  /** Status is per reader: what another reader did stays hidden. Null where nobody is reading: every study is 'new'. */
  readonly readerId: string | null;
  /** For the operator's command line only: the furthest that any reader has come. */
  readonly anyReader?: boolean;
}

/** A page of the worklist. */
export interface StudyPage {
  readonly total: number;
  /** Where so many match that they were not all counted: there are at least `total`. */
  readonly totalIsMinimum?: true;
  /**
   * Where to go on; absent at the end. A page may hold fewer rows than asked for, even none, and yet not be the last: no answer looks through
   * more studies than its time allows.
   */
  readonly next?: string;
  readonly rows: StudySummary[];
}

export interface StudyRepository {
  list(query: StudyQuery): StudyPage;
  /** Throws `Refused('study-unknown')`. */
  detail(studyInstanceUID: string, readerId: string | null): StudyDetail;
  has(studyInstanceUID: string): boolean;
  /** All instances of one study in one transaction, with the audit entry: whole or not at all. */
  storeStudy(
    studyInstanceUID: string,
    instances: readonly StagedInstance[],
    stated: Stated | null,
    actor: string,
  ): StoreStudyOutcome;
  /** Throws `Refused('instance-unknown')`. */
  instance(sopInstanceUID: string): {
    header: InstanceHeader;
    sha256: string;
    bytes: number;
    location: ByteLocation;
  };
  instancesOf(studyInstanceUID: string): { header: InstanceHeader; sha256: string; location: ByteLocation }[];
  /**
   * The instances of one series in display order, as `detail` lists them, withheld ones too; as a rule the very same array while nothing
   * of the series changed. Throws `Refused('series-unknown')`.
   */
  instancesOfSeries(
    seriesInstanceUID: string,
  ): readonly { readonly header: InstanceHeader; readonly sha256: string; readonly location: ByteLocation }[];
  /** SOP Instance UIDs that this reader must not see yet, since an algorithm may have made them: until the reader has committed. */
  withheld(studyInstanceUID: string, readerId: string | null): ReadonlySet<string>;
  state(studyInstanceUID: string, stated: Stated, actor: string): void;
  /** A number that grows with every instance that is stored, by whichever process. */
  newestInstance(): number;
  /** Studies with instances that were stored after the one of that number. */
  gainedSince(newestInstance: number): string[];
  /** Modalities that any study shows, sorted. */
  modalities(): string[];
  /** Gives what it was; audited where it changes. Throws `Refused('study-unknown')`. */
  setPriority(studyInstanceUID: string, priority: Priority, actor: string): Priority;
  flag(studyInstanceUID: string, words: string): void;
  /** Deletes rows, reads, results and blobs no longer referenced; audited. Throws `Refused('study-unknown')`. */
  remove(studyInstanceUID: string, actor: string): void;
}

export interface BlobStore {
  /** Writes bytes under their SHA-256 (0600), atomically; a no-op where they already lie. */
  put(bytes: Uint8Array, sha256: string): void;
  locate(sha256: string): ByteLocation;
  open(location: ByteLocation): Promise<ByteSource>;
  /**
   * Marks an import as under way, so that no sweep, in this process or another, takes files not yet indexed. Always call `end`,
   * with the SHA-256 of what was put: what no instance uses by then is deleted.
   */
  beginStaging(): { end(put: readonly string[]): void };
  /** Free space where the blobs lie, for a person of ordinary rights; null where the system does not say. */
  freeBytes(): number | null;
}

export interface RefusalRepository {
  /** `stated`: what a person stated for their import; a later try goes by it. */
  add(refusals: readonly Refusal[], importId: string, stated?: Stated | null): void;
  list(limit: number, offset: number): { total: number; rows: RefusalRow[] };
  /** Every one, newest first. */
  all(): RefusalRow[];
  clear(importId: string): void;
  /** Empties the list; gives how many lines it had. */
  clearAll(): number;
  /** Takes every line about these paths off the list. */
  remove(paths: readonly string[]): void;
}

/** A file of a watched folder as it was when an import took it. */
export interface WatchedFile {
  readonly path: string;
  readonly bytes: number;
  /** Time of its last change, ms since 1970, by its own disk. */
  readonly changedMs: number;
}

export interface WatchedFiles {
  all(): WatchedFile[];
  take(files: readonly WatchedFile[]): void;
  forget(paths: readonly string[]): void;
}

/** A job with what was asked for. */
export interface KeptJob {
  readonly job: Job;
  readonly request: {
    readonly paths: readonly string[];
    readonly stated: Stated | null;
    /** The reader's id, or 'operator'. */
    readonly actor: string;
    readonly how: 'paths' | 'watched' | 'refused-again' | 'work';
  };
}

export interface JobRepository {
  /** Oldest first. */
  all(): KeptJob[];
  /** Writes it, over what was there; the oldest ended ones beyond fifty are forgotten. */
  save(kept: KeptJob): void;
}

/** A reader has a study open. */
export interface Claim {
  readonly id: string;
  readonly studyInstanceUID: string;
  readonly readerId: string;
  readonly readerName: string;
  readonly since: string;
}

export interface ClaimRepository {
  /** Of a study, of any reader; without those that are idle. */
  of(studyInstanceUID: string): Claim[];
  /** Those whose reader has done nothing for `CLAIM_IDLE_MINUTES`. */
  idle(): Claim[];
  all(): Claim[];
  /** A claim of this reader, or the one there is under a new id; gives the id. */
  begin(studyInstanceUID: string, readerId: string): string;
  /** Its reader is there. */
  touch(claimId: string): void;
  end(claimId: string): void;
}

/** A reader's saved views of the worklist; each call is one reader's own. */
export interface ViewRepository {
  list(readerId: string): SavedView[];
  /** Throws `Refused('view-exists' | 'views-full')`. */
  save(readerId: string, name: string, choice: WorklistChoice): SavedView;
  /** Throws `Refused('view-unknown' | 'view-exists')`. */
  change(readerId: string, id: string, changes: { name?: string; choice?: WorklistChoice }): void;
  /** All of the reader's views in their new order. Throws `Refused('views-changed')` where these are not all. */
  order(readerId: string, ids: readonly string[]): void;
  /** Throws `Refused('view-unknown')`. */
  remove(readerId: string, id: string): void;
}

export interface ReaderRepository {
  list(): Reader[];
  /** Makes an Ed25519 key pair; audited. */
  create(name: string): Reader;
  find(id: string): Reader | undefined;
  /** Ed25519 signature over `data`, base64. */
  sign(readerId: string, data: Uint8Array): string;
}

export interface ReadRepository {
  /** This reader's latest read of the study. */
  find(studyInstanceUID: string, readerId: string): Read | undefined;
  begin(studyInstanceUID: string, readerId: string): Read;
  /** Throws `Refused('read-committed')` once committed. */
  save(readId: string, content: ReadContent): Read;
  /** Fails by trigger too if anything is changed afterwards. */
  commit(
    readId: string,
    committed: Pick<Read, 'framesDisplayed' | 'framesNotSeen' | 'sha256' | 'signature' | 'committedAt'> &
      Partial<Pick<Read, 'activeSeconds' | 'aiMode'>>,
  ): Read;
  /** The studies of which this reader has committed a read, newest commit first. */
  committedBy(readerId: string, limit: number): string[];
  /** Notes that the AI was shown to the reader of this draft; true the first time. Throws `Refused('read-committed')`. */
  showAi(readId: string, at: string): boolean;
  /** Any committed read of the study, newest first. */
  committed(studyInstanceUID: string): Read[];
  /** Every committed read there is, one at a time. */
  everyCommitted(): Iterable<Read>;
  assessments(readId: string): Assessment[];
  /** Append-only: a later assessment of the same item adds a row, and the latest one counts. */
  assess(readId: string, assessment: Assessment): void;
  /** Notes when the AI was first shown for this committed read; true the first time, false after that. */
  markRevealed(readId: string, at: string): boolean;
  /** Every difference of this committed read is settled: its reader's study status becomes 'final'. Idempotent; true the first time. */
  markFinal(readId: string, at: string): boolean;
  /** What its reader added to this committed read, in order. */
  addenda(readId: string): Addendum[];
  /** Append-only. */
  addAddendum(readId: string, addendum: Addendum): void;
  /** Words of an addendum that are not signed yet; empty where there are none. */
  addendumDraft(readId: string): string;
  saveAddendumDraft(readId: string, text: string): void;
  /** What this reviewer last said of another's read. */
  review(readId: string, reviewerId: string): PeerReview | undefined;
  /** Append-only. */
  addReview(readId: string, reviewerId: string, review: PeerReview): void;
  /** Takes 'final' back from this read, something of which is open again; false where it was not final. */
  unmarkFinal(readId: string): boolean;
  /** Takes 'final' back from every read of the study: there is something new to settle. Gives the reads that were. */
  reopen(studyInstanceUID: string): string[];
}

export interface ResultRepository {
  save(record: InferenceRecord, maps: readonly OutputMap[], outputs: readonly RawOutput[]): void;
  /** The newest result of each model for the study; none from before its facts were stated otherwise. */
  latest(studyInstanceUID: string): ModelResult[];
  /** Models whose last results of the study are failures one after the other: how many, and when the last was made. */
  failures(studyInstanceUID: string): { model: ModelResult['model']; count: number; lastAt: string }[];
  record(recordId: string): InferenceRecord | undefined;
  /** What the network gave, as the record keeps it; empty where nothing ran, and for records from before it was kept. */
  outputs(recordId: string): RawOutput[];
  /** The ids of all records made since a time (ISO 8601, UTC), oldest first. */
  recordIds(since: string): string[];
  /** A page of the records made since a time, in the order in which they were written, after the row of the page before (0: the first). */
  recordPage(since: string, afterRow: number, limit: number): { row: number; recordId: string }[];
  map(recordId: string, outputId: string, sopInstanceUID: string, frame: number): Uint8Array | undefined;
  mapsOf(studyInstanceUID: string): Omit<OutputMap & { recordId: string }, 'png'>[];
}

/** A row of the data and the trail's entry of it do not go together. */
export interface TrailMismatch {
  /** Kind and id. */
  readonly what: string;
  /** `changed`: the trail does not know it as it is; `gone`: the trail knows it, and it is not there. */
  readonly how: 'changed' | 'gone';
}

export interface AuditTrail {
  append(entry: {
    actor: string;
    action: AuditAction;
    studyInstanceUID: string | null;
    detail: Record<string, unknown>;
  }): AuditEntry;
  /** Newest first, unfiltered: what the window may see of it the api decides. */
  list(limit: number, offset: number): AuditEntry[];
  /** First broken link, or null where the chain holds. One beyond `entries`: the newest links were cut off. */
  verify(): { entries: number; brokenAt: number | null };
  /** What the trail tells of and the data have otherwise, or not (any more); of one kind a hundred at most. */
  mismatches(): TrailMismatch[];
}

/** A copy of the database as it was at one moment. */
export interface Snapshot {
  readonly audit: { readonly entries: number; readonly lastHash: string };
  readonly studies: number;
  readonly committedReads: number;
  /** Of the files that its instances use. */
  size(): { files: number; bytes: number };
  /** Each of them once. No other question may be asked until it is read to its end. */
  files(): Iterable<{ sha256: string; bytes: number }>;
  close(): void;
}

/** One open data folder. */
export interface Store extends PeerStore {
  readonly directory: string;
  readonly encrypted: boolean;
  readonly studies: StudyRepository;
  readonly blobs: BlobStore;
  readonly refusals: RefusalRepository;
  readonly watched: WatchedFiles;
  readonly jobs: JobRepository;
  readonly readers: ReaderRepository;
  readonly claims: ClaimRepository;
  readonly views: ViewRepository;
  readonly reads: ReadRepository;
  readonly results: ResultRepository;
  readonly ledger: LedgerRepository;
  readonly reliance: RelianceRepository;
  readonly audit: AuditTrail;
  transaction<T>(work: () => T): T;
  /** Copies the database to a new file while it is used. */
  snapshot(path: string, onProgress: (share: number) => void, signal?: CancelSignal): Promise<Snapshot>;
  close(): void;
}

/** One image that a model shall read. */
export interface AnalysisInput {
  readonly location: ByteLocation;
  readonly sha256: string;
  readonly header: InstanceHeader;
}

export interface AnalysisOutcome {
  readonly record: InferenceRecord;
  readonly maps: readonly OutputMap[];
  /** Of every image that was read, in the order of the record's inputs. */
  readonly outputs: readonly RawOutput[];
}

export interface AnalyzeRequest {
  readonly studyInstanceUID: string;
  readonly inputs: readonly AnalysisInput[];
  readonly stated: Stated;
  /** `ID`, for the version that runs, or `ID@VERSION`; null for every model. The outcomes come in this order. */
  readonly modelIds: readonly string[] | null;
  readonly device: Device;
  readonly withMaps: boolean;
  /** False where nobody keeps what the networks gave: it costs some milliseconds an image. True unless told. */
  readonly withOutputs?: boolean;
  /** Maps of what each score rests on, by hiding parts of the image: many runs an image, only with `withMaps`. */
  readonly withOcclusion?: boolean;
  /** How far a model is that reads volumes. Never for the window before the commit. */
  readonly onProgress?: (progress: AnalysisProgress) => void;
  /** This version of the one model that is named, and not the one that runs otherwise. */
  readonly exactly?: PackIdentity;
}

/** How far a model is with one series: slices read, then windows run. */
export interface AnalysisProgress {
  readonly modelId: string;
  /** The series in words. */
  readonly what: string;
  readonly phase: 'read' | 'run';
  readonly done: number;
  readonly of: number;
}

/** Which of the versions of a model that lie side by side. */
export interface PackIdentity {
  readonly version: string;
  /** SHA-256 of the weights. */
  readonly sha256: string;
}

/** The inference child behind a port. A crash of the child fails the request that it was working on, and that alone. */
export interface Engine {
  /** Starts what takes a moment to start, for a request that will come soon. Says nothing, throws nothing. */
  start(): void;
  /** One outcome a model; abstentions included. Rejects with `Cancelled` on abort. */
  analyze(request: AnalyzeRequest, signal?: CancelSignal): Promise<AnalysisOutcome[]>;
  /** One a model: the version that runs. */
  packs(): PackManifest[];
  /** Those, and the other versions that lie beside them. */
  everyVersion(): PackManifest[];
  close(): Promise<void>;
}

/** A record with what its network gave. */
export type Recorded = Pick<AnalysisOutcome, 'record' | 'outputs'>;

export interface ReplayComparison {
  readonly differences: readonly ReplayDifference[];
  /** Largest absolute difference of any value of the network, of any score and probability; 0 where all are the same. */
  readonly largest: number;
  /** True where not a bit differs. */
  readonly identical: boolean;
}

/** Lays a replay beside what was recorded. */
export type CompareReplay = (recorded: Recorded, now: Recorded) => ReplayComparison;

/** One golden case of a pack, run on this machine and laid beside what Python's onnxruntime gave. */
export interface GoldenCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Largest absolute difference of any score, and of any output value. */
  readonly scoreDifference: number;
  readonly outputDifference: number;
  readonly run_ms: number;
  /** Why it is not ok, in plain words; null when it is. */
  readonly reason: string | null;
}

/** One version of a model as it lies on this machine. */
export interface PackOnShelf {
  readonly id: string;
  /** Null where a pack of the build was refused before its version was known. */
  readonly version: string | null;
  readonly directory: string;
  readonly origin: 'built-in' | 'installed';
  /** True for the one of its versions that reads studies. */
  readonly runs: boolean;
  /** Null where it is refused. */
  readonly manifest: PackManifest | null;
  /** Null for a pack of the build, which the build vouches for, and for a refused one. */
  readonly signature: PackSignature | null;
  readonly error: WireError | null;
}

/** What `overread models list|verify` and `overread verify` ask about packs. */
export interface PackInspector {
  /** One a model: the version that runs. */
  packs(): PackManifest[];
  /** Every version of every model, those that are refused too, by id and then the newest first. */
  onShelf(): PackOnShelf[];
  /** Runs the goldens of one pack on a device. Throws `Refused('model-unknown')`, or what refused the pack. */
  checkGoldens(
    packId: string,
    device: Device,
    signal?: CancelSignal,
    exactly?: PackIdentity,
  ): Promise<{ device: string; checks: GoldenCheck[] }>;
}

/** Lays devices beside the CPU. */
export interface DeviceInspector {
  /** One pack on one device; what the device does not do is in the answer. Throws `Cancelled`, `Refused('model-unknown')`. */
  checkDevice(packId: string, device: CheckedDevice, signal?: CancelSignal): Promise<DeviceCheck>;
  /** Where the policy lets the running version of a model run; null where it names no server for it. */
  remoteAddress(packId: string): RemoteAddress | null;
  /** True where the server answered otherwise than when it was tested: it is to be tested again. */
  isRemoteInDoubt(): boolean;
}

/** A pack that may be installed. */
export interface PackExamination {
  readonly manifest: PackManifest;
  readonly manifestSha256: string;
  /** Of the list of its files: the same for the same files. */
  readonly contentSha256: string;
  readonly signature: PackSignature;
  readonly checks: readonly GoldenCheck[];
}

/** What an ONNX file says of itself, without running it. */
export interface OnnxReader {
  read(model: Uint8Array): {
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    /** Null where it is no model. */
    readonly opset: number | null;
    readonly parameters: number;
  };
}

/** What installing asks of the engine. */
export interface PackExaminer extends Pick<PackInspector, 'onShelf'> {
  /** Everything but its place, which must be `…/id/version`. Throws `Refused` with the first fault; Cancelled. */
  examine(directory: string, signal?: CancelSignal): Promise<PackExamination>;
  /** SHA-256 of the content of a pack's folder. Throws `Refused` where it cannot be read. */
  contentOf(directory: string): string;
}

/** Decoding for the screen: the same decoder as the engine's, in worker threads that may die. */
export interface Decoder {
  /** Stored values of one frame (0-based), the caller's own. Throws `Refused` with a code where it cannot be decoded for certain. */
  decode(location: ByteLocation, frame: number, signal?: CancelSignal): Promise<FrameWithValues>;
  /** Starts what the first frame would have to wait for; somebody is about to look. */
  warm(): void;
  close(): Promise<void>;
}

/** What only a desktop host can do. */
export interface Shell {
  readonly canPickFolder: boolean;
  /** Throws `Unavailable('unsupported')` in the browser host. */
  pickPaths(): Promise<string[]>;
}

export interface Clock {
  /** UTC ISO 8601 with milliseconds. */
  now(): string;
}

export type { AiFinding };
