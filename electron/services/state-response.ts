import { Refused } from '../shared/errors.ts';
import type { ResponseStatement } from '../shared/prior-ports.ts';
import type {
  ResponseRequest,
  ResponseView,
  RuleWords,
  TargetChoice,
  TimePoint,
} from '../shared/response.ts';
import { lesionReads, type LesionReads } from './lesion-reads.ts';
import { currentRead } from './open-study.ts';
import type { ReadingParts } from './reading-parts.ts';
import { courseOfChoice, placesOf, standingStatements } from './response-facts.ts';
import { choiceFaults, viewResponse } from './response-view.ts';

/**
 * A reader chooses the lesions whose response is followed, states what was seen at a study, or takes such a statement back. Each is a row
 * that stays, with its entry of the trail; after the commit it needs a reason, as an addendum has. The same id again states nothing more.
 *
 * @throws Refused `study-unknown`, `read-unknown`, `reason-missing`, `baseline-unknown`, `finding-unknown`, `response-rules` where RECIST 1.1
 *   forbids it, `targets-not-chosen`, `not-after-baseline`, `response-contradicts`, `statement-unknown`.
 */
export function stateResponse(
  parts: ReadingParts,
  studyInstanceUID: string,
  readerId: string,
  request: ResponseRequest,
): ResponseView {
  const { store, clock } = parts;
  return store.transaction(() => {
    const read = currentRead(parts, studyInstanceUID, readerId);
    const reads = lesionReads(parts, studyInstanceUID, readerId);
    const statements = store.responses.statements(readerId);
    if (reads === null || statements.some(({ id }) => id === request.id))
      return viewResponse(parts, studyInstanceUID, readerId);
    const afterCommit = read.status === 'committed';
    if (afterCommit && !/[^\s\p{C}]/u.test(request.reason)) {
      throw new Refused(
        'reason-missing',
        'This read is committed: say why the statement changes now. It is kept with it, as with an addendum.',
      );
    }
    const said: ResponseStatement = {
      id: request.id,
      studyInstanceUID,
      readId: read.id,
      readerId,
      afterCommit,
      reason: request.reason.trim(),
      at: clock.now(),
      ...particulars(parts, studyInstanceUID, reads, statements, request),
    };
    const rowSha256 = store.responses.add(said);
    store.audit.append({
      actor: readerId,
      action: said.kind === 'undo' ? 'undo-response' : 'state-response',
      studyInstanceUID,
      detail: {
        statementId: said.id,
        readId: read.id,
        baseline: said.baselineStudyInstanceUID,
        kind: said.kind,
        afterCommit,
        rowSha256,
      },
    });
    return viewResponse(parts, studyInstanceUID, readerId);
  });
}

type Particulars = Pick<ResponseStatement, 'baselineStudyInstanceUID' | 'baselineReadId'> &
  (
    | { readonly kind: 'targets'; readonly content: TargetChoice; readonly undoes: null }
    | { readonly kind: 'time-point'; readonly content: TimePoint; readonly undoes: null }
    | { readonly kind: 'undo'; readonly content: null; readonly undoes: string }
  );

function particulars(
  parts: ReadingParts,
  uid: string,
  reads: LesionReads,
  statements: readonly ResponseStatement[],
  request: ResponseRequest,
): Particulars {
  switch (request.kind) {
    case 'targets':
      return {
        ...baselineOf(reads, request.content.baseline),
        kind: 'targets',
        content: requireChoice(parts, uid, reads, request.content),
        undoes: null,
      };
    case 'time-point': {
      const { choice, timePoint } = standingStatements(statements, uid, reads);
      if (choice === null || reads.readOf(choice.content.baseline) === null) {
        throw new Refused(
          'targets-not-chosen',
          'No lesions were chosen yet: choose the baseline and its lesions first.',
        );
      }
      requireTimePoint(parts, uid, reads, choice.content, request.content, timePoint);
      return {
        ...baselineOf(reads, choice.content.baseline),
        kind: 'time-point',
        content: request.content,
        undoes: null,
      };
    }
    case 'undo': {
      const undone = statements.find(({ id }) => id === request.undoes);
      const taken = statements.some(({ undoes }) => undoes === request.undoes);
      if (undone === undefined || undone.studyInstanceUID !== uid || undone.kind === 'undo' || taken) {
        throw new Refused(
          'statement-unknown',
          'This is no statement of yours in this study that still holds. Load the response again.',
        );
      }
      return {
        baselineStudyInstanceUID: undone.baselineStudyInstanceUID,
        baselineReadId: undone.baselineReadId,
        kind: 'undo',
        content: null,
        undoes: undone.id,
      };
    }
  }
}

function baselineOf(
  reads: LesionReads,
  baseline: string,
): Pick<ResponseStatement, 'baselineStudyInstanceUID' | 'baselineReadId'> {
  const read = reads.readOf(baseline);
  if (read === null) {
    throw new Refused(
      'baseline-unknown',
      'The baseline is this study, or another one of this patient with a committed read of yours that is open here.',
      { baseline },
    );
  }
  return { baselineStudyInstanceUID: baseline, baselineReadId: read.id };
}

function requireChoice(
  parts: ReadingParts,
  uid: string,
  reads: LesionReads,
  choice: TargetChoice,
): TargetChoice {
  const known = new Set(reads.readOf(choice.baseline)?.content.findings.map(({ id }) => id));
  for (const { findingId } of [...choice.targets, ...choice.nonTargets]) {
    if (!known.has(findingId)) {
      throw new Refused(
        'finding-unknown',
        'A chosen finding is not (any more) in your read of the baseline. Load the response again.',
        { findingId },
      );
    }
  }
  const faults = choiceFaults(parts, reads, choice);
  if (placesOf(parts, uid, reads)(choice.baseline) === null)
    faults.push({ words: 'The baseline has no date: nothing can be placed after it.', source: '' });
  if (faults.length > 0) throw broken(faults);
  return choice;
}

function requireTimePoint(
  parts: ReadingParts,
  uid: string,
  reads: LesionReads,
  choice: TargetChoice,
  { lesions, progression }: TimePoint,
  timePoint: ReturnType<typeof standingStatements>['timePoint'],
): void {
  const course = courseOfChoice(parts, uid, reads, choice, timePoint);
  const at = course.times.findIndex(({ studyInstanceUID }) => studyInstanceUID === uid);
  if (at < 1) {
    throw new Refused(
      'not-after-baseline',
      'Response is stated of a study with a date after the baseline. This one is not.',
    );
  }
  if (progression && choice.nonTargets.length === 0)
    throw broken([
      {
        words: 'Unequivocal progression is that of non-target lesions, and none were chosen.',
        source: '',
      },
    ]);
  if (new Set(lesions.map(({ findingId }) => findingId)).size < lesions.length)
    throw new Refused('finding-unknown', 'A lesion was stated twice. Load the response again.');
  for (const { findingId, state } of lesions) {
    const target = course.targets.find((one) => one.findingId === findingId);
    const lesion = target ?? course.nonTargets.find((one) => one.findingId === findingId);
    if (lesion === undefined || state === (target === undefined ? 'too-small' : 'present')) {
      throw new Refused(
        'finding-unknown',
        'A stated lesion is not one of those that were chosen, or cannot be stated so. Load the response again.',
        { findingId, state },
      );
    }
    const marks = lesion.marks[at] ?? [];
    const normal =
      target === undefined && lesion.kind === 'node' && marks.every(({ size }) => (size?.short ?? 10) < 10);
    const measured = marks.some(({ size }) => size !== null);
    if ((state === 'gone' && marks.length > 0 && !normal) || (state === 'too-small' && measured)) {
      throw new Refused(
        'response-contradicts',
        `${lesion.label}: a mark of this study is linked with it. It is not ${state === 'gone' ? 'gone' : 'too small to measure'}, or the mark is of another lesion: unlink it.`,
        { findingId },
      );
    }
  }
}

function broken(faults: readonly RuleWords[]): Refused {
  const words = faults.map(({ words: one, source }) => (source === '' ? one : `${one} (${source}.)`));
  // One a line.
  return new Refused('response-rules', words.join('\n'), { faults: faults.length });
}
