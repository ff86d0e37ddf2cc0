import { Equal, EqualNot, Minus } from 'lucide-react';
import type {
  Assessment,
  AssessmentRequest,
  Comparison,
  ComparisonItem,
  ModifiedFinding,
  Verdict,
} from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { AssessForm } from './AssessForm.tsx';
import { startOf } from '../../study/marks-of.ts';
import { VERDICT_ORDER, VERDICTS } from './verdicts.ts';
import { Why } from './Why.tsx';

interface ItemCardProps {
  readonly item: ComparisonItem;
  /** What it is about: the finding's name. */
  readonly label: string;
  readonly assessment: Assessment | undefined;
  /** Whether the study waits for a judgement of it. */
  readonly needed: boolean;
  readonly open: boolean;
  /** The verdict whose reasons are being asked for. */
  readonly judging: Verdict | null;
  readonly saving: boolean;
  readonly onOpen: () => void;
  readonly comparison: Comparison;
  /** The place that was drawn for a modification. */
  readonly drawn: ModifiedFinding['box'];
  readonly terms: readonly string[];
  readonly onDraw: () => void;
  readonly onJudge: (verdict: Verdict | null) => void;
  readonly onRecord: (judged: AssessmentRequest) => void;
  /** Refers this line to another reader. */
  readonly onRefer: () => void;
}

const KINDS = {
  agree: { Icon: Equal, words: 'both' },
  'reader-only': { Icon: Minus, words: 'you only' },
  'ai-only': { Icon: EqualNot, words: 'AI only' },
} as const;

/** One line of the comparison: what each side says, and the reader's judgement of it. */
export function ItemCard(props: ItemCardProps) {
  const { item, assessment, open, judging } = props;
  const { Icon, words } = KINDS[item.kind];
  return (
    <li
      className={`item item--${item.kind}${open ? ' item--open' : ''}`}
      data-item={item.id}
      data-kind={item.kind}
    >
      <button
        type="button"
        className="item__line"
        aria-expanded={open}
        onClick={props.onOpen}
        onFocus={open ? undefined : props.onOpen}
      >
        <Icon size={15} aria-hidden />
        <span>
          <span className="item__kind">{words}</span> {props.label}
          {item.kind === 'agree' && item.iou !== null ? (
            <span className="quiet"> IoU {item.iou.toFixed(2)}</span>
          ) : null}
        </span>
        {assessment === undefined ? (
          props.needed ? (
            <span className="item__state">open</span>
          ) : null
        ) : (
          <span className={`item__state item__state--${assessment.verdict}`}>
            <Sign verdict={assessment.verdict} /> {VERDICTS[assessment.verdict].done}
          </span>
        )}
      </button>
      {open ? (
        <div className="item__body">
          <p>{item.words}</p>
          {props.needed ? null : (
            <p className="quiet">Nothing to settle here; you may judge it all the same.</p>
          )}
          {item.kind === 'reader-only' ? null : <Why comparison={props.comparison} item={item} />}
          {assessment === undefined ? null : (
            <p className="quiet">
              You {VERDICTS[assessment.verdict].done} it: {assessment.reason}
              {assessment.comment === '' ? '' : ` · ${assessment.comment}`}
            </p>
          )}
          {judging === null ? (
            <div className="assess__acts assess__acts--all">
              {VERDICT_ORDER.map((verdict) => (
                <Button key={verdict} onClick={() => props.onJudge(verdict)}>
                  {VERDICTS[verdict].words} … <kbd>{VERDICTS[verdict].key}</kbd>
                </Button>
              ))}
              <Button onClick={props.onRefer}>Refer to a reader …</Button>
            </div>
          ) : (
            <AssessForm
              key={judging}
              item={item}
              verdict={judging}
              finding={startOf(props.comparison, item)}
              drawn={props.drawn}
              terms={props.terms}
              saving={props.saving}
              onDraw={props.onDraw}
              onRecord={props.onRecord}
              onCancel={() => props.onJudge(null)}
            />
          )}
        </div>
      ) : null}
    </li>
  );
}

function Sign({ verdict }: { readonly verdict: Verdict }) {
  const { Icon } = VERDICTS[verdict];
  return <Icon size={13} aria-hidden />;
}
