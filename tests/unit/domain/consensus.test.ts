import { describe, expect, test } from 'vitest';
import { consensusLines, outcomeOf } from '../../../electron/domain/consensus.ts';
import { Terms } from '../../../electron/domain/terms.ts';
import { loadTerminology } from '../../../electron/services/terminology.ts';
import { choicesOf } from '../../../electron/shared/consensus-choices.ts';
import type { Settlement } from '../../../electron/shared/consensus.ts';
import type { ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import { readerFinding } from '../services/reading-world.ts';

const TERMS = new Terms(loadTerminology('resources'));

const said = (findings: ReaderFinding[], changes: Partial<ReadContent> = {}): { content: ReadContent } => ({
  content: { findings, noAbnormalFinding: false, impression: 'x', ...changes },
});

/** First: an opacity on the right, a fracture. Second: the same place as a nodule on the left, an effusion. */
const FIRST = said([
  readerFinding({ id: 'a1', label: 'Opacity', laterality: 'right', certainty: 4, comment: 'soft' }),
  readerFinding({ id: 'a2', label: 'Rib fracture', box: [90, 90, 110, 110] }),
]);
const SECOND = said([
  readerFinding({ id: 'b1', label: 'Opacity', laterality: 'left', certainty: 2, comment: 'sharp' }),
  readerFinding({ id: 'b2', label: 'Pleural effusion', box: [10, 130, 40, 150] }),
]);

const settle = (
  lineId: string,
  choice: Settlement['choice'],
  changes: Partial<Settlement> = {},
): Settlement => ({
  lineId,
  choice,
  why: '',
  ...changes,
});

describe('the lines of two reads', () => {
  test('are by the matching; a pair differs in label and side, a finding of one alone in being there', () => {
    const lines = consensusLines(FIRST, SECOND, TERMS);
    expect(lines.map(({ id, differs }) => [id, differs])).toEqual([
      ['a1~b1', ['side']],
      ['a2~', ['presence']],
      ['~b2', ['presence']],
      ['impression', []],
      ['recommendation', []],
    ]);
    const wider = consensusLines(
      said([readerFinding({ label: 'Fracture' })]),
      said([readerFinding({ label: 'Rib fracture' })]),
      TERMS,
    );
    expect(wider[0]?.differs).toEqual(['label']);
  });

  test('differ in size where both state one and it is another beyond measuring error', () => {
    const sized = (longMm?: number) =>
      said([readerFinding(longMm === undefined ? {} : { size: { longMm, how: 'measured' } })]);
    const differs = (one?: number, other?: number) =>
      consensusLines(sized(one), sized(other), TERMS)[0]?.differs;
    expect(differs(12, 20)).toEqual(['size']);
    expect(differs(20, 12)).toEqual(['size']);
    // Less than 2 mm, and less than a fifth, are what two measurements of one thing differ by.
    expect(differs(4, 5.9)).toEqual([]);
    expect(differs(40, 46)).toEqual([]);
    expect(differs(12)).toEqual([]);
    const lines = consensusLines(sized(12), sized(20), TERMS);
    expect(lines[0]).toMatchObject({
      firstWords: 'Tuberculosis, right, 12 mm',
      secondWords: 'Tuberculosis, right, 20 mm',
    });
    const held = outcomeOf(sized(12), sized(20), lines, [settle(lines[0]?.id ?? '', 'second')]);
    expect(held.findings[0]?.finding.size?.longMm).toBe(20);
    // Of one that only the second reader measured the size is kept.
    expect(
      outcomeOf(sized(), sized(20), consensusLines(sized(), sized(20), TERMS), []).findings[0]?.finding.size,
    ).toEqual({ longMm: 20, how: 'measured' });
  });

  test('are told alike whoever is first: the same differences, the sides exchanged', () => {
    const one = consensusLines(FIRST, SECOND, TERMS);
    const other = consensusLines(SECOND, FIRST, TERMS);
    const pairs = (lines: typeof one, turned: boolean) =>
      lines
        .map((line) =>
          turned ? [line.second, line.first, line.differs] : [line.first, line.second, line.differs],
        )
        .map((line) => JSON.stringify(line))
        .toSorted();
    expect(pairs(other, true)).toEqual(pairs(one, false));
  });

  test('say as words what a read without findings says; certainty and outline are no difference', () => {
    const nothing = said([], { noAbnormalFinding: true, impression: ' ' });
    const [impression] = consensusLines(nothing, said([], { impression: 'Nodule.' }), TERMS);
    expect(impression).toMatchObject({
      first: 'No abnormal finding.',
      second: 'Nodule.',
      differs: ['words'],
    });
    const surer = said([readerFinding({ certainty: 1, box: [20, 40, 60, 80] })]);
    expect(consensusLines(said([readerFinding()]), surer, TERMS)[0]?.differs).toEqual([]);
  });
});

describe('the outcome', () => {
  const lines = consensusLines(FIRST, SECOND, TERMS);
  const all = (pair: Settlement): Settlement[] => [pair, settle('a2~', 'first'), settle('~b2', 'first')];
  const labels = (settlements: Settlement[]) =>
    outcomeOf(FIRST, SECOND, lines, settlements).findings.map(({ from, finding }) => [
      from,
      finding.label,
      finding.laterality,
    ]);

  test('is what each choice says: first, second, both, or changed with its fields', () => {
    expect(labels(all(settle('a1~b1', 'first')))).toEqual([
      ['first', 'Opacity', 'right'],
      ['first', 'Rib fracture', 'right'],
    ]);
    expect(labels([settle('a1~b1', 'second'), settle('a2~', 'second'), settle('~b2', 'second')])).toEqual([
      ['second', 'Opacity', 'left'],
      ['second', 'Pleural effusion', 'right'],
    ]);
    expect(labels(all(settle('a1~b1', 'both'))).slice(0, 2)).toEqual([
      ['first', 'Opacity', 'right'],
      ['second', 'Opacity', 'left'],
    ]);
    const finding = {
      label: 'Nodule',
      laterality: 'bilateral',
      certainty: 3,
      comment: 'after the lateral view',
      box: [26, 48, 50, 72],
    } as const;
    const changed = settle('a1~b1', 'changed', { finding: { ...finding, box: [...finding.box] } });
    const [stated] = outcomeOf(FIRST, SECOND, lines, all(changed)).findings;
    expect(stated).toEqual({
      from: 'changed',
      at: { sopInstanceUID: expect.any(String), frame: 0 },
      finding,
    });
  });

  test('of a finding that both have claims no more than the less certain, and keeps both comments', () => {
    const [one, other] = [
      said([readerFinding({ id: 'a', certainty: 4, comment: 'soft' })]),
      said([readerFinding({ id: 'b', certainty: 2, comment: 'sharp' })]),
    ];
    const [shared] = outcomeOf(one, other, consensusLines(one, other, TERMS), []).findings;
    expect(shared).toMatchObject({ from: 'both', finding: { certainty: 2, comment: 'soft\nsharp' } });
  });

  test('of texts is one, the other, both below each other, or another', () => {
    const [one, other] = [
      said([], { impression: 'Normal.', recommendation: 'None' }),
      said([], { impression: 'Nodule.' }),
    ];
    const texts = consensusLines(one, other, TERMS);
    const of = (choice: Settlement['choice'], changes: Partial<Settlement> = {}) => {
      const settlements = [settle('impression', choice, changes), settle('recommendation', 'second')];
      const { impression, recommendation } = outcomeOf(one, other, texts, settlements);
      return [impression, recommendation];
    };
    expect(of('first')).toEqual(['Normal.', '']);
    expect(of('second')).toEqual(['Nodule.', '']);
    expect(of('both')).toEqual(['Normal.\nNodule.', '']);
    expect(of('changed', { text: ' Nodule, 6 mm. ' })).toEqual(['Nodule, 6 mm.', '']);
  });

  test('needs every difference settled, once, and in a way that makes sense of it', () => {
    const rest = [settle('a2~', 'first'), settle('~b2', 'first')];
    expect(() => outcomeOf(FIRST, SECOND, lines, rest)).toThrow(
      '1 of the lines in which the two reads differ is not settled',
    );
    expect(() => outcomeOf(FIRST, SECOND, lines, [])).toThrow('3 of the lines');
    for (const wrong of [
      settle('a2~', 'second'),
      settle('nothing', 'first'),
      settle('a1~b1', 'changed', { text: 'x' }),
      settle('impression', 'changed', {
        finding: { label: 'x', laterality: 'left', certainty: 1, comment: '', box: null },
      }),
    ])
      expect(() => outcomeOf(FIRST, SECOND, lines, [settle('a1~b1', 'first'), ...rest, wrong])).toThrow(
        'makes no sense',
      );
    expect(() =>
      outcomeOf(
        FIRST,
        SECOND,
        lines,
        all(settle('a1~b1', 'first')).map((one) => (one.lineId === 'a2~' ? settle('a2~', 'both') : one)),
      ),
    ).toThrow('makes no sense');
    expect(choicesOf(lines[1] ?? expect.fail())).not.toContain('both');
  });
});
