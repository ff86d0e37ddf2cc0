import { useQuery } from '@tanstack/react-query';
import { BookmarkPlus, FilterX } from 'lucide-react';
import type { WorklistChoice } from '../../../electron/shared/worklist.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { hasFilters, PRIORITY_WORDS, STATUS_WORDS, withoutFilters } from './choice.ts';
import { DayFilter } from './DayFilter.tsx';

interface FilterBarProps {
  readonly choice: WorklistChoice;
  readonly onChoice: (choice: WorklistChoice) => void;
  readonly onSave: () => void;
}

/** What narrows the worklist, beside its view and its search. */
export function FilterBar({ choice, onChoice, onSave }: FilterBarProps) {
  const modalities = useQuery({ queryKey: keys.modalities, queryFn: api.modalities });
  const known = modalities.data ?? [];
  // A saved view may name one that no study has any more.
  const offered =
    choice.modality === null || known.includes(choice.modality) ? known : [...known, choice.modality];
  const isPlain = !hasFilters(choice) && choice.text.trim() === '' && choice.sort === null;
  return (
    <div
      className="wl-filters"
      role="group"
      aria-label="Filters"
      onKeyDown={({ key, target }) => {
        // Its letters would go on choosing: there must be a way out by the keyboard.
        if (key === 'Escape' && target instanceof HTMLElement) target.blur();
      }}
    >
      <Choice
        label="Modality"
        value={choice.modality}
        options={offered.map((one) => [one, one])}
        onValue={(modality) => onChoice({ ...choice, modality })}
      />
      <Choice
        label="Status"
        value={choice.status}
        options={Object.entries(STATUS_WORDS) as [keyof typeof STATUS_WORDS, string][]}
        onValue={(status) => onChoice({ ...choice, status })}
      />
      <Choice
        label="Priority"
        value={choice.priority}
        options={Object.entries(PRIORITY_WORDS) as [keyof typeof PRIORITY_WORDS, string][]}
        onValue={(priority) => onChoice({ ...choice, priority })}
      />
      <DayFilter
        label="Study date"
        range={choice.studied}
        onRange={(studied) => onChoice({ ...choice, studied })}
      />
      <DayFilter
        label="Received"
        range={choice.received}
        onRange={(received) => onChoice({ ...choice, received })}
      />
      <span className="worklist__grow" />
      <Button
        tone="plain"
        disabled={!hasFilters(choice)}
        onClick={() => onChoice(withoutFilters(choice))}
        aria-label="Clear the filters"
      >
        <FilterX size={14} aria-hidden /> Clear
      </Button>
      <Button tone="plain" disabled={isPlain && choice.view === 'all'} onClick={onSave}>
        <BookmarkPlus size={14} aria-hidden /> Save view …
      </Button>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | null;
  readonly options: readonly (readonly [T, string])[];
  readonly onValue: (value: T | null) => void;
}

function Choice<T extends string>({ label, value, options, onValue }: ChoiceProps<T>) {
  return (
    <label className="wl-filter">
      <span>{label}</span>
      <select
        value={value ?? ''}
        data-set={value !== null}
        onChange={({ target }) => onValue(options.find(([one]) => one === target.value)?.[0] ?? null)}
      >
        <option value="">any</option>
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
