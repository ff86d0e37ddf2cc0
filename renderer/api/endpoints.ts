import { backupInWindowSchema } from '../../electron/shared/backup.ts';
import {
  type OtherRead,
  otherReadsSchema,
  type PeerReviewRequest,
} from '../../electron/shared/peer-review.ts';
import * as z from 'zod';
import { type Activity, activitySchema } from '../../electron/shared/activity.ts';
import {
  type ConsensusAnswer,
  type ConsensusRequest,
  type ConsensusView,
  consensusViewSchema,
} from '../../electron/shared/consensus.ts';
import {
  type LedgerOverview,
  ledgerOverviewSchema,
  type LedgerPage,
  ledgerPageSchema,
  type LedgerQuery,
  type Reliance,
  relianceSchema,
} from '../../electron/shared/ledger.ts';
import {
  type AddMessages,
  type AddNote,
  type ClinicalNote,
  clinicalNotesSchema,
} from '../../electron/shared/clinical-context.ts';
import { refusalRowSchema } from '../../electron/shared/imports.ts';
import { type Job, jobSchema } from '../../electron/shared/job.ts';
import {
  type AssessmentRequest,
  type CommitRequest,
  type AddendumDraft,
  addendumDraftSchema,
  type Comparison,
  comparisonSchema,
  type Read,
  type ReadContent,
  readSchema,
} from '../../electron/shared/read.ts';
import {
  type LesionLinkRequest,
  type LesionTrack,
  lesionTracksSchema,
  type OpenPrior,
  openPriorSchema,
  type Priors,
  priorsSchema,
} from '../../electron/shared/priors.ts';
import {
  type ResponseRequest,
  type ResponseView,
  responseViewSchema,
} from '../../electron/shared/response.ts';
import {
  type ReferralRequest,
  type ReferralStepRequest,
  type ToldReferrals,
  toldReferralsSchema,
} from '../../electron/shared/referral.ts';
import {
  type AcknowledgedWarning,
  type ReportContent,
  type ReportView,
  reportViewSchema,
} from '../../electron/shared/report.ts';
import { type GivenOpinion, type MyTrial, myTrialSchema } from '../../electron/shared/reader-study.ts';
import {
  type MyTraining,
  myTrainingSchema,
  type TrainingFeedback,
  trainingFeedbackSchema,
  type TrainingSummary,
  trainingSummarySchema,
} from '../../electron/shared/training.ts';
import { type Reader, readerSchema, type Session, sessionSchema } from '../../electron/shared/session.ts';
import {
  type Priority,
  type Stated,
  type StudyDetail,
  type StudySummary,
  studyDetailSchema,
  studySummarySchema,
} from '../../electron/shared/study.ts';
import {
  type ClaimHow,
  type ClaimState,
  claimStateSchema,
  type SavedView,
  savedViewSchema,
  type WorklistChoice,
} from '../../electron/shared/worklist.ts';
import { type TriagePage, triagePageSchema } from '../../electron/shared/triage.ts';
import { type Terminology, terminologySchema } from '../../electron/shared/terminology.ts';
import { json, request, shownReaderId } from './request.ts';

export interface StudyPage {
  readonly total: number;
  /** More match than were counted: there are at least `total`. */
  readonly totalIsMinimum?: boolean | undefined;
  /** Where to go on; absent at the end. */
  readonly next?: string | undefined;
  readonly rows: StudySummary[];
}

const studyPageSchema = z.object({
  total: z.int(),
  totalIsMinimum: z.boolean().optional(),
  next: z.string().optional(),
  rows: z.array(studySummarySchema),
});
const viewsSchema = z.array(savedViewSchema);
const refusalPageSchema = z.object({ total: z.int(), rows: z.array(refusalRowSchema) });
export type RefusalRow = z.infer<typeof refusalRowSchema>;
const nothing = z.object({});

const study = (uid: string) => `/api/studies/${encodeURIComponent(uid)}`;
const training = (id: string) => `/api/trainings/${encodeURIComponent(id)}`;

/** Every call that the window makes, one a route of docs/architecture.md. */
export const api = {
  ledger: (): Promise<LedgerOverview> => request(ledgerOverviewSchema, '/api/ledger'),
  reliance: (): Promise<Reliance> => request(relianceSchema, '/api/reliance'),
  ledgerPage: (query: LedgerQuery): Promise<LedgerPage> =>
    request(ledgerPageSchema, `/api/ledger/series?${new URLSearchParams(query as Record<string, string>)}`),
  session: (): Promise<Session> => request(sessionSchema, '/api/session'),
  createReader: (name: string): Promise<Reader> =>
    request(readerSchema, '/api/readers', json('POST', { name })),
  chooseReader: (readerId: string): Promise<Session> =>
    request(sessionSchema, '/api/session/reader', json('PUT', { readerId })),
  /** @param after `next` of the part before; null for the first. */
  studies: (asked: URLSearchParams, limit: number, after: string | null): Promise<StudyPage> => {
    const search = new URLSearchParams(asked);
    search.set('limit', String(limit));
    if (after !== null) search.set('after', after);
    return request(studyPageSchema, `/api/studies?${search.toString()}`);
  },
  /** Refused unless the site's policy shows the AI first. */
  triage: (limit: number, after: string | null): Promise<TriagePage> =>
    request(
      triagePageSchema,
      `/api/triage?limit=${limit}${after === null ? '' : `&after=${encodeURIComponent(after)}`}`,
    ),
  /** Those in which the reader has a part. */
  readerStudies: (): Promise<MyTrial[]> => request(z.array(myTrialSchema), '/api/reader-studies'),
  giveOpinion: (trialId: string, given: GivenOpinion): Promise<MyTrial> =>
    request(myTrialSchema, `/api/reader-studies/${encodeURIComponent(trialId)}/opinion`, json('POST', given)),
  /** Refused before the blind part is locked, and in the arm without AI. */
  readerStudyAi: (trialId: string, uid: string): Promise<Comparison> =>
    request(
      comparisonSchema,
      `/api/reader-studies/${encodeURIComponent(trialId)}/ai?study=${encodeURIComponent(uid)}`,
    ),
  trainings: (): Promise<MyTraining[]> => request(z.array(myTrainingSchema), '/api/trainings'),
  startTraining: (id: string): Promise<MyTraining> =>
    request(myTrainingSchema, `${training(id)}/runs`, { method: 'POST' }),
  endTraining: (id: string): Promise<MyTraining> =>
    request(myTrainingSchema, `${training(id)}/end`, { method: 'POST' }),
  giveTrainingOpinion: (id: string, given: GivenOpinion): Promise<MyTraining> =>
    request(myTrainingSchema, `${training(id)}/opinion`, json('POST', given)),
  /** Refused before the blind part is locked. */
  trainingAi: (id: string, uid: string): Promise<Comparison> =>
    request(comparisonSchema, `${training(id)}/ai?study=${encodeURIComponent(uid)}`),
  trainingSummary: (id: string, run: number): Promise<TrainingSummary> =>
    request(trainingSummarySchema, `${training(id)}/runs/${run}`),
  /** Refused before the last word on the case is locked. */
  trainingFeedback: (id: string, run: number, position: number): Promise<TrainingFeedback> =>
    request(trainingFeedbackSchema, `${training(id)}/runs/${run}/cases/${position}`),
  modalities: (): Promise<string[]> => request(z.array(z.string()), '/api/modalities'),
  setPriority: (uid: string, priority: Priority): Promise<object> =>
    request(nothing, `${study(uid)}/priority`, json('PUT', { priority })),
  claim: (uid: string, how: ClaimHow): Promise<ClaimState> =>
    request(claimStateSchema, `${study(uid)}/claim`, json('PUT', { how })),
  /** Whoever reads by now: the claim is named by its id. Sent though the window closes. */
  release: (uid: string, claim: string): void => {
    const address = `${study(uid)}/claim?claim=${encodeURIComponent(claim)}`;
    void fetch(address, { method: 'DELETE', credentials: 'same-origin', keepalive: true }).catch(
      () => undefined,
    );
  },
  views: (): Promise<SavedView[]> => request(viewsSchema, '/api/views'),
  saveView: (name: string, choice: WorklistChoice): Promise<SavedView[]> =>
    request(viewsSchema, '/api/views', json('POST', { name, choice })),
  orderViews: (ids: readonly string[]): Promise<SavedView[]> =>
    request(viewsSchema, '/api/views', json('PUT', { ids })),
  changeView: (id: string, changes: { name?: string; choice?: WorklistChoice }): Promise<SavedView[]> =>
    request(viewsSchema, `/api/views/${encodeURIComponent(id)}`, json('PUT', changes)),
  removeView: (id: string): Promise<SavedView[]> =>
    request(viewsSchema, `/api/views/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  study: (uid: string): Promise<StudyDetail> => request(studyDetailSchema, study(uid)),
  removeStudy: (uid: string, patientName: string): Promise<object> =>
    request(nothing, study(uid), json('DELETE', { confirm: patientName })),
  openStudy: (uid: string): Promise<Read> => request(readSchema, `${study(uid)}/open`, json('POST', {})),
  state: (uid: string, stated: Stated): Promise<StudyDetail> =>
    request(studyDetailSchema, `${study(uid)}/stated`, json('PUT', stated)),
  read: (uid: string): Promise<Read> => request(readSchema, `${study(uid)}/read`),
  /** `before` is what this window knows to be saved; refused `read-changed` where another one saved since. */
  saveRead: (uid: string, content: ReadContent, before: ReadContent, keepalive = false): Promise<Read> =>
    request(readSchema, `${study(uid)}/read`, { ...json('PUT', { ...content, before }), keepalive }),
  commitRead: (uid: string, commit: CommitRequest): Promise<Read> =>
    request(readSchema, `${study(uid)}/commit`, json('POST', commit)),
  /** Shows the AI before the commit, where the site's policy says so; noted with the read. */
  showAi: (uid: string): Promise<Comparison> =>
    request(comparisonSchema, `${study(uid)}/ai`, json('POST', {})),
  shownAi: (uid: string): Promise<Comparison> => request(comparisonSchema, `${study(uid)}/ai`),
  comparison: (uid: string): Promise<Comparison> => request(comparisonSchema, `${study(uid)}/comparison`),
  assess: (uid: string, item: string, judged: AssessmentRequest): Promise<Comparison> =>
    request(comparisonSchema, `${study(uid)}/assessments/${encodeURIComponent(item)}`, json('PUT', judged)),
  addAddendum: (uid: string, text: string, id: string): Promise<Comparison> =>
    request(comparisonSchema, `${study(uid)}/addenda`, json('POST', { text, id })),
  /** What this reader has written as an addendum and not signed. */
  addendumDraft: (uid: string): Promise<AddendumDraft> =>
    request(addendumDraftSchema, `${study(uid)}/addendum-draft`),
  /** `keepalive` lets the request outlive the page. */
  saveAddendumDraft: (uid: string, text: string, keepalive = false): Promise<AddendumDraft> =>
    request(addendumDraftSchema, `${study(uid)}/addendum-draft`, { ...json('PUT', { text }), keepalive }),
  context: (uid: string): Promise<ClinicalNote[]> => request(clinicalNotesSchema, `${study(uid)}/context`),
  addNote: (uid: string, note: AddNote): Promise<ClinicalNote[]> =>
    request(clinicalNotesSchema, `${study(uid)}/context`, json('POST', note)),
  addMessages: (uid: string, messages: AddMessages): Promise<ClinicalNote[]> =>
    request(clinicalNotesSchema, `${study(uid)}/context/messages`, json('POST', messages)),
  removeNote: (uid: string, id: string): Promise<ClinicalNote[]> =>
    request(clinicalNotesSchema, `${study(uid)}/context/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  report: (uid: string): Promise<ReportView> => request(reportViewSchema, `${study(uid)}/report`),
  beginReport: (uid: string, templateId: string): Promise<ReportView> =>
    request(reportViewSchema, `${study(uid)}/report`, json('POST', { templateId })),
  /** `keepalive` lets the request outlive the page. */
  saveReport: (
    uid: string,
    content: ReportContent,
    before: ReportContent | null,
    keepalive = false,
  ): Promise<ReportView> =>
    request(reportViewSchema, `${study(uid)}/report`, { ...json('PUT', { content, before }), keepalive }),
  signReport: (
    uid: string,
    content: ReportContent | undefined,
    acknowledged: readonly AcknowledgedWarning[],
  ): Promise<ReportView> =>
    request(reportViewSchema, `${study(uid)}/report/signature`, json('POST', { content, acknowledged })),
  addReportAddendum: (uid: string, text: string, id: string): Promise<ReportView> =>
    request(reportViewSchema, `${study(uid)}/report/addenda`, json('POST', { text, id })),
  otherReads: (uid: string): Promise<OtherRead[]> => request(otherReadsSchema, `${study(uid)}/other-reads`),
  reviewRead: (uid: string, readId: string, review: PeerReviewRequest): Promise<OtherRead[]> =>
    request(otherReadsSchema, `${study(uid)}/reviews/${encodeURIComponent(readId)}`, json('PUT', review)),
  /** Before the commit only that something is asked of this reader, and what. */
  referrals: (uid: string): Promise<ToldReferrals> => request(toldReferralsSchema, `${study(uid)}/referrals`),
  refer: (uid: string, asked: ReferralRequest): Promise<ToldReferrals> =>
    request(toldReferralsSchema, `${study(uid)}/referrals`, json('POST', asked)),
  stepReferral: (uid: string, id: string, step: ReferralStepRequest): Promise<ToldReferrals> =>
    request(toldReferralsSchema, `${study(uid)}/referrals/${encodeURIComponent(id)}`, json('PUT', step)),
  priors: (uid: string): Promise<Priors> => request(priorsSchema, `${study(uid)}/priors`),
  /** As blind as the study beside which it is opened; audited. */
  openPrior: (uid: string, prior: string): Promise<OpenPrior> =>
    request(openPriorSchema, `${study(uid)}/priors/${encodeURIComponent(prior)}`, json('POST', {})),
  lesions: (uid: string): Promise<LesionTrack[]> => request(lesionTracksSchema, `${study(uid)}/lesions`),
  linkLesion: (uid: string, link: LesionLinkRequest): Promise<LesionTrack[]> =>
    request(lesionTracksSchema, `${study(uid)}/lesions`, json('POST', link)),
  response: (uid: string): Promise<ResponseView> => request(responseViewSchema, `${study(uid)}/response`),
  stateResponse: (uid: string, said: ResponseRequest): Promise<ResponseView> =>
    request(responseViewSchema, `${study(uid)}/response`, json('POST', said)),
  consensus: (uid: string): Promise<ConsensusView> => request(consensusViewSchema, `${study(uid)}/consensus`),
  proposeConsensus: (uid: string, asked: ConsensusRequest): Promise<ConsensusView> =>
    request(consensusViewSchema, `${study(uid)}/consensus`, json('POST', asked)),
  answerConsensus: (uid: string, id: string, answer: ConsensusAnswer): Promise<ConsensusView> =>
    request(
      consensusViewSchema,
      `${study(uid)}/consensus/${encodeURIComponent(id)}/answer`,
      json('POST', answer),
    ),
  importPaths: (paths: readonly string[], stated: Stated | null): Promise<Job> =>
    request(jobSchema, '/api/imports', json('POST', stated === null ? { paths } : { paths, stated })),
  jobs: (): Promise<Job[]> => request(z.array(jobSchema), '/api/jobs'),
  cancelJob: (id: string): Promise<Job> =>
    request(jobSchema, `/api/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' }),
  startJobAgain: (id: string): Promise<Job> =>
    request(jobSchema, `/api/jobs/${encodeURIComponent(id)}/again`, json('POST', {})),
  /** Of what models do only the reader's committed studies; none beside a `study` that is not. */
  activity: (uid: string | null): Promise<Activity> =>
    request(activitySchema, `/api/activity${uid === null ? '' : `?study=${encodeURIComponent(uid)}`}`),
  /** The backups in a folder, newest first, with whether they are good. */
  backups: (target: string) =>
    request(z.array(backupInWindowSchema), `/api/backups?target=${encodeURIComponent(target)}`),
  backUp: (target: string): Promise<Job> => request(jobSchema, '/api/backups', json('POST', { target })),
  restore: (source: string, directory: string): Promise<Job> =>
    request(jobSchema, '/api/restores', json('POST', { source, directory })),
  runSelfTest: (): Promise<object> => request(nothing, '/api/self-test', json('POST', {})),
  stopSelfTest: (): Promise<object> => request(nothing, '/api/self-test', json('DELETE', {})),
  watchAgain: (): Promise<object> => request(nothing, '/api/watched/again', json('POST', {})),
  analyzeAgain: (uid: string): Promise<object> =>
    request(nothing, `${study(uid)}/analysis`, json('POST', {})),
  stopAnalysis: (uid: string): Promise<object> =>
    request(nothing, `${study(uid)}/analysis`, json('DELETE', {})),
  refusals: (offset: number, limit: number) =>
    request(refusalPageSchema, `/api/refusals?limit=${limit}&offset=${offset}`),
  clearRefused: (): Promise<{ cleared: number }> =>
    request(z.object({ cleared: z.int() }), '/api/refusals', { method: 'DELETE' }),
  retryRefused: (): Promise<Job> => request(jobSchema, '/api/refusals/retry', json('POST', {})),
  terminology: (): Promise<Terminology> => request(terminologySchema, '/api/terminology'),
  pickPaths: (): Promise<{ paths: string[] }> =>
    request(z.object({ paths: z.array(z.string()) }), '/api/shell/pick', json('POST', {})),
} as const;

/** Address of a model's mask or heatmap; served only after the commit. */
export function mapAddress(
  uid: string,
  map: { recordId: string; outputId: string; sopInstanceUID: string; frame: number },
): string {
  const parts = [map.recordId, map.outputId, map.sopInstanceUID, String(map.frame)];
  return `${study(uid)}/maps/${parts.map(encodeURIComponent).join('/')}`;
}

/** Address of the report; served only after the commit. */
export function reportAddress(uid: string, readerId: string): string {
  return `${study(uid)}/report.pdf?reader=${encodeURIComponent(readerId)}`;
}

/** Addresses of what is signed; refused before. */
export function signedReportAddress(uid: string, readerId: string): string {
  return `${study(uid)}/signed-report.pdf?reader=${encodeURIComponent(readerId)}`;
}
export function patientLetterAddress(uid: string, readerId: string): string {
  return `${study(uid)}/patient-letter.pdf?reader=${encodeURIComponent(readerId)}`;
}

/** The table of the response as CSV; refused before the commit. */
export function responseCsvAddress(uid: string, readerId: string): string {
  return `${study(uid)}/response.csv?reader=${encodeURIComponent(readerId)}`;
}

/** The list of refused files as a download. */
export const refusedReport = { csv: '/api/refusals/report.csv', json: '/api/refusals/report.json' } as const;

/** Where the CSV for a registry lies; it names the reader, since it is a download. */
export const assessAiAddress = (): string =>
  `/api/ledger/assess-ai.csv?reader=${encodeURIComponent(shownReaderId() ?? '')}`;
