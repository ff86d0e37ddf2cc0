import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lexicon } from '../domain/report-text/lexicon.ts';
import { Bug } from '../shared/errors.ts';
import { reportWordsSchema } from '../shared/report-words.ts';

/**
 * The words of reports of this installation, ready for use.
 *
 * @param resourcesDirectory The product's `resources` folder; read is `terminology/report-words.json` in it.
 * @throws Bug where the shipped file is missing or breaks its own rules: it is part of the build.
 */
export function loadReportWords(resourcesDirectory: string): Lexicon {
  const path = join(resourcesDirectory, 'terminology', 'report-words.json');
  const file = reportWordsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const ids = new Set(file.entities.map(({ id }) => id));
  if (ids.size !== file.entities.length) throw new Bug('report words: an id occurs twice');
  for (const { id, is = [], signOf = [], denies } of file.entities) {
    for (const other of [...is, ...signOf, ...(denies === undefined ? [] : [denies])]) {
      if (!ids.has(other)) throw new Bug(`report words: ${id} refers to ${other}, which does not exist`);
    }
  }
  return new Lexicon(file);
}
