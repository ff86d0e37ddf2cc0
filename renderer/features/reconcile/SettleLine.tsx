import type { ConsensusLine, Settlement, SettlementChoice } from '../../../electron/shared/consensus.ts';
import { choicesOf } from '../../../electron/shared/consensus-choices.ts';
import type { ModifiedFinding } from '../../../electron/shared/read.ts';
import { Field } from '../../ui/Field.tsx';
import { ModifyFields } from './ModifyFields.tsx';

interface SettleLineProps {
  readonly line: ConsensusLine;
  /** Who read first and second, as they are called here. */
  readonly names: { readonly first: string; readonly second: string };
  readonly settlement: Settlement | undefined;
  /** What a changed finding begins with. */
  readonly start: ModifiedFinding | null;
  readonly terms: readonly string[];
  readonly onSettle: (settlement: Settlement) => void;
  readonly onFocus: () => void;
}

const DIFFER = {
  presence: 'there or not',
  label: 'label',
  side: 'side',
  size: 'size',
  words: 'words',
} as const;

/** One line in which two reads differ: what each says, and what both are to hold. Nothing is chosen beforehand. */
export function SettleLine(props: SettleLineProps) {
  const { line, names, settlement, start, terms, onSettle } = props;
  const choices = choicesOf(line);
  const title = line.kind === 'text' ? TITLES[line.id] : titleOf(line);
  const choose = (choice: SettlementChoice) => {
    const changed =
      choice !== 'changed'
        ? {}
        : line.kind === 'text'
          ? { text: settlement?.text ?? [line.first, line.second].filter((text) => text !== '').join('\n') }
          : start === null
            ? {}
            : { finding: settlement?.finding ?? start };
    onSettle({ lineId: line.id, choice, why: settlement?.why ?? '', ...changed });
  };
  return (
    <fieldset
      className="settle"
      data-line={line.id}
      data-settled={settlement !== undefined}
      onFocus={props.onFocus}
      onKeyDown={(event) => {
        if (
          event.target instanceof HTMLElement &&
          event.target.matches('textarea, select, input:not([type="radio"])')
        )
          return;
        const choice = choices[Number(event.key) - 1];
        if (choice === undefined) return;
        event.preventDefault();
        choose(choice);
      }}
    >
      <legend>
        {title} <span className="quiet">differ: {line.differs.map((one) => DIFFER[one]).join(', ')}</span>
      </legend>
      {choices.map((choice, index) => (
        <label key={choice} className="check">
          <input
            type="radio"
            name={`settle ${line.id}`}
            checked={settlement?.choice === choice}
            onChange={() => choose(choice)}
          />
          <span className="settle__says">{saysOf(line, choice, names)}</span>
          <kbd>{index + 1}</kbd>
        </label>
      ))}
      {settlement?.choice === 'changed' && settlement.finding !== undefined ? (
        <>
          <ModifyFields
            id={line.id}
            finding={settlement.finding}
            drawn={false}
            terms={terms}
            onDraw={null}
            onChange={(change) =>
              onSettle({ ...settlement, finding: { ...(settlement.finding as ModifiedFinding), ...change } })
            }
          />
          <Field label="Comment">
            <textarea
              className="input"
              rows={2}
              maxLength={4000}
              value={settlement.finding.comment}
              onChange={({ target }) =>
                onSettle({
                  ...settlement,
                  finding: { ...(settlement.finding as ModifiedFinding), comment: target.value },
                })
              }
            />
          </Field>
        </>
      ) : null}
      {settlement?.choice === 'changed' && settlement.text !== undefined ? (
        <Field label={`${title}, as both hold it`}>
          <textarea
            className="input"
            rows={4}
            maxLength={20000}
            value={settlement.text}
            onChange={({ target }) => onSettle({ ...settlement, text: target.value })}
          />
        </Field>
      ) : null}
      {settlement === undefined ? null : (
        <Field label="Why (optional)">
          <input
            className="input"
            maxLength={1000}
            value={settlement.why}
            onChange={({ target }) => onSettle({ ...settlement, why: target.value })}
          />
        </Field>
      )}
    </fieldset>
  );
}

export const TITLES = { impression: 'Impression', recommendation: 'Recommendation' } as const;

/** 'Opacity', or 'Opacity / Nodule'. */
export function titleOf(line: ConsensusLine & { kind: 'finding' }): string {
  const labels = [line.firstWords, line.secondWords].map((words) => words.split(', ')[0] ?? '');
  return [...new Set(labels)].filter((label) => label !== '').join(' / ');
}

/** What a choice says of a line, in the words of the reads. */
export function saysOf(
  line: ConsensusLine,
  choice: SettlementChoice,
  names: { readonly first: string; readonly second: string },
): string {
  if (choice === 'changed') return 'Otherwise …';
  if (choice === 'both') return line.kind === 'text' ? 'Both texts' : 'Both, as two findings';
  const words = line.kind === 'text' ? line[choice] : choice === 'first' ? line.firstWords : line.secondWords;
  const nothing = line.kind === 'text' ? 'nothing' : 'no such finding';
  return `${names[choice]}: ${words === '' ? nothing : words}`;
}
