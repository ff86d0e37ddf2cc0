import { compareFindings } from '../../domain/comparison.ts';
import { relianceCases } from '../../domain/ledger/reliance.ts';
import { ageGroupOf, type CaseFrame, casesOf, covers, type FinalRead } from '../../domain/ledger/case.ts';
import { reconcile } from '../../domain/reconciled.ts';
import { Terms } from '../../domain/terms.ts';
import type { RelianceRead, Scanner } from '../../shared/ledger-ports.ts';
import type { InstanceHeader, Store } from '../../shared/ports.ts';
import type { Read } from '../../shared/read.ts';
import type { Terminology } from '../../shared/terminology.ts';
import { latestOfItems, modelViews, sidesOf } from '../reveal-comparison-build.ts';

/** What counting asks for. */
export interface LedgerParts {
  readonly store: Store;
  readonly terminology: Terminology;
}

/**
 * Counts a study in the ledger as it now stands: once, by its final read that was committed first; not at all where none is final. Whatever was
 * counted of it before is taken out. To be called inside the transaction that made a read final, changed a judgement of one, or opened it again.
 *
 * @throws Refused `study-unknown`.
 */
export function countStudy(parts: LedgerParts, studyInstanceUID: string): void {
  const { store, terminology } = parts;
  const committed = store.reads.committed(studyInstanceUID);
  const finals = store.ledger.finals(studyInstanceUID).flatMap(({ readId, at }) => {
    const read = committed.find(({ id }) => id === readId);
    return read === undefined ? [] : [{ read, month: at.slice(0, 7) }];
  });
  const [first] = finals;
  if (first === undefined) {
    forgetStudy(store, studyInstanceUID);
    return;
  }
  const terms = new Terms(terminology);
  const headers = store.studies.instancesOf(studyInstanceUID).map(({ header }) => header);
  // What a model said is in its record: which packs are installed now changes nothing.
  const models = modelViews({ store, packs: () => [] }, studyInstanceUID);
  const reads = finals.map(({ read, month }) => ({
    read,
    month,
    final: finalRead(store, read, models, terms, headers),
  }));
  const { sex, age } = store.studies.detail(studyInstanceUID, null);
  const frame = { month: first.month, sex: sexOf(sex), ageGroup: ageGroupOf(age) };
  store.ledger.replace(
    studyInstanceUID,
    models.flatMap((view) => {
      const of: CaseFrame = { ...frame, scanner: scannerOf(headers, view.result.scores[0]?.sopInstanceUID) };
      return reads.slice(0, 1).flatMap(({ final }) => casesOf(view, final, terms, of));
    }),
  );
  store.reliance.replace(
    studyInstanceUID,
    reads.map(({ read, month, final }): RelianceRead => {
      const others = reads.filter((one) => one.read.readerId !== read.readerId).map((one) => one.final);
      const judged = (label: string) => judgedByOthers(store, studyInstanceUID, others, label, terms);
      return {
        readId: read.id,
        readerId: read.readerId,
        month,
        seconds: read.activeSeconds,
        cases: relianceCases(models, final, terms, judged),
      };
    }),
  );
}

/** Takes out what is counted of a study. */
export function forgetStudy(store: Pick<Store, 'ledger' | 'reliance'>, studyInstanceUID: string): void {
  store.ledger.replace(studyInstanceUID, []);
  store.reliance.replace(studyInstanceUID, []);
}

/** Whether the agreed consensus has the finding, else the other final reads as they stand; null where there is neither, or these differ. */
function judgedByOthers(
  store: Store,
  studyInstanceUID: string,
  others: readonly FinalRead[],
  label: string,
  terms: Terms,
): boolean | null {
  const agreed = store.consensuses.of(studyInstanceUID).findLast(({ state }) => state === 'agreed');
  if (agreed?.outcome != null)
    return agreed.outcome.findings.some(({ finding }) => covers(finding.label, label, terms));
  const said = new Set(
    others.map(({ reconciled }) =>
      reconciled.some(({ change, finding }) => change !== 'withdrawn' && covers(finding.label, label, terms)),
    ),
  );
  const [only] = said;
  return said.size === 1 && only !== undefined ? only : null;
}

function finalRead(
  store: Store,
  read: Read,
  models: ReturnType<typeof modelViews>,
  terms: Terms,
  headers: readonly InstanceHeader[],
): FinalRead {
  const { findings } = read.content;
  const items = compareFindings(findings, models, terms, sidesOf(headers));
  const assessments = latestOfItems(store.reads.assessments(read.id), items);
  const results = models.map(({ result }) => result);
  // The models' own labels: display words are no terms.
  const reconciled = reconcile(findings, items, assessments, results, (_model, label) => label);
  return { findings, items, assessments, reconciled, sawAi: read.aiShownAt !== null };
}

/** M, F or O (0010,0040); '' for anything else. */
function sexOf(sex: string): string {
  return ['M', 'F', 'O'].includes(sex) ? sex : '';
}

/** Of the image that the model read first, else of the first image of the study. */
function scannerOf(headers: readonly InstanceHeader[], sopInstanceUID: string | undefined): Scanner {
  const header =
    headers.find((one) => one.sopInstanceUID === sopInstanceUID) ??
    headers.find(({ image }) => image !== null) ??
    headers[0];
  return {
    manufacturer: header?.manufacturer ?? '',
    model: header?.scanner?.model ?? '',
    station: header?.scanner?.station ?? '',
    software: header?.scanner?.software ?? '',
  };
}
