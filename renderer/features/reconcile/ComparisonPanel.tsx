import { CircleCheck, FilePen, FileText, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  emptyComparisonWords,
  NOT_COMPARED,
  wasCompared,
} from '../../../electron/shared/empty-comparison.ts';
import { checkLabel } from '../../../electron/shared/checklist.ts';
import { needsAssessment } from '../../../electron/shared/needs-assessment.ts';
import type {
  AssessmentRequest,
  Comparison,
  FrameRef,
  ModifiedFinding,
  Read,
  Verdict,
} from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { reportAddress } from '../../api/addresses.ts';
import { CONFIDENCE_WORDS } from '../../study/finding-words.ts';
import { ClinicalContext } from '../../study/ClinicalContext.tsx';
import { StudyFacts } from '../../study/StudyFacts.tsx';
import { StudyNotices } from '../../study/StudyNotices.tsx';
import { useTerms } from '../../study/use-terms.ts';
import { Button } from '../../ui/Button.tsx';
import { when } from '../../ui/words.ts';
import { type AddAddendum, Addenda } from './Addenda.tsx';
import { ConsensusSection } from './ConsensusSection.tsx';
import { ItemCard } from './ItemCard.tsx';
import { labelOf } from '../../study/marks-of.ts';
import { ModelList } from './ModelList.tsx';
import { OtherReads } from './OtherReads.tsx';
import { type Referring, Referrals } from './Referrals.tsx';
import { Reconciled } from './Reconciled.tsx';
import { takesPart, useConsensus } from './use-consensus.ts';
import { VERDICTS } from './verdicts.ts';

interface ComparisonPanelProps {
  readonly study: StudyDetail;
  readonly comparison: Comparison;
  readonly selected: string | null;
  readonly judging: Verdict | null;
  readonly saving: boolean;
  readonly onSelect: (id: string | null) => void;
  readonly onReport: () => void;
  readonly onJudge: (verdict: Verdict | null) => void;
  readonly onRecord: (itemId: string, judged: AssessmentRequest) => void;
  /** The place that was drawn for a modification. */
  readonly drawn: ModifiedFinding['box'];
  readonly onDraw: () => void;
  readonly addendum: AddAddendum;
  readonly onStated: (study: StudyDetail) => void;
  /** The read of another that lies beside one's own while a consensus is made; null: none. */
  readonly beside: Read | null;
  readonly onBeside: (other: Read | null) => void;
  readonly onPlace: (at: FrameRef) => void;
}

/** The differences one by one, the models, the committed read, the report. */
export function ComparisonPanel(props: ComparisonPanelProps) {
  const { comparison, study } = props;
  const { items, assessments, read } = comparison;
  const judgedOf = (id: string) => assessments.findLast(({ itemId }) => itemId === id);
  const needed = items.filter((item) => needsAssessment(item));
  const open = needed.filter((item) => judgedOf(item.id) === undefined);
  const deferred = needed.filter((item) => judgedOf(item.id)?.verdict === 'defer');
  const settled = open.length + deferred.length === 0;
  const terms = useTerms(study);
  const [referring, setReferring] = useState<Referring>(null);
  const ready = comparison.aiState === 'ready';
  return (
    <>
      <div className="panel__section panel__head">
        <h2>Comparison</h2>
        <span className="quiet" role="status" data-testid="open-items">
          {!ready || items.length === 0 || !wasCompared(comparison)
            ? ''
            : settled
              ? 'all settled'
              : [
                  open.length === 0 ? '' : `${open.length} of ${needed.length} open`,
                  deferred.length === 0 ? '' : `${deferred.length} deferred`,
                ]
                  .filter((words) => words !== '')
                  .join(' · ')}
        </span>
      </div>
      <div className="panel__scroll">
        {ready ? null : <Waiting />}
        <StudyNotices study={study} onStated={props.onStated} />
        <StudyFacts study={study} onStated={props.onStated} />
        <ClinicalContext study={study.studyInstanceUID} />
        <section className="panel__section" aria-label="Differences">
          {items.length === 0 && ready ? <p className="quiet">{emptyComparisonWords(comparison)}</p> : null}
          <ul className="items">
            {items.map((item) => (
              <ItemCard
                key={item.id}
                item={item}
                label={labelOf(comparison, item)}
                assessment={judgedOf(item.id)}
                needed={needsAssessment(item)}
                open={item.id === props.selected}
                judging={item.id === props.selected ? props.judging : null}
                saving={props.saving}
                onOpen={() => props.onSelect(item.id)}
                comparison={comparison}
                drawn={props.drawn}
                terms={terms}
                onDraw={props.onDraw}
                onJudge={props.onJudge}
                onRefer={() => setReferring({ itemId: item.id })}
                onRecord={(judged) => props.onRecord(item.id, judged)}
              />
            ))}
          </ul>
          {ready && items.length > 0 && !wasCompared(comparison) ? (
            <p className="quiet">{NOT_COMPARED}</p>
          ) : ready && items.length > 0 && settled ? (
            <p className="settled">
              <CircleCheck size={14} aria-hidden /> Every difference is settled.
            </p>
          ) : null}
        </section>
        {comparison.earlier.length === 0 ? null : (
          <section className="panel__section" aria-label="Earlier judgements">
            <h3>Judged of an earlier result</h3>
            <ul className="earlier">
              {comparison.earlier.map(({ words, model, assessment }) => (
                <li key={assessment.itemId}>
                  <p>{words}</p>
                  <p className="quiet">
                    {model === null ? '' : `${model} · `}you {VERDICTS[assessment.verdict].done} it:{' '}
                    {assessment.reason}
                    {assessment.comment === '' ? '' : ` · ${assessment.comment}`}
                  </p>
                </li>
              ))}
            </ul>
          </section>
        )}
        <Stands comparison={comparison} shown={ready && items.length > 0} />
        <section className="panel__section" aria-label="Models">
          <h3>AI</h3>
          {comparison.results.length === 0 ? <p className="quiet">No result yet.</p> : null}
          <ModelList comparison={comparison} />
        </section>
        <section className="panel__section" aria-label="My committed read">
          <h3>Your read</h3>
          <p className="quiet">
            Committed {when(read.committedAt ?? read.updatedAt)} by {read.readerName} · SHA-256{' '}
            {read.sha256?.slice(0, 12)}…
          </p>
          {read.aiShownAt === null ? null : (
            <p>The AI was shown to you before ({when(read.aiShownAt)}): this read is not blind.</p>
          )}
          {read.framesNotSeen.length === 0 ? null : (
            <p>{read.framesNotSeen.length} images were not displayed.</p>
          )}
          <p className="impression">
            {read.content.impression === '' ? 'No abnormal finding.' : read.content.impression}
          </p>
        </section>
        <ReadExtras read={read} />
        <Referrals comparison={comparison} referring={referring} onRefer={setReferring} />
        <OtherReads read={read} />
        <ConsensusSection
          read={read}
          terms={terms}
          beside={props.beside}
          onBeside={props.onBeside}
          onPlace={props.onPlace}
        />
        <Addenda study={study.studyInstanceUID} addenda={comparison.addenda} add={props.addendum} />
      </div>
      <div className="panel__section read-commit">
        <p>For research use, not for diagnosis.</p>
        <Button tone="primary" wide onClick={props.onReport}>
          <FilePen size={14} aria-hidden /> Report … <kbd>O</kbd>
        </Button>
        <a
          className="button button--wide"
          href={reportAddress(study.studyInstanceUID, read.readerId)}
          download={`overread ${study.patientID} ${study.date}.pdf`}
        >
          <FileText size={14} aria-hidden /> Comparison as PDF
        </a>
      </div>
    </>
  );
}

/** The read as it stands: with what was settled of the AI, and what was agreed with another reader. */
function Stands({ comparison, shown }: { readonly comparison: Comparison; readonly shown: boolean }) {
  const { studyInstanceUID, readerId } = comparison.read;
  const { view } = useConsensus(studyInstanceUID, readerId);
  const agreed = view?.records.findLast((record) => record.state === 'agreed' && takesPart(record, readerId));
  if (!shown && agreed === undefined) return null;
  return <Reconciled reconciled={comparison.reconciled} agreed={agreed} readerId={readerId} />;
}

/** What else the read says, where it says it. */
function ReadExtras({ read }: { readonly read: Comparison['read'] }) {
  const { checklist, recommendation, confidence } = read.content;
  if (checklist === undefined && recommendation === undefined && confidence === undefined) return null;
  return (
    <section className="panel__section" aria-label="More of my committed read">
      {recommendation === undefined ? null : <p>Recommendation: {recommendation}</p>}
      {checklist === undefined ? null : (
        <p className="quiet">
          {Object.entries(checklist)
            .map(([id, state]) => `${checkLabel(id)}: ${state.replace('-', ' ')}`)
            .join(' · ')}
        </p>
      )}
      {confidence === undefined ? null : (
        <p className="quiet">Confidence: {CONFIDENCE_WORDS[confidence - 1]}</p>
      )}
    </section>
  );
}

/** The AI has not finished: a word and a number, never a bare spinner. */
function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((now) => now + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="panel__section waiting" role="status">
      <span>
        <LoaderCircle size={14} aria-hidden /> The AI is still reading this study: {seconds} s. Your read is
        locked; this page follows by itself.
      </span>
    </p>
  );
}
