import type { PDFPage } from 'pdf-lib';
import { personWords, type ReportFacts, timeWords } from './export-report-facts.ts';
import { drawKeyImage, KEY_IMAGE_HEIGHT, KEY_IMAGE_WIDTH } from './export-report-image.ts';
import { CONTENT_WIDTH, INK, PAGE, ReportFlow, type TextStyle } from './export-report-page.ts';
import { drawConsensus } from './export-report-consensus.ts';
import { drawReferrals } from './export-report-peers.ts';
import {
  drawAddenda,
  drawDifferences,
  drawLimits,
  drawModels,
  drawRead,
  drawReconciled,
  drawResponse,
  drawSubject,
} from './export-report-sections.ts';

const GUTTER = 16;
const NOT_FOR_DIAGNOSIS = 'For research use, not for diagnosis';

/** Lays the report out on A4 pages. Text that does not fit one page goes on on the next; nothing is cut. */
export async function writeReport(facts: ReportFacts): Promise<Uint8Array> {
  const flow = await ReportFlow.begin();
  drawSubject(flow, facts);
  drawRead(flow, facts);
  drawResponse(flow, facts);
  const { aiShownAt } = facts.comparison.read;
  flow.section(`AI result, shown ${aiShownAt === null ? 'after' : 'before'} the commit`, KEY_IMAGE_HEIGHT);
  await drawImageBesideModels(flow, facts);
  drawDifferences(flow, facts);
  drawReconciled(flow, facts);
  drawAddenda(flow, facts);
  drawConsensus(flow, facts);
  drawReferrals(flow, facts);
  drawLimits(flow, facts);
  // Whether a letter was replaced is known once everything was laid out, the name in the heads included.
  const heading = firstLine(flow, `${personWords(facts.study.patientName)} · ${facts.study.patientID}`);
  if (flow.replaced) drawReplacedNote(flow);
  const pages = flow.document.getPages();
  for (const [index, page] of pages.entries()) {
    drawHead(flow, page, index === 0 ? '' : heading);
    drawFoot(flow, page, facts, `page ${index + 1} of ${pages.length}`);
  }
  const { document } = flow;
  document.setTitle('Overread: second reading');
  document.setSubject(NOT_FOR_DIAGNOSIS);
  document.setProducer(`Overread ${facts.build}`);
  document.setCreator(`Overread ${facts.build}`);
  document.setLanguage('en');
  document.setCreationDate(new Date(facts.printedAt));
  document.setModificationDate(new Date(facts.printedAt));
  return document.save();
}

const HEAD: TextStyle = { size: 9, bold: true };
const FAINT: TextStyle = { size: 7.4, colour: INK.faint };

/** For the head of later pages; the whole name stands on the first. */
function firstLine(flow: ReportFlow, text: string): string {
  const [first = '', second] = flow.wrap(text, CONTENT_WIDTH * 0.45, HEAD);
  return second === undefined ? first : `${first} …`;
}

async function drawImageBesideModels(flow: ReportFlow, facts: ReportFacts): Promise<void> {
  const page = flow.page;
  const top = flow.y;
  const imageBottom = await drawKeyImage(flow, facts);
  flow.y = top;
  const x = PAGE.margin + KEY_IMAGE_WIDTH + GUTTER;
  drawModels(flow, facts, x, CONTENT_WIDTH - KEY_IMAGE_WIDTH - GUTTER);
  if (flow.page === page) flow.y = Math.min(flow.y, imageBottom);
}

function drawReplacedNote(flow: ReportFlow): void {
  flow.gap(3);
  flow.text(
    "Some letters are not in this page's fonts: marks were left out (as c for c with caron), and what has no such form " +
      'is printed as its Unicode number in square brackets. The names in the study itself are unchanged.',
    FAINT,
  );
}

function drawHead(flow: ReportFlow, page: PDFPage, patient: string): void {
  const y = PAGE.height - 40;
  flow.draw('Overread', PAGE.margin, y, { size: 15, bold: true }, page);
  const title = patient === '' ? 'Second reading' : patient;
  const style: TextStyle = { size: 9, colour: INK.faint };
  flow.draw(title, PAGE.margin + 76, y, style, page);
  const width = flow.widthOf(NOT_FOR_DIAGNOSIS, HEAD);
  const x = PAGE.width - PAGE.margin - width - 12;
  page.drawRectangle({ x, y: y - 3, width: width + 12, height: 17, borderColor: INK.text, borderWidth: 0.9 });
  flow.draw(NOT_FOR_DIAGNOSIS, x + 6, y + 1, HEAD, page);
  page.drawLine({
    start: { x: PAGE.margin, y: y - 9 },
    end: { x: PAGE.width - PAGE.margin, y: y - 9 },
    thickness: 1.2,
    color: INK.text,
  });
}

function drawFoot(flow: ReportFlow, page: PDFPage, facts: ReportFacts, number: string): void {
  const { read } = facts.comparison;
  const y = 26;
  page.drawLine({
    start: { x: PAGE.margin, y: y + 12 },
    end: { x: PAGE.width - PAGE.margin, y: y + 12 },
    thickness: 0.6,
    color: INK.line,
  });
  const words = `${NOT_FOR_DIAGNOSIS}. Overread ${facts.build} · read ${read.id} · printed ${timeWords(facts.printedAt)}`;
  flow.draw(words, PAGE.margin, y, FAINT, page);
  const right = PAGE.width - PAGE.margin - flow.widthOf(number, FAINT);
  flow.draw(number, right, y, FAINT, page);
}
