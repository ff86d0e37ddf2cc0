import type { ConsensusLine, ConsensusOutcome, Settlement, SettlementChoice } from '../shared/consensus.ts';
import { choicesOf, needsSettlement } from '../shared/consensus-choices.ts';
import { Bug, Refused } from '../shared/errors.ts';
import { sizesDiffer, sizeWords } from '../shared/finding-size.ts';
import { type ModifiedFinding, type Read, type ReaderFinding, statedFinding } from '../shared/read.ts';
import { pairReads } from './peer-pairs.ts';
import type { Terms } from './terms.ts';

type Said = Pick<Read, 'content'>;
type Outcome = ConsensusOutcome['findings'][number];

/** What a read says in its impression: the explicit 'no abnormal finding' is said in words where there are no others. */
function impressionOf({ content }: Said): string {
  const { impression, noAbnormalFinding } = content;
  return impression.trim() === '' && noAbnormalFinding ? 'No abnormal finding.' : impression.trim();
}

/**
 * Two committed reads line by line: findings by the matching (`domain/matching`), then impression and recommendation. What differs comes
 * first. Certainty and outline are no difference: two readers rarely draw the same. Sizes are one only
 * where both state them and they differ by more than measuring does (`sizesDiffer`).
 */
export function consensusLines(first: Said, second: Said, terms: Terms): ConsensusLine[] {
  const findings = pairReads(first, second, terms).map(({ mine, theirs }): ConsensusLine => {
    const [one, other] = [byId(first, mine), byId(second, theirs)];
    const differs: (ConsensusLine & { kind: 'finding' })['differs'] =
      one === null || other === null
        ? ['presence']
        : [
            ...(terms.relation(one.label, other.label) === 'same' ? [] : ['label' as const]),
            ...(one.laterality === other.laterality ? [] : ['side' as const]),
            ...(sizesDiffer(one.size, other.size) ? ['size' as const] : []),
          ];
    return {
      kind: 'finding',
      id: `${mine ?? ''}~${theirs ?? ''}`,
      first: mine,
      second: theirs,
      firstWords: wordsOf(one),
      secondWords: wordsOf(other),
      differs,
    };
  });
  const text = (id: 'impression' | 'recommendation', of: (said: Said) => string): ConsensusLine => {
    const [one, other] = [of(first), of(second)];
    return { kind: 'text', id, first: one, second: other, differs: one === other ? [] : ['words'] };
  };
  const texts = [
    text('impression', impressionOf),
    text('recommendation', ({ content }) => (content.recommendation ?? '').trim()),
  ];
  return [
    ...findings.filter(needsSettlement),
    ...findings.filter((line) => !needsSettlement(line)),
    ...texts,
  ];
}

/** 'Opacity, right, 12 × 8 mm'. */
function wordsOf(finding: ReaderFinding | null): string {
  if (finding === null) return '';
  const { label, laterality, size } = finding;
  const side = laterality === 'not-stated' || laterality === 'not-applicable' ? '' : `, ${laterality}`;
  return `${label}${side}${size === undefined ? '' : `, ${sizeWords(size)}`}`;
}

function byId({ content }: Said, id: string | null): ReaderFinding | null {
  return content.findings.find((finding) => finding.id === id) ?? null;
}

/**
 * What follows from the settlements of all lines.
 *
 * @throws Refused `consensus-incomplete` where a line that differs is not settled; `settlement-invalid` for a line that is not there or is
 *   settled twice, and for a choice that makes no sense of its line.
 */
export function outcomeOf(
  first: Said,
  second: Said,
  lines: readonly ConsensusLine[],
  settlements: readonly Settlement[],
): ConsensusOutcome {
  requireSensible(lines, settlements);
  const settled = new Map(settlements.map((settlement) => [settlement.lineId, settlement]));
  const open = lines.filter((line) => needsSettlement(line) && !settled.has(line.id));
  if (open.length > 0) {
    throw new Refused(
      'consensus-incomplete',
      `${open.length} of the lines in which the two reads differ ${open.length === 1 ? 'is' : 'are'} not settled. Settle each, or say that there is no consensus.`,
      { lines: open.map(({ id }) => id) },
    );
  }
  const outcome: { findings: Outcome[]; impression: string; recommendation: string } = {
    findings: [],
    impression: '',
    recommendation: '',
  };
  for (const line of lines) {
    const settlement = settled.get(line.id);
    if (line.kind === 'text') outcome[line.id] = textOf(line, settlement);
    else
      outcome.findings.push(
        ...findingsOf(line, byId(first, line.first), byId(second, line.second), settlement),
      );
  }
  return outcome;
}

function requireSensible(lines: readonly ConsensusLine[], settlements: readonly Settlement[]): void {
  const seen = new Set<string>();
  for (const { lineId, choice, finding } of settlements) {
    const line = lines.find(({ id }) => id === lineId);
    const sensible =
      line !== undefined &&
      !seen.has(lineId) &&
      choicesOf(line).includes(choice) &&
      (choice !== 'changed' || (finding === undefined) === (line.kind === 'text'));
    if (!sensible) {
      throw new Refused(
        'settlement-invalid',
        'A settlement is of no line of these two reads, is given twice, or makes no sense of its line. Load the study again.',
        { lineId, choice },
      );
    }
    seen.add(lineId);
  }
}

function textOf(line: ConsensusLine & { kind: 'text' }, settlement: Settlement | undefined): string {
  const { first, second } = line;
  switch (settlement?.choice) {
    case undefined:
    case 'first':
      return first;
    case 'second':
      return second;
    case 'both':
      return [first, second].filter((text) => text !== '').join('\n');
    case 'changed':
      return (settlement?.text ?? '').trim();
  }
}

function findingsOf(
  line: ConsensusLine & { kind: 'finding' },
  one: ReaderFinding | null,
  other: ReaderFinding | null,
  settlement: Settlement | undefined,
): Outcome[] {
  const place = one ?? other;
  if (place === null) throw new Bug(`Line ${line.id} is about no finding of either read.`);
  const as = (finding: ReaderFinding | null, from: SettlementChoice): Outcome[] =>
    finding === null ? [] : [{ from, at: atOf(finding), finding: statedFinding(finding) }];
  switch (settlement?.choice) {
    case undefined:
      return one === null || other === null
        ? []
        : [{ from: 'both', at: atOf(one), finding: shared(one, other) }];
    case 'first':
      return as(one, 'first');
    case 'second':
      return as(other, 'second');
    case 'both':
      return [...as(one, 'first'), ...as(other, 'second')];
    case 'changed':
      return settlement?.finding === undefined
        ? []
        : [{ from: 'changed', at: atOf(place), finding: settlement.finding }];
  }
}

function atOf({ sopInstanceUID, frame }: ReaderFinding): Outcome['at'] {
  return { sopInstanceUID, frame };
}

/** Of a finding that both have: the lower certainty, which claims the least, and the comments of both. */
function shared(one: ReaderFinding, other: ReaderFinding): ModifiedFinding {
  const comments = [...new Set([one.comment.trim(), other.comment.trim()])].filter((text) => text !== '');
  return {
    ...statedFinding(one),
    ...(one.size === undefined && other.size !== undefined ? { size: other.size } : {}),
    certainty: Math.min(one.certainty, other.certainty),
    comment: comments.join('\n').slice(0, 4000),
  };
}
