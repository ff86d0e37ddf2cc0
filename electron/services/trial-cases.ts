import { isTraining } from '../domain/reader-study/design.ts';
import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { TrialCase, TrialDesign } from '../shared/reader-study.ts';
import type { StudyDetail } from '../shared/study.ts';
import { traineeOf } from './training-state.ts';

/** Shorter words of a name are no name: initials, particles. */
const LEAST_WORD = 3;

/**
 * Holds a design against the data folder: its studies, images and profiles are here, and no case is named by what names its patient.
 *
 * @throws Refused `study-unknown`, `trial-invalid`, `case-names-patient`, `reader-unknown`, `trial-case-known`, `training-no-ai`.
 */
export function checkAgainstStore(
  store: Pick<Store, 'studies' | 'readers' | 'reads' | 'results' | 'trials' | 'trainings'>,
  design: TrialDesign,
): void {
  for (const one of design.cases) {
    if (one.study === undefined) continue;
    const study = store.studies.detail(one.study, null);
    refusePatientNames(one, study);
    refuseForeignImages(one, study);
    refuseOutside(store, one, study);
    if (isTraining(design)) refuseWithoutAi(store, one, study);
  }
  for (const { reader, profile } of design.readers) {
    if (profile === undefined) continue;
    if (store.readers.find(profile) !== undefined) {
      // A training leaves out, run by run, what its reader knows.
      if (!isTraining(design)) refuseKnownCases(store, design, reader, profile);
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
  store: Pick<Store, 'reads' | 'trials' | 'trainings'>,
  design: TrialDesign,
  reader: string,
  profile: string,
): void {
  const trained = trainedStudies(store, profile);
  const known = design.cases.find(({ study }) => {
    if (study === undefined) return false;
    const read = store.reads.find(study, profile);
    return read?.status === 'committed' || (read?.aiShownAt ?? null) !== null || trained.has(study);
  });
  if (known === undefined) return;
  throw new Refused(
    'trial-case-known',
    `Reader ${reader} has committed an ordinary read of case ${known.case}, was shown the AI beside it, or was trained on it. Leave out the case or the reader.`,
    { reader, case: known.case },
  );
}

/** Studies that were read in a training by this profile, to the blind part at least: the AI was shown from then on. */
function trainedStudies(store: Pick<Store, 'trials' | 'trainings'>, profile: string): ReadonlySet<string> {
  return new Set(
    store.trials.every().flatMap(({ id, design }) => {
      const reader = traineeOf(design, profile);
      if (reader === undefined) return [];
      const read = new Set(store.trainings.steps(id, reader).map((step) => step.case));
      return design.cases.flatMap((one) =>
        read.has(one.case) && one.study !== undefined ? [one.study] : [],
      );
    }),
  );
}

/** A training is about what the AI said: there must be something, or its abstention. */
function refuseWithoutAi(store: Pick<Store, 'results'>, { case: name }: TrialCase, study: StudyDetail): void {
  if (store.results.latest(study.studyInstanceUID).length > 0) return;
  throw new Refused(
    'training-no-ai',
    `No model has read case ${name} yet, and a training is about what the AI says. 'overread analyze ${study.studyInstanceUID}' first.`,
    { case: name },
  );
}

/** Threat: a truth that was drawn on another image, in other pixels or swapped axes, would teach the wrong place. */
function refuseOutside(
  store: Pick<Store, 'studies'>,
  { case: name, lesions = [] }: TrialCase,
  study: StudyDetail,
): void {
  if (lesions.length === 0) return;
  const images = new Map(
    store.studies
      .instancesOf(study.studyInstanceUID)
      .map(({ header }) => [header.sopInstanceUID, header.image] as const),
  );
  for (const { id, image, frame, box } of lesions) {
    const of = images.get(image) ?? null;
    // Without a matrix there is nothing to hold it against, and nothing that could be read.
    if (of === null) continue;
    const [x0, y0, x1, y1] = box;
    if (frame < of.frames && x0 >= -0.5 && y0 >= -0.5 && x1 <= of.columns - 0.5 && y1 <= of.rows - 0.5)
      continue;
    throw new Refused(
      'trial-invalid',
      `Lesion ${id} of case ${name} lies outside its image: box ${box.join(', ')} on frame ${frame}, of ${of.columns} × ${of.rows} pixels and ${of.frames} frames (the first is 0). Boxes are x0, y0, x1, y1 in pixels.`,
    );
  }
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
