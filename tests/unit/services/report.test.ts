import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assessDifference } from '../../../electron/services/assess-difference.ts';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { exportPdf } from '../../../electron/services/export-report.ts';
import { exportSignedReport } from '../../../electron/services/export-signed-report.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import type { ReportParts } from '../../../electron/services/report-parts.ts';
import { loadPatientWords, loadReportTemplates } from '../../../electron/services/report-templates.ts';
import { loadReportWords } from '../../../electron/services/report-words.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import { verifySigned } from '../../../electron/services/verify-store.ts';
import {
  addReportAddendum,
  beginReport,
  saveReport,
  signReport,
  viewReport,
} from '../../../electron/services/write-report.ts';
import { Refused } from '../../../electron/shared/errors.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import type { AcknowledgedWarning, ReportContent, ReportView } from '../../../electron/shared/report.ts';
import { temporaryFolder } from '../store/parts.ts';
import {
  BOTH_FRAMES,
  readerFinding,
  readingWorld,
  type ReadingWorld,
  saveResult,
  STUDY,
} from './reading-world.ts';

const words = loadReportWords('resources');
type World = ReadingWorld & ReportParts;

const withPdftotext = spawnSync('pdftotext', ['-v']).error === undefined;

/** The words of a PDF; null where this machine cannot read one back. */
function pdfText(pdf: Uint8Array): string | null {
  if (!withPdftotext) return null;
  const folder = process.env['OVERREAD_TEST_OUTPUT'] ?? temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `report-${pdf.byteLength}.pdf`);
  writeFileSync(path, pdf);
  return spawnSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }).stdout;
}

function reportWorld(): World {
  const world = readingWorld();
  return Object.assign(world, {
    words: () => words,
    templates: loadReportTemplates('resources', 'nowhere'),
    patientWords: loadPatientWords('resources'),
  });
}

/** A committed read with one finding, agreed with by the model, judged where `settled`. */
async function committed(world: World, settled = true, finding: Partial<ReaderFinding> = {}): Promise<void> {
  saveResult(world);
  openStudy(world, STUDY, world.reader.id);
  const content = {
    findings: [readerFinding({ comment: 'in the upper zone', ...finding })],
    noAbnormalFinding: false,
    impression: 'Probable tuberculosis of the right upper zone.',
    recommendation: 'Sputum examination.',
    checklist: { heart: 'normal', bones: 'not-assessed' },
  } as const;
  saveRead(world, STUDY, world.reader.id, { ...content, findings: [...content.findings] });
  await commitRead(world, STUDY, world.reader.id, {
    content: { ...content, findings: [...content.findings] },
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
  const { items } = revealComparison(world, STUDY, world.reader.id);
  if (!settled) return;
  for (const { id } of items)
    assessDifference(world, STUDY, world.reader.id, id, {
      verdict: 'accept',
      reason: 'Seen on the image',
      comment: '',
    });
}

const section = (content: ReportContent, key: string): string =>
  content.sections.find((one) => one.key === key)?.text ?? '';

function withSection(content: ReportContent, key: string, text: string): ReportContent {
  return { ...content, sections: content.sections.map((one) => (one.key === key ? { ...one, text } : one)) };
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown.code;
    throw thrown;
  }
  return 'done';
}

function acknowledgedOf(view: ReportView): AcknowledgedWarning[] {
  return view.warnings.map(({ kind, start, end, message }) => ({
    kind,
    words: view.text.slice(start, end),
    message,
  }));
}

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (thrown: unknown) => (thrown instanceof Refused ? thrown.code : String(thrown)),
  );

test('is drafted from the read as it stands, the checklist and what became of the AI', async () => {
  const world = reportWorld();
  await committed(world);
  const { content, warnings } = viewReport(world, STUDY, world.reader.id);
  expect(content.template.id).toBe('chest-radiograph');
  expect(section(content, 'findings')).toBe(
    'Probable tuberculosis on the right. In the upper zone.\nHeart: no abnormality seen.\nNot assessed: bones.',
  );
  expect(section(content, 'impression')).toBe('Probable tuberculosis of the right upper zone.');
  expect(section(content, 'recommendation')).toBe('Sputum examination.');
  expect(section(content, 'ai')).toMatch(/chest-adult .* marked 1 place: 1 accepted by the reader\./);
  expect(warnings).toEqual([]);
  expect(content.patient.text).toMatch(/An X-ray picture of your chest was taken on 2026-11-20/);
  expect(content.patient.text).toMatch(/Probably changes that can come from tuberculosis on the right side/);
  expect(content.patient.text).toMatch(
    /computer program also looked at your pictures.* marked 1 place\. The doctor looked at each and agreed with 1 of them/s,
  );
  expect(content.patient.reviewed).toBe(false);
});

test('a size that the reader states is signed with the read, drafted, and held against the words', async () => {
  const world = reportWorld();
  const reader = world.reader.id;
  await committed(world, true, { size: { longMm: 12.4, shortMm: 8, how: 'measured' } });
  const read = world.store.reads.find(STUDY, reader);
  expect(read?.content.findings[0]?.size).toEqual({ longMm: 12.4, shortMm: 8, how: 'measured' });
  const { content, warnings } = viewReport(world, STUDY, reader);
  expect(section(content, 'findings')).toMatch(
    /^Probable tuberculosis on the right, 12\.4 × 8 mm\. In the upper zone\./,
  );
  expect(warnings).toEqual([]);
  const wrong = withSection(content, 'findings', 'Probable tuberculosis on the right, 31 mm.');
  const view = saveReport(world, STUDY, reader, { content: wrong, before: null });
  expect(view.warnings.map(({ kind, start, end }) => [kind, view.text.slice(start, end)])).toEqual([
    ['measurement', '31 mm'],
  ]);
  expect(view.warnings[0]?.message).toContain('12.4 mm');
  // The read's own page has it too, apart from the extent of the mark.
  const pdf = await exportPdf(world, {
    studyInstanceUID: STUDY,
    readerId: reader,
    actor: reader,
    build: 'test',
  });
  const text = pdfText(pdf);
  if (text !== null) expect(text.replaceAll(/\s+/g, ' ')).toMatch(/12\.4 × 8 mm \(/);
});

test('nothing of it before the commit, for whoever asks', async () => {
  const world = reportWorld();
  expect(refusal(() => viewReport(world, STUDY, world.reader.id))).toBe('read-not-committed');
  await committed(world);
  const other = world.store.readers.create('Bo').id;
  expect(refusal(() => viewReport(world, STUDY, other))).toBe('read-not-committed');
  expect(
    refusal(() =>
      saveReport(world, STUDY, other, {
        content: viewReport(world, STUDY, world.reader.id).content,
        before: null,
      }),
    ),
  ).toBe('read-not-committed');
});

test('a draft is kept, another window is not written over, another template begins anew', async () => {
  const world = reportWorld();
  const reader = world.reader.id;
  await committed(world);
  const first = viewReport(world, STUDY, reader).content;
  const written = withSection(first, 'comparison', 'None.');
  saveReport(world, STUDY, reader, { content: written, before: null });
  expect(viewReport(world, STUDY, reader).content).toEqual(written);
  expect(refusal(() => saveReport(world, STUDY, reader, { content: first, before: first }))).toBe(
    'report-changed',
  );
  expect(beginReport(world, STUDY, reader, 'general').content.template.id).toBe('general');
  expect(refusal(() => beginReport(world, STUDY, reader, 'nothing'))).toBe('template-unknown');
});

test('is checked as it is written, and signed only over what was acknowledged', async () => {
  const world = reportWorld();
  const reader = world.reader.id;
  await committed(world);
  const draft = viewReport(world, STUDY, reader).content;
  const wrong = withSection(
    withSection(draft, 'findings', 'Tuberculosis on the left.'),
    'impression',
    'Tuberculosis.',
  );
  const view = saveReport(world, STUDY, reader, { content: wrong, before: null });
  expect(view.warnings.map(({ kind, start, end }) => [kind, view.text.slice(start, end)])).toEqual([
    ['laterality', 'left'],
  ]);
  expect(refusal(() => signReport(world, STUDY, reader, { content: wrong, acknowledged: [] }))).toBe(
    'report-warnings',
  );
  const over = { content: wrong, acknowledged: acknowledgedOf(view) };
  const signed = signReport(world, STUDY, reader, over);
  expect(signed.signed?.acknowledged).toEqual(acknowledgedOf(view));
  expect(signed.intact).toBe(true);
  expect(refusal(() => signReport(world, STUDY, reader, over))).toBe('report-signed');
  expect(refusal(() => saveReport(world, STUDY, reader, { content: draft, before: null }))).toBe(
    'report-signed',
  );
  expect(world.store.audit.list(1, 0)[0]).toMatchObject({
    action: 'sign-report',
    detail: { signedOver: ['laterality'] },
  });
});

test('waits for the last difference, and for words', async () => {
  const world = reportWorld();
  const reader = world.reader.id;
  await committed(world, false);
  const view = viewReport(world, STUDY, reader);
  expect(view.cannotSign).toMatch(/difference is still open/);
  expect(refusal(() => signReport(world, STUDY, reader, { content: view.content, acknowledged: [] }))).toBe(
    'report-not-settled',
  );
  for (const { id } of revealComparison(world, STUDY, reader).items)
    assessDifference(world, STUDY, reader, id, {
      verdict: 'accept',
      reason: 'Seen on the image',
      comment: '',
    });
  const empty = withSection(view.content, 'impression', '  ');
  expect(refusal(() => signReport(world, STUDY, reader, { content: empty, acknowledged: [] }))).toBe(
    'report-empty',
  );
});

test('says when the read changed since', async () => {
  const world = reportWorld();
  const reader = world.reader.id;
  await committed(world);
  const { content } = viewReport(world, STUDY, reader);
  signReport(world, STUDY, reader, { content, acknowledged: [] });
  expect(viewReport(world, STUDY, reader).outdated).toBe(false);
  const item = revealComparison(world, STUDY, reader).items[0]?.id ?? '';
  assessDifference(world, STUDY, reader, item, {
    verdict: 'reject',
    reason: 'Not seen on the image',
    comment: '',
  });
  expect(viewReport(world, STUDY, reader).outdated).toBe(true);
});

test('addenda follow it, signed and in their order; a change from outside is found and goes to nobody', async () => {
  const world = reportWorld();
  const reader = world.reader.id;
  await committed(world);
  expect(refusal(() => addReportAddendum(world, STUDY, reader, 'Too early.'))).toBe('report-not-signed');
  const { content } = viewReport(world, STUDY, reader);
  signReport(world, STUDY, reader, {
    content: { ...content, patient: { ...content.patient, reviewed: true } },
    acknowledged: [],
  });
  addReportAddendum(
    world,
    STUDY,
    reader,
    'Seen with the prior of 2025.',
    '7f3a0000-0000-4000-8000-000000000001',
  );
  addReportAddendum(world, STUDY, reader, 'Twice pressed.', '7f3a0000-0000-4000-8000-000000000001');
  const { addenda } = addReportAddendum(world, STUDY, reader, 'Called the ward.');
  expect(addenda.map(({ number, text }) => [number, text])).toEqual([
    [1, 'Seen with the prior of 2025.'],
    [2, 'Called the ward.'],
  ]);
  const request = { studyInstanceUID: STUDY, readerId: reader, build: '0.1.0' } as const;
  const pdf = pdfText(await exportSignedReport(world, { ...request, kind: 'report' }));
  const letter = pdfText(await exportSignedReport(world, { ...request, kind: 'patient' }));
  if (withPdftotext) {
    expect(pdf).toMatch(/Probable tuberculosis on the right.*Addendum 2.*Called the ward/s);
    expect(pdf).toMatch(/For research use, not for diagnosis/);
    expect(letter).toMatch(/Letter about your examination.*your chest/s);
  }
  const reports = () => verifySigned(world.store).find(({ name }) => name === 'reports');
  expect(reports()).toMatchObject({ ok: true });
  const database = new Database(join(world.store.directory, 'overread.db'));
  database.exec('DROP TRIGGER report_addenda_never_change');
  database.exec("UPDATE report_addenda SET text = 'Something else.' WHERE number = 1");
  database.close();
  expect(reports()).toMatchObject({ ok: false });
  expect(await code(exportSignedReport(world, { ...request, kind: 'report' }))).toBe('report-broken');
});

test('words for the patient are exported only where they were reviewed before the signature', async () => {
  const world = reportWorld();
  const reader = world.reader.id;
  await committed(world);
  const request = { studyInstanceUID: STUDY, readerId: reader, build: '0.1.0', kind: 'patient' } as const;
  expect(await code(exportSignedReport(world, request))).toBe('report-not-signed');
  signReport(world, STUDY, reader, { content: viewReport(world, STUDY, reader).content, acknowledged: [] });
  expect(await code(exportSignedReport(world, request))).toBe('patient-text-not-reviewed');
});

test('a site has templates of its own; a broken one is named and left out', () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const own = {
    schema: 'overread.report-template/1',
    id: 'our-chest',
    version: '2.1.0',
    name: 'Our chest',
    modalities: ['DX'],
    bodyParts: ['CHEST'],
    sections: [
      { key: 'findings', heading: 'Befund', text: '{findings}' },
      { key: 'impression', heading: 'Beurteilung', text: '{impression}' },
    ],
  };
  writeFileSync(join(folder, 'a.json'), JSON.stringify(own));
  writeFileSync(
    join(folder, 'b.json'),
    JSON.stringify({ ...own, id: 'no-findings', sections: own.sections.slice(1) }),
  );
  const templates = loadReportTemplates('resources', folder);
  expect(templates.fitting('DX', 'CHEST').id).toBe('our-chest');
  expect(templates.fitting('MR', 'KNEE').id).toBe('general');
  expect(templates.bad).toMatchObject([{ path: join(folder, 'b.json') }]);
});
