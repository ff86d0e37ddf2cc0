import { BookOpen, ChevronsUp, FolderInput, Search, Trash2 } from 'lucide-react';
import type { Ref } from 'react';
import type { StudySummary } from '../../../electron/shared/study.ts';
import { Button } from '../../ui/Button.tsx';
import { count } from '../../ui/words.ts';

interface WorklistBarProps {
  readonly search: Ref<HTMLInputElement>;
  readonly text: string;
  /** How many there are; null where no studies are listed. */
  readonly told: {
    readonly rows: readonly unknown[];
    readonly total: number;
    readonly totalIsMinimum: boolean;
    readonly looking: boolean;
  } | null;
  readonly chosen: StudySummary | undefined;
  /** @param keep The study that is chosen stays it. */
  readonly onText: (text: string, keep: boolean) => void;
  readonly onMove: (by: number) => void;
  readonly onOpen: () => void;
  readonly onPriority: () => void;
  readonly onRemove: () => void;
  readonly onImport: () => void;
}

/** Search, how many there are, and what can be done with the chosen study. */
export function WorklistBar(props: WorklistBarProps) {
  const { search, text, told, chosen, onText, onMove, onOpen, onPriority, onRemove, onImport } = props;
  return (
    <div className="worklist__bar">
      <label className="wl-search">
        <Search size={14} aria-hidden />
        <span className="visually-hidden">
          Search by patient, ID, accession number, description, modality or study date
        </span>
        <input
          ref={search}
          value={text}
          maxLength={200}
          placeholder="Patient, ID, accession, text, ct 2026-11"
          onChange={(event) => onText(event.target.value, false)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              onText('', text.trim() !== '');
              event.currentTarget.blur();
            } else if (event.key === 'Enter') onOpen();
            else if (event.key === 'ArrowDown') onMove(1);
            else if (event.key === 'ArrowUp') onMove(-1);
            else return;
            event.preventDefault();
          }}
        />
        <kbd>/</kbd>
      </label>
      <span className="quiet worklist__told" role="status">
        {told === null ? '' : shownWords(told)}
      </span>
      <span className="worklist__grow" />
      <Button disabled={chosen === undefined} onClick={onOpen} aria-label="Open the selected study">
        <BookOpen size={14} aria-hidden /> Open <kbd>Enter</kbd>
      </Button>
      <Button
        disabled={chosen === undefined}
        onClick={onPriority}
        aria-label="Set the priority of the selected study"
      >
        <ChevronsUp size={14} aria-hidden /> Priority …
      </Button>
      <Button disabled={chosen === undefined} onClick={onRemove} aria-label="Remove the selected study">
        <Trash2 size={14} aria-hidden /> Remove …
      </Button>
      <Button onClick={onImport}>
        <FolderInput size={14} aria-hidden /> Import …
      </Button>
    </div>
  );
}

function shownWords({ rows, total, totalIsMinimum, looking }: NonNullable<WorklistBarProps['told']>): string {
  const loaded = rows.length;
  if (looking) return `${count(loaded)} so far, looking on …`;
  if (totalIsMinimum) return `${count(loaded)} of more than ${count(Math.max(0, total - 1))} studies`;
  if (total === 1) return '1 study';
  return loaded < total ? `${count(loaded)} of ${count(total)} studies` : `${count(total)} studies`;
}
