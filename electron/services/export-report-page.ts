import { type Color, PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib';
import { printable } from './export-report-text.ts';

/** A4 in PDF points (1/72 inch). */
export const PAGE = { width: 595.28, height: 841.89, margin: 40, top: 62, bottom: 50 } as const;
export const CONTENT_WIDTH = PAGE.width - 2 * PAGE.margin;

export const INK = {
  black: rgb(0, 0, 0),
  text: rgb(0.1, 0.12, 0.15),
  faint: rgb(0.38, 0.43, 0.49),
  line: rgb(0.8, 0.83, 0.86),
  band: rgb(0.945, 0.955, 0.965),
  /** The reader's marks: teal, solid (look.md). */
  reader: rgb(0x2d / 255, 0xd4 / 255, 0xbf / 255),
  /** The AI's marks: amber, dashed. */
  ai: rgb(0xf5 / 255, 0xb8 / 255, 0x3d / 255),
} as const;

export interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: Color;
}

export interface Column {
  readonly title: string;
  readonly width: number;
}

const LEADING = 1.32;

/**
 * Text, tables and rules that flow down A4 pages and go on on the next page: nothing is cut. `y` counts from the bottom
 * of the page, as PDF does.
 */
export class ReportFlow {
  readonly document: PDFDocument;
  y: number = PAGE.height - PAGE.top;
  /** Whether a character had to be replaced because the fonts lack it. */
  replaced = false;
  readonly #regular: PDFFont;
  readonly #bold: PDFFont;
  readonly #has: ReadonlySet<number>;
  #page: PDFPage;

  private constructor(document: PDFDocument, regular: PDFFont, bold: PDFFont) {
    this.document = document;
    this.#regular = regular;
    this.#bold = bold;
    this.#has = new Set(regular.getCharacterSet());
    this.#page = document.addPage([PAGE.width, PAGE.height]);
  }

  static async begin(): Promise<ReportFlow> {
    const document = await PDFDocument.create();
    const regular = await document.embedFont(StandardFonts.Helvetica);
    const bold = await document.embedFont(StandardFonts.HelveticaBold);
    return new ReportFlow(document, regular, bold);
  }

  get page(): PDFPage {
    return this.#page;
  }

  /** Goes to a new page where less than `height` points are left. */
  ensure(height: number): void {
    if (this.y - height >= PAGE.bottom) return;
    this.#page = this.document.addPage([PAGE.width, PAGE.height]);
    this.y = PAGE.height - PAGE.top;
  }

  /** The text's lines within a width: by words, and within a word that is wider than the line. */
  wrap(text: string, width: number, style: TextStyle): string[] {
    const { text: fit, exact } = printable(text, (codePoint) => this.#has.has(codePoint));
    if (!exact) this.replaced = true;
    return fit.split('\n').flatMap((paragraph) => this.#wrapParagraph(paragraph, width, style));
  }

  /** Writes text at `x` and moves down. */
  text(text: string, style: TextStyle, x: number = PAGE.margin, width = CONTENT_WIDTH): void {
    for (const line of this.wrap(text, width, style)) {
      this.ensure(style.size * LEADING);
      this.y -= style.size * LEADING;
      this.draw(line, x, this.y, style);
    }
  }

  /** Draws one line that `wrap` made, with its baseline a little above `y`. */
  draw(line: string, x: number, y: number, style: TextStyle, page = this.#page): void {
    page.drawText(line, {
      x,
      y: y + style.size * 0.26,
      size: style.size,
      font: this.#font(style),
      color: style.colour ?? INK.text,
    });
  }

  widthOf(line: string, style: TextStyle): number {
    return this.#font(style).widthOfTextAtSize(line, style.size);
  }

  gap(points: number): void {
    this.y -= points;
  }

  rule(x: number = PAGE.margin, width = CONTENT_WIDTH): void {
    this.#page.drawLine({
      start: { x, y: this.y },
      end: { x: x + width, y: this.y },
      thickness: 0.6,
      color: INK.line,
    });
  }

  /** A section's title with a rule; keeps `keep` points of what follows on the same page. */
  section(title: string, keep = 40): void {
    this.ensure(keep + 26);
    this.gap(9);
    this.text(title, { size: 10.5, bold: true });
    this.gap(2);
    this.rule();
    this.gap(3);
  }

  /** A table whose rows may be of any height: a row goes on on the next page line by line. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[], style: TextStyle): void {
    const step = style.size * LEADING;
    const head: TextStyle = { size: style.size - 0.5, bold: true, colour: INK.faint };
    this.#row(
      columns.map(({ title }) => title),
      columns,
      head,
      step,
    );
    for (const row of rows) this.#row(row, columns, style, step, true);
  }

  #row(
    cells: readonly string[],
    columns: readonly Column[],
    style: TextStyle,
    step: number,
    ruled = false,
  ): void {
    const lines = columns.map((column, index) => this.wrap(cells[index] ?? '', column.width - 8, style));
    const count = lines.reduce((most, cell) => Math.max(most, cell.length), 1);
    // A row of a few lines stays whole; a long one may break anywhere.
    this.ensure(Math.min(count, 4) * step + 6);
    if (ruled) this.rule();
    this.gap(2);
    for (let line = 0; line < count; line++) {
      this.ensure(step);
      this.y -= step;
      let x: number = PAGE.margin;
      for (const [index, column] of columns.entries()) {
        this.draw(lines[index]?.[line] ?? '', x, this.y, style);
        x += column.width;
      }
    }
    this.gap(3);
  }

  #wrapParagraph(paragraph: string, width: number, style: TextStyle): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ').flatMap((whole) => this.#pieces(whole, width, style))) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && this.widthOf(longer, style) > width) {
        lines.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    lines.push(line);
    return lines;
  }

  #pieces(word: string, width: number, style: TextStyle): string[] {
    if (this.widthOf(word, style) <= width) return [word];
    const pieces: string[] = [];
    let piece = '';
    for (const character of word) {
      if (piece !== '' && this.widthOf(piece + character, style) > width) {
        pieces.push(piece);
        piece = '';
      }
      piece += character;
    }
    return [...pieces, piece];
  }

  #font(style: TextStyle): PDFFont {
    return style.bold === true ? this.#bold : this.#regular;
  }
}
