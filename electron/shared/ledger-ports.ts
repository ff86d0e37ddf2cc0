/** What the ledger of the models asks of the store. Only studies with a final read are in it, each once. */

/** What a scanner says of itself; '' where the header says nothing, or an earlier build kept nothing of it. */
export interface Scanner {
  readonly manufacturer: string;
  /** Manufacturer's Model Name (0008,1090). */
  readonly model: string;
  /** Station Name (0008,1010). */
  readonly station: string;
  /** Software Versions (0018,1020). */
  readonly software: string;
}

/** Which statements of which model: a label, or '' for what a model says of none (that it abstained, or failed). */
export interface LedgerSeries {
  readonly modelId: string;
  readonly version: string;
  readonly label: string;
}

/** What one model said of one study for one label, laid beside the read as it stands. */
export interface LedgerCase extends LedgerSeries {
  /** Calendar month (UTC) in which the read became final, as 2026-11. */
  readonly month: string;
  readonly scanner: Scanner;
  /** M, F, O, or '' where nothing says. */
  readonly sex: string;
  /** Ten years as '40-49', '90+', or '' where nothing says. */
  readonly ageGroup: string;
  readonly outcome: 'tp' | 'fp' | 'fn' | 'tn' | 'abstained' | 'failed';
  /** Of 'abstained' and 'failed', with every number taken out of it; else ''. */
  readonly reason: string;
  /** Whether the read had the finding as it was committed; null where the AI was shown before. */
  readonly reader: boolean | null;
  /** Highest score of the study in steps of 1/200, 0 to 199; null where there is none. */
  readonly scoreBin: number | null;
  /** The probability that belongs to it in ten-thousandths; null where the model gives none. */
  readonly probability: number | null;
  /** Judgements of the model's findings of this label, by what became of them. */
  readonly accepted: number;
  readonly rejected: number;
  readonly modified: number;
  readonly deferred: number;
}

/** Sums of cases; whole numbers. */
export interface LedgerCounts {
  readonly cases: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
  readonly abstained: number;
  readonly failed: number;
  /** Beside the read as it was committed, of reads before which the AI was not shown: both positive, one alone, neither. */
  readonly both: number;
  readonly aiOnly: number;
  readonly readerOnly: number;
  readonly neither: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly modified: number;
  readonly deferred: number;
}

export interface LedgerCountRow extends LedgerSeries, LedgerCounts {
  readonly month: string;
  readonly scanner: Scanner;
}

export interface ScoreRow {
  readonly month: string;
  readonly bin: number;
  readonly positives: number;
  readonly negatives: number;
}

/** Of probabilities p in ten-thousandths and outcomes y of 0 or 10,000: sums of p and of (p − y)². */
export interface CalibrationRow {
  readonly month: string;
  readonly bin: number;
  readonly cases: number;
  readonly sum: number;
  readonly positives: number;
  readonly squares: number;
}

export interface ReasonRow {
  readonly month: string;
  readonly outcome: 'abstained' | 'failed';
  readonly reason: string;
  readonly cases: number;
}

export interface PeopleRow {
  readonly month: string;
  readonly sex: string;
  readonly ageGroup: string;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/** Cases that look the same: all but what was found could, with few cases, tell a person. */
export interface Stratum extends LedgerSeries {
  readonly month: string;
  readonly modality: string;
  readonly bodyPart: string;
  readonly manufacturer: string;
  readonly scannerModel: string;
  readonly software: string;
  readonly sex: string;
  readonly ageGroup: string;
  readonly outcome: LedgerCase['outcome'];
  readonly cases: number;
}

/** A model, or one version of it, that an administrator stopped or started again. */
export interface ModelSwitch {
  readonly modelId: string;
  /** '' for every version. */
  readonly version: string;
  readonly stopped: boolean;
  readonly reason: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly actor: string;
}

export interface LedgerRepository {
  /** The final reads of a study with the time at which each became final, by the time of their commits. */
  finals(studyInstanceUID: string): { readId: string; at: string }[];
  /** Every study with a final read, in the order in which they came in. */
  studies(): Iterable<string>;
  /** Takes out what is counted of the study, and counts these cases instead. */
  replace(studyInstanceUID: string, cases: readonly LedgerCase[]): void;
  /** Takes out everything. */
  clear(): void;
  /** Whether there are final reads from before the ledger was kept: it is to be rebuilt. */
  isIncomplete(): boolean;
  setComplete(): void;
  /** Sums a series, scanner and month; of all series where none is given. */
  counts(series?: Partial<LedgerSeries>): LedgerCountRow[];
  scores(series: LedgerSeries): ScoreRow[];
  calibration(series: LedgerSeries): CalibrationRow[];
  reasons(modelId: string, version: string): ReasonRow[];
  people(series: LedgerSeries): PeopleRow[];
  /** Every case, those that look the same together. Goes through all of them: for a file, not for a page. */
  strata(): Stratum[];
  /** Of each model and version the last switch that was thrown, stops and starts. */
  switches(): ModelSwitch[];
  /** Append-only. */
  throwSwitch(thrown: ModelSwitch): void;
}

/** What a reader made of one statement of the AI. */
export interface RelianceCase extends LedgerSeries {
  /** Whether the AI, the read as committed, and the read as it stands have the finding. */
  readonly ai: boolean;
  readonly before: boolean;
  readonly after: boolean;
  /** Whether a consensus, else the other final reads, have it; null where nobody has judged it, or they differ. */
  readonly judged: boolean | null;
  /** A model was positive for another label of the study. */
  readonly other: boolean;
  /** The AI was not shown before the commit. */
  readonly blind: boolean;
}

export interface RelianceRead {
  readonly readId: string;
  readonly readerId: string;
  /** In which the read became final. */
  readonly month: string;
  /** At the study before the commit; null where nobody measured. */
  readonly seconds: number | null;
  readonly cases: readonly RelianceCase[];
}

/** Sums of cases that are the same in all. */
export interface RelianceRow extends RelianceCase {
  readonly month: string;
  readonly cases: number;
}

export interface RelianceTimes {
  readonly month: string;
  /** Reads whose time was measured, and the sum of their seconds. */
  readonly cases: number;
  readonly seconds: number;
}

export interface RelianceRepository {
  /** Takes out what is counted of the study, and counts these final reads instead. */
  replace(studyInstanceUID: string, reads: readonly RelianceRead[]): void;
  clear(): void;
  /** Of one reader; of all of them together for null. */
  rows(readerId: string | null): RelianceRow[];
  times(readerId: string | null): RelianceTimes[];
}
