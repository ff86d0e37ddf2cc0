import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { TrialCase, TrialDesign } from '../shared/reader-study.ts';
import type { StudyDetail } from '../shared/study.ts';

/** Shorter words of a name are no name: initials, particles. */
const LEAST_WORD = 3;

/**
 * Holds a design against the data folder: its studies, images and profiles are here, and no case is named by what names its patient.
 *
 * @throws Refused `study-unknown`, `trial-invalid`, `case-names-patient`, `reader-unknown`, `trial-case-known`.
 */
export function checkAgainstStore(
  store: Pick<Store, 'studies' | 'readers' | 'reads'>,
  design: TrialDesign,
): void {
  for (const one of design.cases) {
    if (one.study === undefined) continue;
    const study = store.studies.detail(one.study, null);
    refusePatientNames(one, study);
    refuseForeignImages(one, study);
  }
  for (const { reader, profile } of design.readers) {
    if (profile === undefined) continue;
    if (store.readers.find(profile) !== undefined) {
      refuseKnownCases(store, design, reader, profile);
      continue;
    }
    throw new Refused(
      'reader-unknown',
      `There is no profile ${profile} here, as which reader ${reader} shall read.`,
      {
        reader,
      },
    );
  }
}

/** Who has committed a read of a case, or was shown the AI beside it, knows what the study asks. */
function refuseKnownCases(
  store: Pick<Store, 'reads'>,
  design: TrialDesign,
  reader: string,
  profile: string,
): void {
  const known = design.cases.find(({ study }) => {
    const read = study === undefined ? undefined : store.reads.find(study, profile);
    return read?.status === 'committed' || (read?.aiShownAt ?? null) !== null;
  });
  if (known === undefined) return;
  throw new Refused(
    'trial-case-known',
    `Reader ${reader} has committed an ordinary read of case ${known.case}, or was shown the AI beside it. Leave out the case or the reader.`,
    { reader, case: known.case },
  );
}

/** Threat: exports carry the names of the cases, and a list of cases is easily made of names or numbers of patients. */
function refusePatientNames({ case: name }: TrialCase, study: StudyDetail): void {
  const words = [study.patientName, ...(study.otherNames ?? [])]
    .flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word.length >= LEAST_WORD);
  const numbers = [study.patientID, study.accessionNumber].filter((number) => number.length >= LEAST_WORD);
  const plain = name.toLowerCase();
  if (![...words, ...numbers].some((word) => plain.includes(word.toLowerCase()))) return;
  throw new Refused(
    'case-names-patient',
    // The name itself is what must not be repeated.
    'A case is named by its patient, patient ID or accession number. Exports carry the names of cases: number them, as C01, C02.',
    { study: study.studyInstanceUID },
  );
}

function refuseForeignImages({ case: name, lesions = [] }: TrialCase, study: StudyDetail): void {
  const images = new Set(
    study.seriesList.flatMap(({ instances }) => instances.map((one) => one.sopInstanceUID)),
  );
  const foreign = lesions.find(({ image }) => !images.has(image));
  if (foreign === undefined) return;
  throw new Refused(
    'trial-invalid',
    `Lesion ${foreign.id} of case ${name} lies in an image that its study does not have: ${foreign.image}.`,
  );
}
