import type { Checklist, ChecklistAnswers, CheckState } from '../../../electron/shared/checklist.ts';

interface ChecklistFieldsProps {
  readonly checklist: Checklist;
  readonly answers: ChecklistAnswers;
  readonly onAnswer: (id: string, state: CheckState | null) => void;
}

const STATES = [
  { state: 'normal', words: 'normal', sign: '✓', key: 'n' },
  { state: 'abnormal', words: 'abnormal', sign: '!', key: 'a' },
  { state: 'not-assessed', words: 'not assessed', sign: '–', key: 'x' },
] as const satisfies readonly { state: CheckState; words: string; sign: string; key: string }[];

/** Moves to the next region's buttons, so that a list is gone through with one key a region. */
function focusNext(from: HTMLElement, by: number): void {
  const rows = [...(from.closest('.checklist')?.querySelectorAll<HTMLElement>('.checklist__row') ?? [])];
  const at = rows.findIndex((row) => row.contains(from));
  rows[at + by]?.querySelector<HTMLElement>('button')?.focus();
}

/** Region by region, none in any state until the reader says so. N, A and X say it and go on; the same again takes it back. */
export function ChecklistFields({ checklist, answers, onAnswer }: ChecklistFieldsProps) {
  return (
    <div className="checklist" role="group" aria-label={`Checklist: ${checklist.title}`}>
      {checklist.items.map(({ id, label }) => (
        <div
          key={id}
          className="checklist__row"
          role="group"
          aria-label={label}
          onKeyDown={(event) => {
            if (event.ctrlKey || event.altKey || event.metaKey) return;
            const chosen = STATES.find(({ key }) => key === event.key.toLowerCase());
            const target = event.target as HTMLElement;
            if (chosen !== undefined) {
              onAnswer(id, answers[id] === chosen.state ? null : chosen.state);
              focusNext(target, 1);
            } else if (event.key === 'ArrowDown') focusNext(target, 1);
            else if (event.key === 'ArrowUp') focusNext(target, -1);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          <span>{label}</span>
          {STATES.map(({ state, words, sign, key }) => (
            <button
              key={state}
              type="button"
              className={`checklist__state checklist__state--${state}`}
              aria-pressed={answers[id] === state}
              aria-label={`${label}: ${words}`}
              title={`${words} (${key.toUpperCase()})`}
              onClick={() => onAnswer(id, answers[id] === state ? null : state)}
            >
              {sign}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
