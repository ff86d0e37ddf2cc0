import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bug } from '../shared/errors.ts';
import { type Terminology, terminologySchema } from '../shared/terminology.ts';

/**
 * The finding terms of this installation.
 *
 * @param resourcesDirectory The product's `resources` folder; read is `terminology/findings.json` in it.
 * @throws Bug where the shipped file is missing or breaks its own rules: it is part of the build.
 */
export function loadTerminology(resourcesDirectory: string): Terminology {
  const path = join(resourcesDirectory, 'terminology', 'findings.json');
  const terminology = terminologySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const ids = new Set(terminology.terms.map((term) => term.id));
  if (ids.size !== terminology.terms.length) throw new Bug('terminology: an id occurs twice');
  for (const term of terminology.terms) {
    for (const other of [...(term.parent === null ? [] : [term.parent]), ...term.signOf]) {
      if (!ids.has(other)) throw new Bug(`terminology: ${term.id} refers to ${other}, which does not exist`);
    }
  }
  return terminology;
}
