import { sizeWords } from '../../../electron/shared/finding-size.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import type { Measurement } from '../../viewer/marks.ts';
import { extentWords } from '../../viewer/format-measured.ts';
import type { StackFrame } from '../../viewer/stack-frames.ts';
import { FindingEditor } from './FindingEditor.tsx';
import type { FindingChange } from './findings.ts';
import { measuredSize } from './measured-size.ts';
import { CERTAINTY_WORDS } from '../../study/finding-words.ts';

interface FindingListProps {
  readonly findings: readonly ReaderFinding[];
  readonly selected: string | null;
  readonly terms: readonly string[];
  readonly askName: number;
  /** The frame that a finding lies on; undefined where the study no longer has it. */
  readonly frameOf: (finding: ReaderFinding) => StackFrame | undefined;
  readonly onSelect: (id: string) => void;
  readonly measurements: readonly Measurement[];
  readonly onChange: (id: string, change: FindingChange) => void;
  readonly onRemove: (id: string) => void;
}

/** What the reader marked, numbered as on the image; the selected one opens for editing. */
export function FindingList(props: FindingListProps) {
  const { findings, selected } = props;
  if (findings.length === 0) {
    return (
      <p className="quiet">
        None marked. <kbd>F</kbd> and draw on the image; <kbd>Enter</kbd> places one by keyboard.
      </p>
    );
  }
  return (
    <ol className="findings">
      {findings.map((finding, index) => {
        const open = finding.id === selected;
        const frame = props.frameOf(finding);
        const side =
          finding.laterality === 'not-applicable' || finding.laterality === 'not-stated'
            ? ''
            : ` · ${finding.laterality}`;
        return (
          <li key={finding.id} className="finding" data-finding={finding.id}>
            <button
              type="button"
              className="finding__line"
              aria-expanded={open}
              onClick={() => props.onSelect(finding.id)}
            >
              <span className="finding__number">{index + 1}</span>
              <span>
                {finding.label}
                {side}
                {finding.size === undefined ? '' : ` · ${sizeWords(finding.size)}`}
                <span className="quiet">
                  {' '}
                  {frame === undefined ? '' : `· mark ${extentWords(finding.box, frame.image)} `}·{' '}
                  {CERTAINTY_WORDS[finding.certainty - 1]}
                </span>
              </span>
            </button>
            {open ? (
              <FindingEditor
                finding={finding}
                number={index + 1}
                terms={props.terms}
                askName={props.askName}
                measured={measuredSize(finding, props.measurements, frame?.image ?? null)}
                onChange={(change) => props.onChange(finding.id, change)}
                onRemove={() => props.onRemove(finding.id)}
              />
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}
