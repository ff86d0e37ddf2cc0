import { compareFindings } from '../domain/comparison.ts';
import { reconcile } from '../domain/reconciled.ts';
import { type Candidate, chooseCases, type Wanted } from '../domain/reader-study/suggest.ts';
import { judgeAi, type Said } from '../domain/reader-study/training.ts';
import { Terms } from '../domain/terms.ts';
import { isShown } from '../domain/thresholds.ts';
import { Refused } from '../shared/errors.ts';
import type { Store } from '../shared/ports.ts';
import type { Read } from '../shared/read.ts';
import { type Lesion, type TrialDesign, trialDesignSchema } from '../shared/reader-study.ts';
import { AI_ERRORS, type AiJudgement } from '../shared/training.ts';
import type { Terminology } from '../shared/terminology.ts';
import { latestOfItems, modelViews, sidesOf } from './reveal-comparison-build.ts';

export interface Suggestion {
  readonly design: TrialDesign;
  /** Cases chosen, and studies that could have been, by how the AI stands to the truth. */
  readonly chosen: Readonly<Record<string, number>>;
  readonly available: Readonly<Record<string, number>>;
  /** Final studies that could not be cases, by why. */
  readonly passedOver: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

export interface SuggestRequest extends Wanted {
  readonly name: string;
  /** Ids of profiles; all there are unless told. */
  readonly profiles: readonly string[] | null;
}

type Why = 'readers-differ' | 'no-result' | 'finding-without-place';

/**
 * A design for a training out of this folder's final studies. Truth is the read as it stands after its reader has settled every difference
 * with the AI: a department's own best knowledge, which the AI has had a part in.
 *
 * @throws Refused `training-empty` where nothing can be chosen from, or not both truths; `reader-unknown`.
 */
export function suggestTraining(
  { store, terminology }: { readonly store: Store; readonly terminology: Terminology },
  { name, profiles, ...wanted }: SuggestRequest,
): Suggestion {
  const terms = new Terms(terminology);
  const found: Candidate[] = [];
  const passedOver = new Map<Why, number>();
  // Not all reads at once: there may be a hundred thousand.
  const studies = new Set<string>();
  for (const { studyInstanceUID } of store.reads.everyCommitted()) studies.add(studyInstanceUID);
  for (const study of studies) {
    const finals = new Set(store.ledger.finals(study).map(({ readId }) => readId));
    const reads = store.reads.committed(study).filter(({ id }) => finals.has(id));
    if (reads.length === 0) continue;
    const candidate = candidateOf(store, terms, study, reads);
    if (typeof candidate === 'string') passedOver.set(candidate, (passedOver.get(candidate) ?? 0) + 1);
    else found.push(candidate);
  }
  const chosen = chooseCases(found, wanted);
  const truths = new Set(chosen.map(({ truth }) => truth));
  if (truths.size < 2) {
    throw new Refused(
      'training-empty',
      `${found.length} final studies could be cases, and those chosen hold ${truths.size === 0 ? 'none' : `only ${[...truths].join()} ones`}: a training needs normal and abnormal cases. Commit and settle more studies, or ask for more --cases.`,
    );
  }
  const design = trialDesignSchema.parse({
    purpose: 'training',
    name,
    seed: wanted.seed,
    cases: chosen.map(({ study, truth, lesions }, at) => ({
      case: `K${String(at + 1).padStart(3, '0')}`,
      study,
      truth,
      ...(truth === 'abnormal' ? { lesions } : {}),
    })),
    readers: profilesOf(store, profiles).map((profile, at) => ({ reader: `R${at + 1}`, profile })),
  });
  store.audit.append({
    actor: 'operator',
    action: 'trial-suggest',
    studyInstanceUID: null,
    detail: { cases: chosen.length, seed: wanted.seed },
  });
  return {
    design,
    chosen: countBy(chosen),
    available: countBy(found),
    passedOver: Object.fromEntries(passedOver),
    notes: [
      'Truth is the read as it stands after its reader settled every difference with the AI: no reference from outside. Look at each case before the training.',
      ...(chosen.length < wanted.cases
        ? [
            `${chosen.length} of ${wanted.cases} cases: there are too few of a side for the share that was asked for.`,
          ]
        : []),
      'A finding that no model looks for counts as missed by the AI: that, too, is a limit of it.',
      'For research use, not for diagnosis.',
    ],
  };
}

function candidateOf(store: Store, terms: Terms, study: string, reads: readonly Read[]): Candidate | Why {
  const models = modelViews({ store, packs: () => [] }, study);
  if (models.length === 0) return 'no-result';
  const headers = store.studies.instancesOf(study).map(({ header }) => header);
  const results = models.map(({ result }) => result);
  const stands = reads.map((read) => {
    const { findings } = read.content;
    const items = compareFindings(findings, models, terms, sidesOf(headers));
    const judged = latestOfItems(store.reads.assessments(read.id), items);
    return reconcile(findings, items, judged, results, (_model, label) => label).filter(
      ({ change }) => change !== 'withdrawn',
    );
  });
  const [first = []] = stands;
  if (stands.some((one) => one.length > 0 !== first.length > 0)) return 'readers-differ';
  const lesions = first.flatMap(({ at, finding: { box } }, index): Lesion[] =>
    at === null || box === null || box[0] >= box[2] || box[1] >= box[3]
      ? []
      : [{ id: `L${index + 1}`, image: at.sopInstanceUID, frame: at.frame, box }],
  );
  if (lesions.length < first.length) return 'finding-without-place';
  const truth = first.length > 0 ? 'abnormal' : 'normal';
  const ai = judgeAi({ case: 'K', truth, lesions }, saidOf(results));
  return { study, truth, lesions, ai };
}

/** Null where no model completed a look for anything. */
function saidOf(results: ReturnType<typeof modelViews>[number]['result'][]): Said | null {
  const looked = results.filter(
    ({ status, scores, findings }) => status === 'completed' && scores.length + findings.length > 0,
  );
  if (looked.length === 0) return null;
  const shown = looked.flatMap(({ findings }) => findings.filter((finding) => isShown(finding)));
  return {
    abnormal: shown.length > 0,
    places: shown.flatMap(({ sopInstanceUID, frame, box }) =>
      box === null ? [] : [{ image: sopInstanceUID, frame, box }],
    ),
  };
}

function profilesOf(store: Store, wanted: readonly string[] | null): readonly string[] {
  if (wanted === null) return store.readers.list().map(({ id }) => id);
  const unknown = wanted.find((id) => store.readers.find(id) === undefined);
  if (unknown === undefined) return wanted;
  throw new Refused('reader-unknown', `There is no profile ${unknown} here.`);
}

function countBy(candidates: readonly Candidate[]): Record<AiJudgement, number> {
  const count = (kind: AiJudgement): number => candidates.filter(({ ai }) => ai === kind).length;
  return Object.fromEntries((['right', ...AI_ERRORS] as const).map((kind) => [kind, count(kind)])) as Record<
    AiJudgement,
    number
  >;
}
