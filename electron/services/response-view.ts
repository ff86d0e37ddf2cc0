import { diametersOf, unmeasured } from '../domain/change/course.ts';
import { type BaselineLesion, SOURCES, targetFaults } from '../domain/change/recist-lesions.ts';
import { responseTable } from '../domain/change/response-table.ts';
import { responseLines } from '../domain/change/response-words.ts';
import type { ResponseStatement } from '../shared/prior-ports.ts';
import type {
  BaselineCandidate,
  ResponseView,
  RuleWords,
  StatementLine,
  TargetChoice,
} from '../shared/response.ts';
import { imageOf, joined, kindOf, lesionReads, type LesionReads } from './lesion-reads.ts';
import type { ReadingParts } from './reading-parts.ts';
import {
  baselineLesion,
  courseOfChoice,
  namesOf,
  placesOf,
  type StandingStatements,
  standingStatements,
} from './response-facts.ts';

/**
 * The response of this reader's lesions by RECIST 1.1, as it may be seen beside a study: own reads and statements alone, nothing of models or
 * other readers, and of an own read that the AI was shown in nothing until this study is committed. Writes nothing.
 *
 * @throws Refused `study-unknown`.
 */
export function viewResponse(
  parts: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): ResponseView {
  const reads = lesionReads(parts, studyInstanceUID, readerId);
  if (reads === null) return EMPTY(studyInstanceUID);
  const statements = parts.store.responses.statements(readerId);
  const standing = standingStatements(statements, studyInstanceUID, reads);
  const chosen = standing.choice?.content ?? null;
  const open = chosen !== null && reads.readOf(chosen.baseline) !== null;
  const choice = open ? chosen : null;
  const course =
    choice === null ? null : courseOfChoice(parts, studyInstanceUID, reads, choice, standing.timePoint);
  const table = course === null ? null : responseTable(course.times, course.targets, course.nonTargets);
  return {
    studyInstanceUID,
    committed: reads.committed,
    candidates: candidatesOf(parts, studyInstanceUID, reads),
    choice,
    timePoint: choice === null ? null : standing.timePoint(studyInstanceUID),
    table,
    warnings: [
      ...(choice === null ? [] : choiceFaults(parts, reads, choice)),
      ...(choice === null ? [] : choiceWarnings(parts, reads, choice)),
      ...(course?.leftOut ?? []),
      ...(choice === null || course === null ? [] : notThereBefore(studyInstanceUID, reads, choice, course)),
    ],
    notes: notesOf(chosen !== null && !open, standing, reads),
    statements: statementLines(statements, studyInstanceUID, standing),
    lines: isAssessed(studyInstanceUID, choice, standing, course)
      ? responseLines(table, studyInstanceUID)
      : [],
  };
}

const EMPTY = (studyInstanceUID: string): ResponseView => ({
  studyInstanceUID,
  committed: false,
  candidates: [],
  choice: null,
  timePoint: null,
  table: null,
  warnings: [],
  notes: [],
  statements: [],
  lines: [],
});

/** Lines of one study for a report; none, quickly, for readers who never chose a target. */
export function reportLines(
  parts: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
): string[] {
  if (parts.store.responses.statements(readerId).length === 0) return [];
  return viewResponse(parts, studyInstanceUID, readerId).lines;
}

/** Why a choice breaks the rules; empty where it does not. */
export function choiceFaults(
  parts: Pick<ReadingParts, 'store'>,
  reads: LesionReads,
  choice: TargetChoice,
): RuleWords[] {
  const all = [...choice.targets, ...choice.nonTargets];
  const names = namesOf(reads, choice.baseline, all);
  const lesions = all.map((stated, row) =>
    baselineLesion(parts, reads, choice.baseline, stated, names[row] ?? ''),
  );
  const targets = lesions.slice(0, choice.targets.length);
  const faults: RuleWords[] = [];
  if (all.length === 0)
    faults.push({ words: 'No lesion was chosen: choose one at least.', source: SOURCES.targets });
  if (new Set(all.map(({ findingId }) => findingId)).size < all.length)
    faults.push({ words: 'A finding was chosen twice.', source: SOURCES.targets });
  if (choice.targets.some(({ kind, organ }) => kind === 'extranodal' && organ.trim() === ''))
    faults.push({
      words: 'Name the organ of each target lesion: at most two are counted in one.',
      source: SOURCES.targets,
    });
  targets.forEach(({ lesion, unmeasured: why }, row) => {
    if (lesion === null)
      faults.push({
        words: `${names[row] ?? ''}: a target lesion has a size in millimetres at baseline. ${why}`,
        source: SOURCES.measurable,
      });
  });
  faults.push(
    ...targetFaults(targets.flatMap(({ lesion }): BaselineLesion[] => (lesion === null ? [] : [lesion]))),
  );
  for (const { lesion } of lesions.slice(choice.targets.length)) {
    if (lesion?.kind === 'node' && lesion.short < 10)
      faults.push({
        words: `${lesion.id}: a node with a short axis below 10 mm is normal and is not followed; this one has ${lesion.short.toFixed(1)} mm.`,
        source: SOURCES.measurable,
      });
  }
  return faults;
}

/** What does not forbid a choice, and should be known. */
function choiceWarnings(
  parts: Pick<ReadingParts, 'store'>,
  reads: LesionReads,
  choice: TargetChoice,
): RuleWords[] {
  const names = namesOf(reads, choice.baseline, [...choice.targets, ...choice.nonTargets]);
  return choice.targets.flatMap((stated, row) => {
    const { lesion } = baselineLesion(parts, reads, choice.baseline, stated, names[row] ?? '');
    if (lesion === null || lesion.radiograph === true || lesion.sliceThickness != null) return [];
    return [
      {
        words: `${lesion.id}: the file does not say how thick the slices are. In slices thicker than 5 mm a target is at least twice as long.`,
        source: SOURCES.measurable,
      },
    ];
  });
}

/** Marks of this study that are linked with nothing of the baseline: whether they are new is for the reader to say. */
function notThereBefore(
  uid: string,
  { read, links }: LesionReads,
  { baseline }: TargetChoice,
  { times }: ReturnType<typeof courseOfChoice>,
): RuleWords[] {
  if (!times.slice(1).some((time) => time.studyInstanceUID === uid)) return [];
  const labels = read.content.findings
    .filter(({ id }) => !joined(links, { uid, findingId: id }).some((end) => end.uid === baseline))
    .map(({ label }) => label);
  if (labels.length === 0) return [];
  return [
    {
      words: `Linked with nothing of the baseline: ${labels.join(', ')}. What was there is to be linked with it; a lesion that was not is a new one.`,
      source: SOURCES.newLesions,
    },
  ];
}

function candidatesOf(
  parts: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  reads: LesionReads,
): BaselineCandidate[] {
  const place = placesOf(parts, studyInstanceUID, reads);
  return [studyInstanceUID, ...reads.priors.map((prior) => prior.studyInstanceUID)]
    .filter((uid) => place(uid) !== null && (reads.readOf(uid)?.content.findings.length ?? 0) > 0)
    .toSorted((a, b) => ((place(a) ?? '') < (place(b) ?? '') ? -1 : 1))
    .map((uid) => {
      const study = reads.detailOf(uid);
      return {
        studyInstanceUID: uid,
        date: study.date,
        description: study.description,
        findings: (reads.readOf(uid)?.content.findings ?? []).map((finding) => {
          const image = imageOf(study, finding);
          const size = diametersOf({ box: finding.box, stated: finding.size, image });
          return {
            findingId: finding.id,
            label: finding.label,
            kind: kindOf(finding.label),
            long: size?.long ?? null,
            short: size?.short ?? null,
            unmeasured: size === null ? unmeasured(image) : '',
          };
        }),
      };
    });
}

function notesOf(hidden: boolean, { waiting }: StandingStatements, reads: LesionReads): string[] {
  const dates = waiting
    .map((uid) => reads.priors.find((prior) => prior.studyInstanceUID === uid)?.date ?? '')
    .filter((date) => date !== '');
  return [
    ...(hidden
      ? [
          'Your choice of target lesions is on a study that you read with the AI shown: it is shown here once this read is committed.',
        ]
      : []),
    ...(dates.length === 0
      ? []
      : [
          `What you stated of ${dates.join(', ')} after its commit is counted here once this read is committed.`,
        ]),
  ];
}

/** A study of which nothing was measured or stated has no response to report. */
function isAssessed(
  uid: string,
  choice: TargetChoice | null,
  standing: StandingStatements,
  course: ReturnType<typeof courseOfChoice> | null,
): boolean {
  if (choice === null || course === null) return false;
  const at = course.times.findIndex((time) => time.studyInstanceUID === uid);
  const marked = [...course.targets, ...course.nonTargets].some(({ marks }) => (marks[at]?.length ?? 0) > 0);
  return at >= 0 && (marked || standing.timePoint(uid) !== null);
}

function statementLines(
  statements: readonly ResponseStatement[],
  uid: string,
  { undone }: StandingStatements,
): StatementLine[] {
  return statements
    .filter(({ studyInstanceUID }) => studyInstanceUID === uid)
    .map((said) => ({
      id: said.id,
      kind: said.kind,
      at: said.at,
      afterCommit: said.afterCommit,
      reason: said.reason,
      words: statementWords(said, statements),
      undone: undone.has(said.id),
      undoable: said.kind !== 'undo' && !undone.has(said.id),
    }));
}

function statementWords(said: ResponseStatement, all: readonly ResponseStatement[]): string {
  switch (said.kind) {
    case 'targets': {
      const { targets, nonTargets } = said.content;
      return `${targets.length} target and ${nonTargets.length} non-target lesions chosen`;
    }
    case 'time-point': {
      const { lesions, newLesions, progression } = said.content;
      return [
        `new lesions ${newLesions ?? 'not stated'}`,
        ...(progression ? ['unequivocal progression of non-target lesions'] : []),
        ...(lesions.length === 0
          ? []
          : [`${lesions.length} ${lesions.length === 1 ? 'lesion' : 'lesions'} stated`]),
      ].join(', ');
    }
    case 'undo': {
      const undone = all.find(({ id }) => id === said.undoes);
      return `taken back: ${undone === undefined ? 'a statement' : statementWords(undone, all)}`;
    }
  }
}
