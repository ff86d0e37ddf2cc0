import { LockKeyhole, Plus, TriangleAlert } from 'lucide-react';
import type { RefObject } from 'react';
import type { OverreadError } from '../../../electron/shared/errors.ts';
import type { ReadContent } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { count } from '../../ui/words.ts';
import type { StackFrame } from '../../viewer/stack-frames.ts';
import { FindingList } from './FindingList.tsx';
import { changedFinding, UNNAMED, withoutFinding } from './findings.ts';
import { SaveMark } from './SaveMark.tsx';
import { StudyFacts } from '../../study/StudyFacts.tsx';
import { StudyNotices } from '../../study/StudyNotices.tsx';
import type { SaveState } from './use-draft.ts';

interface ReadPanelProps {
  readonly study: StudyDetail;
  readonly content: ReadContent;
  readonly onContent: (change: (now: ReadContent) => ReadContent) => void;
  readonly save: SaveState;
  readonly onResolve: (keep: 'here' | 'there') => void;
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
  readonly terms: readonly string[];
  readonly frames: ReadonlyMap<string, StackFrame>;
  readonly impression: RefObject<HTMLTextAreaElement | null>;
  readonly displayed: number;
  readonly committing: boolean;
  readonly refusal: OverreadError | null;
  /** Grows with each commit that was asked for while a finding had no name; 0 where all have one. */
  readonly askName: number;
  readonly onAdd: () => void;
  readonly onCommit: () => void;
  readonly onStated: (study: StudyDetail) => void;
}

/** The reader's own read: findings, impression, commit. */
export function ReadPanel(props: ReadPanelProps) {
  const { content, onContent, study, impression: impressionField } = props;
  return (
    <aside className="study__panel" aria-label="My read">
      <div className="panel__section panel__head">
        <h2>My read</h2>
        <SaveMark save={props.save} onResolve={props.onResolve} />
      </div>
      <div className="panel__scroll">
        <StudyNotices study={study} onStated={props.onStated} />
        <StudyFacts study={study} onStated={props.onStated} />
        <section className="panel__section" aria-label="Findings">
          <div className="panel__head">
            <h3>Findings</h3>
            <Button onClick={props.onAdd}>
              <Plus size={14} aria-hidden /> Add <kbd>F</kbd>
            </Button>
          </div>
          <FindingList
            findings={content.findings}
            selected={props.selected}
            terms={props.terms}
            askName={props.askName}
            frameOf={(finding) => props.frames.get(`${finding.sopInstanceUID}#${finding.frame}`)}
            onSelect={props.onSelect}
            onChange={(id, change) => onContent((now) => changedFinding(now, id, change))}
            onRemove={(id) => onContent((now) => withoutFinding(now, id))}
          />
        </section>
        <section className="panel__section" aria-label="What it means">
          <Field label="Impression">
            <textarea
              ref={impressionField}
              className="input"
              rows={6}
              value={content.impression}
              maxLength={20000}
              onChange={(event) => {
                const impression = event.target.value;
                onContent((now) => ({ ...now, impression }));
              }}
            />
          </Field>
          <label className="check">
            <input
              type="checkbox"
              checked={content.noAbnormalFinding}
              disabled={content.findings.length > 0}
              onChange={(event) => {
                const noAbnormalFinding = event.target.checked;
                onContent((now) => ({ ...now, noAbnormalFinding }));
              }}
            />
            No abnormal finding
          </label>
        </section>
      </div>
      <div className="panel__section read-commit">
        {props.askName === 0 ? null : (
          <p className="save save--failed" role="alert">
            <TriangleAlert size={13} aria-hidden />
            <span>
              Not committed: finding {content.findings.findIndex(({ label }) => label === UNNAMED) + 1} has no
              label. Name it, or remove it.
            </span>
          </p>
        )}
        {props.refusal === null ? null : <ErrorNotice what="Not committed." error={props.refusal} />}
        <p className="quiet">
          {count(props.displayed)} of {count(props.frames.size)} images displayed
        </p>
        <Button tone="primary" wide disabled={props.committing} onClick={props.onCommit}>
          <LockKeyhole size={14} aria-hidden /> Commit my read <kbd>Ctrl + Enter</kbd>
        </Button>
        <p className="quiet">
          It is locked then and signed with your key. The AI’s read is shown after this.
        </p>
      </div>
    </aside>
  );
}
