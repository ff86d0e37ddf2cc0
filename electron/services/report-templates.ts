import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bug, Refused } from '../shared/errors.ts';
import { type PatientWords, patientWordsSchema } from '../shared/patient-words.ts';
import { type ReportTemplate, reportTemplateSchema } from '../shared/report.ts';

/** Templates of the build, and those of the site, which take the place of one with the same id. */
export interface ReportTemplates {
  all(): ReportTemplate[];
  /** Throws `Refused('template-unknown')`. */
  find(id: string): ReportTemplate;
  /** The first that fits a study; the general one fits all. */
  fitting(modality: string, bodyPart: string): ReportTemplate;
  /** Files of the site that are no templates, each with why; they are left out. */
  readonly bad: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Reads the templates once.
 *
 * @param resources The product's `resources` folder; `report-templates/*.json` in it are part of the build.
 * @param site A folder of the site's own templates (`report-templates` in the data folder); it may be absent.
 * @throws Bug where one of the build's is broken.
 */
export function loadReportTemplates(resources: string, site: string): ReportTemplates {
  const built = new Map<string, ReportTemplate>();
  for (const path of jsonIn(join(resources, 'report-templates'))) {
    const template = reportTemplateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    built.set(template.id, template);
  }
  if (!built.has('general')) throw new Bug('report templates: the general one is missing');
  const bad: { path: string; reason: string }[] = [];
  const own = new Map<string, ReportTemplate>();
  for (const path of jsonIn(site)) {
    try {
      const template = reportTemplateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      own.set(template.id, template);
    } catch (thrown) {
      bad.push({ path, reason: (thrown as Error).message });
    }
  }
  // The site's come first, and the general one last: it fits everything.
  const general = own.get('general') ?? built.get('general');
  const others = [...own.values(), ...[...built.values()].filter(({ id }) => !own.has(id))];
  const all = [...others.filter(({ id }) => id !== 'general'), ...(general === undefined ? [] : [general])];
  const fits = (list: readonly string[], value: string): boolean => list.length === 0 || list.includes(value);
  return {
    bad,
    all: () => all,
    find(id) {
      const found = all.find((template) => template.id === id);
      if (found === undefined)
        throw new Refused('template-unknown', `There is no report template "${id}" here.`);
      return found;
    },
    fitting(modality, bodyPart) {
      const found = all.find(
        (template) => fits(template.modalities, modality) && fits(template.bodyParts, bodyPart.toUpperCase()),
      );
      if (found === undefined) throw new Bug('report templates: none fits');
      return found;
    },
  };
}

/** @throws Bug where the shipped file breaks its own rules. */
export function loadPatientWords(resources: string): PatientWords {
  return patientWordsSchema.parse(
    JSON.parse(readFileSync(join(resources, 'terminology', 'patient-words.json'), 'utf8')),
  );
}

function jsonIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map((name) => join(folder, name));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}
