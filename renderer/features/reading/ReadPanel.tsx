import { LockKeyhole, Plus, TriangleAlert } from 'lucide-react';
import { type RefObject, useMemo } from 'react';
import type { OverreadError } from '../../../electron/shared/errors.ts';
import type { ReadContent } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { once } from '../../ui/once.ts';
import { count } from '../../ui/words.ts';
import type { Measurement } from '../../viewer/marks.ts';
import type { StackFrame } from '../../viewer/stack-frames.ts';
import { ChecklistFields } from './Checklist.tsx';
import { EarlyAiSection } from './EarlyAiSection.tsx';
import { FindingList } from './FindingList.tsx';
import { checklistOf, withAnswer, withConfidence, withText } from './content.ts';
import { changedFinding, UNNAMED, withoutFinding } from './findings.ts';
import { CONFIDENCE_WORDS } from '../../study/finding-words.ts';
import { ImpressionFields } from './ImpressionFields.tsx';
import { ReferredNotice } from './ReferredNotice.tsx';
import { SaveMark } from './SaveMark.tsx';
import { ClinicalContext } from '../../study/ClinicalContext.tsx';
import { StudyFacts } from '../../study/StudyFacts.tsx';
import { StudyNotices } from '../../study/StudyNotices.tsx';
import type { EarlyAi } from './use-early-ai.ts';
import type { SaveState } from './use-draft.ts';

interface ReadPanelProps {
  readonly readerId: string;
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
  readonly measurements: readonly Measurement[];
  readonly displayed: number;
  readonly committing: boolean;
  readonly refusal: OverreadError | null;
  /** Grows with each commit that was asked for while a finding had no name; 0 where all have one. */
  readonly askName: number;
  /** A commit was asked for while what stands in the fields of a size is none. */
  readonly askSize: boolean;
  readonly onAdd: () => void;
  readonly onCommit: () => void;
  /** The AI before the commit, where the site's policy shows it. */
  readonly early: EarlyAi;
  readonly onStated: (study: StudyDetail) => void;
}

/** The reader's own read: findings, impression, commit. */
export function ReadPanel(props: ReadPanelProps) {
  const { content, onContent, study, impression: impressionField } = props;
  const checklist = useMemo(() => checklistOf(study), [study]);
  return (
    <aside className="study__panel" aria-label="My read">
      <div className="panel__section panel__head">
        <h2>My read</h2>
        <SaveMark save={props.save} onResolve={props.onResolve} />
      </div>
      <div className="panel__scroll">
        <ReferredNotice uid={study.studyInstanceUID} readerId={props.readerId} />
        <StudyNotices study={study} onStated={props.onStated} />
        <StudyFacts study={study} onStated={props.onStated} />
        <ClinicalContext study={study.studyInstanceUID} />
        <EarlyAiSection {...props.early} />
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
            measurements={props.measurements}
            frameOf={(finding) => props.frames.get(`${finding.sopInstanceUID}#${finding.frame}`)}
            onSelect={props.onSelect}
            onChange={(id, change) => onContent((now) => changedFinding(now, id, change))}
            onRemove={(id) => onContent((now) => withoutFinding(now, id))}
          />
        </section>
        {checklist === null ? null : (
          <section className="panel__section" aria-label="Checklist">
            <div className="panel__head">
              <h3>
                Checklist <span className="quiet">{checklist.title}</span>
              </h3>
              <kbd>C</kbd>
            </div>
            <ChecklistFields
              checklist={checklist}
              answers={content.checklist ?? {}}
              onAnswer={(id, state) => onContent((now) => withAnswer(now, id, state))}
            />
          </section>
        )}
        <section className="panel__section" aria-label="Recommendation and confidence">
          <Field label="Recommendation (optional)">
            <textarea
              className="input"
              rows={2}
              value={content.recommendation ?? ''}
              maxLength={4000}
              onChange={(event) => {
                const recommendation = event.target.value;
                onContent((now) => withText(now, recommendation));
              }}
            />
          </Field>
          <Field label="Confidence in this read (optional)">
            <select
              className="input"
              value={content.confidence ?? ''}
              onChange={(event) => {
                const confidence = Number(event.target.value);
                onContent((now) => withConfidence(now, confidence));
              }}
            >
              <option value="">not stated</option>
              {CONFIDENCE_WORDS.map((words, index) => (
                <option key={words} value={index + 1}>
                  {index + 1} {words}
                </option>
              ))}
            </select>
          </Field>
        </section>
      </div>
      <ImpressionFields content={content} onContent={onContent} field={impressionField} />
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
        {props.askSize ? (
          <p className="save save--failed" role="alert">
            <TriangleAlert size={13} aria-hidden />
            <span>Not committed: the size that you typed is not saved. Correct it, or empty its fields.</span>
          </p>
        ) : null}
        {props.refusal === null ? null : <ErrorNotice what="Not committed." error={props.refusal} />}
        <p className="quiet">
          {count(props.displayed)} of {count(props.frames.size)} images displayed
        </p>
        <Button tone="primary" wide disabled={props.committing} onClick={once(props.onCommit)}>
          <LockKeyhole size={14} aria-hidden /> Commit my read <kbd>Ctrl + Enter</kbd>
        </Button>
        <p className="quiet">
          It is locked then and signed with your key.{' '}
          {props.early.shown === undefined
            ? 'The AI’s read is shown after this.'
            : 'It says that the AI was shown to you before.'}
        </p>
      </div>
    </aside>
  );
}
