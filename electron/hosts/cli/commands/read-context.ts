import { readFile } from 'node:fs/promises';
import { text as allText } from 'node:stream/consumers';
import { readContext } from '../../../domain/report-text/clinical-context.ts';
import { loadReportWords } from '../../../services/report-words.ts';
import { CONTEXT_LIMIT } from '../../../shared/clinical-context.ts';
import { Refused } from '../../../shared/errors.ts';
import { product } from '../../shared/product.ts';
import type { Command } from '../command.ts';
import { plainLine, table } from '../table.ts';

/** `read-context FILE`: what a request or a prior report speaks of. Nothing is stored. */
export const readContextCommand: Command = {
  name: 'read-context',
  usage: 'FILE',
  summary:
    'Diseases, findings, anatomy, procedures, devices and medication in a clinical text (plain text; - for standard input): denied, doubted, of the past, of a relative.',
  options: {},
  positionals: { min: 1, max: 1 },
  async run(call) {
    const path = call.positionals[0] ?? '-';
    const text = await readText(path);
    if (text.length > CONTEXT_LIMIT)
      throw new Refused(
        'text-too-long',
        `${path} holds ${text.length} characters; at most ${CONTEXT_LIMIT} are read. Divide it.`,
      );
    const entities = readContext(text, loadReportWords(product().resources)).map((entity) => ({
      ...entity,
      words: text.slice(entity.start, entity.end),
    }));
    const rows = entities.map(({ type, words, negated, uncertain, historical, family }) => [
      type,
      plainLine(words),
      [negated ? 'denied' : '', uncertain ? 'doubted' : '', historical ? 'past' : '', family ? 'family' : '']
        .filter((word) => word !== '')
        .join(', '),
    ]);
    return {
      json: entities,
      text:
        rows.length === 0 ? 'Nothing that the word list knows.' : table(['TYPE', 'WORDS', 'SAID AS'], rows),
      exit: 0,
    };
  },
};

async function readText(path: string): Promise<string> {
  try {
    return path === '-' ? await allText(process.stdin) : await readFile(path, 'utf8');
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'error';
    throw new Refused(
      'unreadable-file',
      `${path} cannot be read (${code}). Check its name and that you may read it.`,
      undefined,
      thrown,
    );
  }
}
