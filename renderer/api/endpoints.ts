import * as z from 'zod';
import { backupInWindowSchema } from '../../electron/shared/backup.ts';
import { type Activity, activitySchema } from '../../electron/shared/activity.ts';
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
import { studyAddress } from './addresses.ts';
import { peerApi } from './peer-endpoints.ts';
import { priorApi } from './prior-endpoints.ts';
import { reportApi } from './report-endpoints.ts';
import { trialApi } from './trial-endpoints.ts';
import { json, request } from './request.ts';

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

/** Every call that the window makes, one a route of docs/architecture.md; those of one owner stand in a file of their own. */
export const api = {
  ...trialApi,
  ...reportApi,
  ...peerApi,
  ...priorApi,
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
  modalities: (): Promise<string[]> => request(z.array(z.string()), '/api/modalities'),
  setPriority: (uid: string, priority: Priority): Promise<object> =>
    request(nothing, `${studyAddress(uid)}/priority`, json('PUT', { priority })),
  claim: (uid: string, how: ClaimHow): Promise<ClaimState> =>
    request(claimStateSchema, `${studyAddress(uid)}/claim`, json('PUT', { how })),
  /** Whoever reads by now: the claim is named by its id. Sent though the window closes. */
  release: (uid: string, claim: string): void => {
    const address = `${studyAddress(uid)}/claim?claim=${encodeURIComponent(claim)}`;
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
  study: (uid: string): Promise<StudyDetail> => request(studyDetailSchema, studyAddress(uid)),
  removeStudy: (uid: string, patientName: string): Promise<object> =>
    request(nothing, studyAddress(uid), json('DELETE', { confirm: patientName })),
  openStudy: (uid: string): Promise<Read> =>
    request(readSchema, `${studyAddress(uid)}/open`, json('POST', {})),
  state: (uid: string, stated: Stated): Promise<StudyDetail> =>
    request(studyDetailSchema, `${studyAddress(uid)}/stated`, json('PUT', stated)),
  read: (uid: string): Promise<Read> => request(readSchema, `${studyAddress(uid)}/read`),
  /** `before` is what this window knows to be saved; refused `read-changed` where another one saved since. */
  saveRead: (uid: string, content: ReadContent, before: ReadContent, keepalive = false): Promise<Read> =>
    request(readSchema, `${studyAddress(uid)}/read`, { ...json('PUT', { ...content, before }), keepalive }),
  commitRead: (uid: string, commit: CommitRequest): Promise<Read> =>
    request(readSchema, `${studyAddress(uid)}/commit`, json('POST', commit)),
  /** Shows the AI before the commit, where the site's policy says so; noted with the read. */
  showAi: (uid: string): Promise<Comparison> =>
    request(comparisonSchema, `${studyAddress(uid)}/ai`, json('POST', {})),
  shownAi: (uid: string): Promise<Comparison> => request(comparisonSchema, `${studyAddress(uid)}/ai`),
  comparison: (uid: string): Promise<Comparison> =>
    request(comparisonSchema, `${studyAddress(uid)}/comparison`),
  assess: (uid: string, item: string, judged: AssessmentRequest): Promise<Comparison> =>
    request(
      comparisonSchema,
      `${studyAddress(uid)}/assessments/${encodeURIComponent(item)}`,
      json('PUT', judged),
    ),
  addAddendum: (uid: string, text: string, id: string): Promise<Comparison> =>
    request(comparisonSchema, `${studyAddress(uid)}/addenda`, json('POST', { text, id })),
  /** What this reader has written as an addendum and not signed. */
  addendumDraft: (uid: string): Promise<AddendumDraft> =>
    request(addendumDraftSchema, `${studyAddress(uid)}/addendum-draft`),
  /** `keepalive` lets the request outlive the page. */
  saveAddendumDraft: (uid: string, text: string, keepalive = false): Promise<AddendumDraft> =>
    request(addendumDraftSchema, `${studyAddress(uid)}/addendum-draft`, {
      ...json('PUT', { text }),
      keepalive,
    }),
  context: (uid: string): Promise<ClinicalNote[]> =>
    request(clinicalNotesSchema, `${studyAddress(uid)}/context`),
  addNote: (uid: string, note: AddNote): Promise<ClinicalNote[]> =>
    request(clinicalNotesSchema, `${studyAddress(uid)}/context`, json('POST', note)),
  addMessages: (uid: string, messages: AddMessages): Promise<ClinicalNote[]> =>
    request(clinicalNotesSchema, `${studyAddress(uid)}/context/messages`, json('POST', messages)),
  removeNote: (uid: string, id: string): Promise<ClinicalNote[]> =>
    request(clinicalNotesSchema, `${studyAddress(uid)}/context/${encodeURIComponent(id)}`, {
      method: 'DELETE',
    }),
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
    request(nothing, `${studyAddress(uid)}/analysis`, json('POST', {})),
  stopAnalysis: (uid: string): Promise<object> =>
    request(nothing, `${studyAddress(uid)}/analysis`, json('DELETE', {})),
  refusals: (offset: number, limit: number) =>
    request(refusalPageSchema, `/api/refusals?limit=${limit}&offset=${offset}`),
  clearRefused: (): Promise<{ cleared: number }> =>
    request(z.object({ cleared: z.int() }), '/api/refusals', { method: 'DELETE' }),
  retryRefused: (): Promise<Job> => request(jobSchema, '/api/refusals/retry', json('POST', {})),
  terminology: (): Promise<Terminology> => request(terminologySchema, '/api/terminology'),
  pickPaths: (): Promise<{ paths: string[] }> =>
    request(z.object({ paths: z.array(z.string()) }), '/api/shell/pick', json('POST', {})),
} as const;
