import type { AiFinding } from '../shared/analysis.ts';
import type { ImageBox } from '../shared/measure.ts';
import { edgeLettersOfImage } from '../shared/orientation.ts';
import type { ImageAttributes } from '../shared/pixels.ts';
import type { ReaderFinding } from '../shared/read.ts';
import {
  aiNumber,
  imageWords,
  type KeyImage,
  type ReportFacts,
  shownAiFindings,
} from './export-report-facts.ts';
import { INK, PAGE, type ReportFlow, type TextStyle } from './export-report-page.ts';

/** The picture's frame on the page, in points. */
const BOX = { width: 186, height: 186 } as const;
export const KEY_IMAGE_HEIGHT = BOX.height + 44;
export const KEY_IMAGE_WIDTH = BOX.width;

const OUTLINE = [
  [-0.6, 0],
  [0.6, 0],
  [0, -0.6],
  [0, 0.6],
] as const;
const SMALL: TextStyle = { size: 7, colour: INK.faint };

/** Where an image lies on the page, and how large one of its pixels is there. */
interface Placement {
  readonly left: number;
  readonly top: number;
  readonly perColumn: number;
  readonly perRow: number;
}

/** Draws the key image with both sides' marks at the left of the page; returns the y of its lower edge, caption included. */
export async function drawKeyImage(flow: ReportFlow, facts: ReportFacts): Promise<number> {
  const { keyImage } = facts;
  const top = flow.y;
  flow.page.drawRectangle({
    x: PAGE.margin,
    y: top - BOX.height,
    width: BOX.width,
    height: BOX.height,
    color: keyImage.kind === 'shown' ? INK.black : INK.band,
  });
  if (keyImage.kind === 'missing') {
    const lines = flow.wrap(`No key image: ${keyImage.reason}`, BOX.width - 20, SMALL);
    for (const [index, line] of lines.entries())
      flow.draw(line, PAGE.margin + 10, top - 24 - index * 10, SMALL);
    return top - BOX.height;
  }
  const placement = place(keyImage.attributes, top);
  const { rows, columns } = keyImage.attributes;
  const picture = await flow.document.embedPng(keyImage.png);
  flow.page.drawImage(picture, {
    x: placement.left,
    y: placement.top - rows * placement.perRow,
    width: columns * placement.perColumn,
    height: rows * placement.perRow,
  });
  drawMarks(flow, facts, keyImage, placement);
  drawLetters(flow, keyImage.attributes, top);
  return drawCaption(flow, facts, keyImage, top - BOX.height);
}

/** As large as fits, with the pixels' true proportions where the spacing is known. */
function place(image: ImageAttributes, top: number): Placement {
  const [rowSpacing, columnSpacing] = image.pixelSpacing ?? [1, 1];
  const scale = Math.min(BOX.width / (image.columns * columnSpacing), BOX.height / (image.rows * rowSpacing));
  const [perColumn, perRow] = [scale * columnSpacing, scale * rowSpacing];
  return {
    left: PAGE.margin + (BOX.width - image.columns * perColumn) / 2,
    top: top - (BOX.height - image.rows * perRow) / 2,
    perColumn,
    perRow,
  };
}

function drawMarks(
  flow: ReportFlow,
  facts: ReportFacts,
  keyImage: Extract<KeyImage, { kind: 'shown' }>,
  placement: Placement,
): void {
  const here = (finding: ReaderFinding | AiFinding): boolean =>
    finding.sopInstanceUID === keyImage.ref.sopInstanceUID && finding.frame === keyImage.ref.frame;
  for (const finding of shownAiFindings(facts)) {
    if (finding.box === null || !here(finding)) continue;
    drawMark(flow, finding.box, 'rectangle', 'ai', placement, aiNumber(facts, finding.id));
  }
  for (const [index, finding] of facts.comparison.read.content.findings.entries()) {
    if (here(finding)) drawMark(flow, finding.box, finding.shape, 'reader', placement, `${index + 1}`);
  }
}

function drawMark(
  flow: ReportFlow,
  box: ImageBox,
  shape: ReaderFinding['shape'],
  whose: 'reader' | 'ai',
  placement: Placement,
  name: string,
): void {
  // Coordinates count from the centre of the top left pixel, half a pixel inside the picture.
  const x = placement.left + (box[0] + 0.5) * placement.perColumn;
  const y = placement.top - (box[3] + 0.5) * placement.perRow;
  const width = (box[2] - box[0]) * placement.perColumn;
  const height = (box[3] - box[1]) * placement.perRow;
  const colour = INK[whose];
  const dashes = whose === 'ai' ? { borderDashArray: [4, 2.5] } : {};
  const line = { borderColor: colour, borderWidth: 1.2, ...dashes };
  if (shape === 'ellipse') {
    const centre = { x: x + width / 2, y: y + height / 2, xScale: width / 2, yScale: height / 2 };
    flow.page.drawEllipse({ ...centre, ...line });
  } else {
    flow.page.drawRectangle({ x, y, width, height, ...line });
  }
  // The AI's name goes below its mark, so that the two never write over each other.
  const style: TextStyle = { size: 7, bold: true, colour };
  drawOutlined(flow, name, x + 1, whose === 'ai' ? y - 9 : y + height + 1, style);
}

/** A dark edge keeps letters readable on a bright image. */
function drawOutlined(flow: ReportFlow, text: string, x: number, y: number, style: TextStyle): void {
  for (const [dx, dy] of OUTLINE) flow.draw(text, x + dx, y + dy, { ...style, colour: INK.black });
  flow.draw(text, x, y, style);
}

function drawLetters(flow: ReportFlow, image: ImageAttributes, top: number): void {
  const letters = edgeLettersOfImage(image);
  if (letters === null) return;
  const style: TextStyle = { size: 8, bold: true, colour: INK.line };
  const middle = { x: PAGE.margin + BOX.width / 2, y: top - BOX.height / 2 - 4 };
  const right = PAGE.margin + BOX.width - 3;
  const draw = (letter: string, x: number, y: number): void => drawOutlined(flow, letter, x, y, style);
  draw(letters.left, PAGE.margin + 3, middle.y);
  draw(letters.right, right - flow.widthOf(letters.right, style), middle.y);
  draw(letters.top, middle.x - flow.widthOf(letters.top, style) / 2, top - 11);
  draw(letters.bottom, middle.x - flow.widthOf(letters.bottom, style) / 2, top - BOX.height + 2);
}

/** How the values of the key image became greys. */
function windowWords({ attributes, values }: Extract<KeyImage, { kind: 'shown' }>): string {
  if (attributes.samples === 3) return 'colour as stored';
  if (values.voiLut !== null) return "the file's own curve of greys (VOI LUT)";
  const [first] = values.window;
  if (first === undefined) return 'whole range of values';
  const curve = values.voiFunction === 'LINEAR' ? '' : ` (${values.voiFunction})`;
  return `window W ${first.width} C ${first.centre}${curve}`;
}

function drawCaption(
  flow: ReportFlow,
  facts: ReportFacts,
  keyImage: Extract<KeyImage, { kind: 'shown' }>,
  below: number,
): number {
  const window = windowWords(keyImage);
  const reduced = keyImage.reduced ? ', reduced for print' : '';
  const place = imageWords(facts.study, keyImage.ref);
  const notes = keyImage.values.notes.map((note) => `; ${note}`).join('');
  const caption = `Key image: ${place}; ${window}${reduced}${notes}. Not for measuring.`;
  let y = below - 12;
  for (const line of flow.wrap(caption, BOX.width, SMALL)) {
    flow.draw(line, PAGE.margin, y, SMALL);
    y -= 9;
  }
  drawLegend(flow, y - 1);
  return y - 6;
}

function drawLegend(flow: ReportFlow, y: number): void {
  const entries = [
    { whose: 'reader', words: "reader's mark" },
    { whose: 'ai', words: "AI's mark" },
  ] as const;
  for (const [index, { whose, words }] of entries.entries()) {
    const x = PAGE.margin + index * 84;
    const dashes = whose === 'ai' ? { dashArray: [4, 2.5] } : {};
    flow.page.drawLine({
      start: { x, y: y + 4 },
      end: { x: x + 18, y: y + 4 },
      thickness: 1.6,
      color: INK[whose],
      ...dashes,
    });
    flow.draw(words, x + 22, y, SMALL);
  }
}
