import { FilterX, FolderInput } from 'lucide-react';
import type { WorklistChoice } from '../../../electron/shared/worklist.ts';
import { Button } from '../../ui/Button.tsx';
import { State } from '../../ui/State.tsx';

interface EmptyProps {
  readonly choice: WorklistChoice;
  /** Null where there are no filters to clear. */
  readonly onClear: (() => void) | null;
  readonly onImport: () => void;
}

/** A list without a study: why, and the next step. */
export function Empty({ choice, onClear, onImport }: EmptyProps) {
  const text = choice.text.trim();
  const clear =
    onClear === null ? null : (
      <Button onClick={onClear}>
        <FilterX size={14} aria-hidden /> Clear the filters
      </Button>
    );
  if (text !== '') {
    return (
      <State title={`No study matches “${text}”${onClear === null ? '' : ' and the filters'}`}>
        <p>
          Search looks at patient name, ID, accession number, description and modality; 2026-11 or 2026-11-20
          is the study date, is:stat a priority, is:new a status. Escape clears it.
        </p>
        {clear}
      </State>
    );
  }
  if (clear !== null) {
    return (
      <State title="No study matches the filters">
        <p>None of this view does. A study without a date is in no range of study dates.</p>
        {clear}
      </State>
    );
  }
  if (choice.view === 'referred') {
    return (
      <State title="Nothing is referred to you">
        <p>
          After their commit another reader may refer a study to you, or to any second reader. It waits here
          until you have answered or declined.
        </p>
      </State>
    );
  }
  if (choice.view === 'consensus') {
    return (
      <State title="No consensus is open">
        <p>
          Where two readers have committed, either may propose what both hold. It waits here, for both, until
          the other has signed or said that there is none.
        </p>
      </State>
    );
  }
  if (choice.view !== 'all') {
    return (
      <State title="Nothing here">
        <p>No study of this worklist is in this state for you.</p>
      </State>
    );
  }
  return (
    <State title="No studies yet">
      <p>Drop DICOM files, folders or a ZIP anywhere on this window, or import them by their path.</p>
      <Button tone="primary" onClick={onImport}>
        <FolderInput size={14} aria-hidden /> Import …
      </Button>
    </State>
  );
}
