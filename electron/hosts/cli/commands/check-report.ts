import { readFile } from 'node:fs/promises';
import { text as allText } from 'node:stream/consumers';
import { checkReport } from '../../../domain/report-check/check-report.ts';
import { loadReportWords } from '../../../services/report-words.ts';
import { Refused } from '../../../shared/errors.ts';
import { type CheckReportInput, checkReportInputSchema } from '../../../shared/report-check.ts';
import { product } from '../../shared/product.ts';
import type { Command } from '../command.ts';
import { plainLine, table } from '../table.ts';

/** `check-report FILE`: the text of a report against the marks, the study and itself. Nothing is stored. */
export const checkReportCommand: Command = {
  name: 'check-report',
  usage: 'FILE',
  summary:
    'Inconsistencies of a report text with what was marked, with the study and with itself. FILE is JSON (- for standard input): {"study": {"modality", "bodyPart", "sex", "age"}, "findings": [{"label", "laterality", "site", "sizeMm"}], "text"}.',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const path = call.positionals[0] ?? '-';
    const input = await readInput(path);
    const warnings = checkReport(input, loadReportWords(product().resources));
    const lines = warnings.map(({ kind, start, end, message }) => {
      const words = input.text.slice(start, end).replaceAll(/\s+/g, ' ');
      return [
        kind,
        `${String(start)}–${String(end)}`,
        words.length > 40 ? `${words.slice(0, 39)}…` : words,
        message,
      ];
    });
    const text =
      warnings.length === 0
        ? 'Nothing to object to. The check knows words and rules, not the images.'
        : table(
            ['KIND', 'PLACE', 'WORDS', 'WHAT TO DO'],
            lines.map((line) => line.map(plainLine)),
          );
    return { json: warnings, text, exit: 0 };
  },
};

async function readInput(path: string): Promise<CheckReportInput> {
  const document = parse(await readText(path), path);
  const result = checkReportInputSchema.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.join('.');
  throw new Refused(
    'report-input',
    `${path} is not a report to check: ${where}: ${issue?.message ?? 'not as expected'}. Expected {"study": {"modality", "bodyPart", "sex", "age"}, "findings": [{"label", "laterality": "left"|"right"|"bilateral"|null, "site", "sizeMm"}], "text": "FINDINGS: … IMPRESSION: …"}.`,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return path === '-' ? await allText(process.stdin) : await readFile(path, 'utf8');
  } catch (thrown) {
    throw new Refused(
      'unreadable-file',
      `${path} cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'error'}). Check its name and that you may read it.`,
      undefined,
      thrown,
    );
  }
}

function parse(text: string, path: string): unknown {
  try {
    // A byte order mark is what Windows editors put before JSON.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw new Refused(
      'report-input',
      `${path} is not JSON: ${(thrown as Error).message}.`,
      undefined,
      thrown,
    );
  }
}
