import { Check, TriangleAlert } from 'lucide-react';
import type { FrameRef } from '../../../electron/shared/read.ts';
import type { TrainingFeedback } from '../../../electron/shared/training.ts';
import { Button } from '../../ui/Button.tsx';
import { once } from '../../ui/once.ts';
import type { Mark } from '../../viewer/marks.ts';
import {
  aiJudgedWords,
  isWrong,
  limitsAbout,
  judgedWords,
  opinionWords,
  outcomeWords,
  truthWords,
} from './training-words.ts';

interface ToldPanelProps {
  readonly told: TrainingFeedback;
  readonly marks: readonly Mark[];
  /** Outlines that are taken off the image. */
  readonly off: ReadonlySet<Mark['tone']>;
  readonly onToggle: (tone: Mark['tone']) => void;
  /** Null where there is no image. */
  readonly onShow: ((at: FrameRef) => void) | null;
  readonly next: { readonly button: string; readonly onNext: () => void };
  readonly onLeave: () => void;
}

const TONES = [
  ['truth', 'Truth'],
  ['ai', 'AI'],
  ['reader', 'Your last word'],
] as const;

/** What this case was: the truth, what the reader said first and last, what the AI said, and what it is known to get wrong. */
export function ToldPanel({ told, marks, off, onToggle, onShow, next, onLeave }: ToldPanelProps) {
  const { title, words } = outcomeWords(told.outcome, told.judged);
  const Sign = isWrong(told.outcome) ? TriangleAlert : Check;
  return (
    <aside className="study__panel" aria-label="Feedback">
      <div className="panel__scroll">
        <section className="panel__section">
          <h2>
            Training: {told.name}, case {told.position} of {told.of}
          </h2>
        </section>
        <section className="panel__section told" aria-label="Which case this was">
          <h3 className={isWrong(told.outcome) ? 'told__title told__title--wrong' : 'told__title'}>
            <Sign size={16} aria-hidden /> {title}
          </h3>
          <p>{words}</p>
          <dl>
            <dt>Truth</dt>
            <dd>{truthWords(told)}</dd>
            <dt>You, before the AI</dt>
            <dd>
              {opinionWords(told.blind, told.scale)}: <strong>{judgedWords(told.judged.blind)}</strong>
            </dd>
            <dt>You, after it</dt>
            <dd>
              {opinionWords(told.final, told.scale)}: <strong>{judgedWords(told.judged.final)}</strong>
            </dd>
            <dt>The AI, at this site’s operating point</dt>
            <dd>
              <AiWords told={told} />
            </dd>
          </dl>
        </section>
        <Legend marks={marks} off={off} onToggle={onToggle} onShow={onShow} />
        <Limits told={told} />
      </div>
      <div className="panel__section read-commit">
        <Button tone="primary" wide onClick={once(next.onNext)}>
          {next.button}
        </Button>
        <Button wide onClick={onLeave}>
          Back to the worklist
        </Button>
        <p className="quiet">You alone see this. For research use, not for diagnosis.</p>
      </div>
    </aside>
  );
}

function AiWords({ told: { ai, judged } }: Pick<ToldPanelProps, 'told'>) {
  const looked = ai.models.filter(({ status, looked }) => status === 'completed' && looked);
  return (
    <>
      {looked.map(({ id, words }) => (
        <p key={id}>{words.join('. ')}</p>
      ))}
      {looked.length > 0 ? (
        <p>
          That is: <strong>{aiJudgedWords(judged.ai)}</strong>
        </p>
      ) : ai.models.length === 0 ? (
        <p>No model had said anything of this case.</p>
      ) : (
        <ul className="told__reasons">
          {ai.models.map(({ id, status, reason }) => (
            <li key={id}>
              {status === 'completed'
                ? `${id} looked for no abnormality`
                : `${id} ${status}: ${reason ?? 'no reason was given'}`}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Legend({ marks, off, onToggle, onShow }: Omit<ToldPanelProps, 'told' | 'next' | 'onLeave'>) {
  return (
    <section className="panel__section" aria-label="Legend">
      <h3>On the image</h3>
      <ul className="legend">
        {TONES.map(([tone, name]) => {
          const own = marks.filter((mark) => mark.tone === tone);
          return (
            <li key={tone}>
              <Button
                aria-pressed={!off.has(tone)}
                disabled={own.length === 0 || onShow === null}
                onClick={() => onToggle(tone)}
              >
                <svg className={`legend__line legend__line--${tone}`} width="34" height="12" aria-hidden>
                  <line x1="1" y1="6" x2="33" y2="6" />
                </svg>
                {name}
              </Button>
              <span className="quiet">
                {own.length === 0 ? 'no place' : own.length === 1 ? '1 place' : `${own.length} places`}
                {off.has(tone) ? ', hidden' : ''}
              </span>
              {onShow === null
                ? null
                : own.map(({ id, at }, index) => (
                    <Button
                      key={id}
                      tone="plain"
                      aria-label={`Go to ${name} ${index + 1}`}
                      onClick={() => onShow(at)}
                    >
                      {index + 1}
                    </Button>
                  ))}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Limits({ told: { limits, judged } }: Pick<ToldPanelProps, 'told'>) {
  if (limits.length === 0) return null;
  return (
    <section className="panel__section told" aria-label="Known limits">
      <h3>What the model is known to get wrong</h3>
      {limits.map(({ modelId, words }) => {
        const { about, others } = limitsAbout(words, judged.ai);
        return (
          <div key={modelId} className="told">
            <p className="quiet">
              {words.length === 0
                ? `${modelId} is not installed any more.`
                : about.length === 0
                  ? `${modelId}, from its manifest:`
                  : `${modelId}, from its manifest, of errors like this one:`}
            </p>
            {about.length === 0 ? null : <Points words={about} />}
            {others.length === 0 ? null : (
              <details className="limits">
                <summary>
                  {about.length === 0 ? 'Its limits' : 'Its other limits'} ({others.length})
                </summary>
                <Points words={others} />
              </details>
            )}
          </div>
        );
      })}
    </section>
  );
}

function Points({ words }: { readonly words: readonly string[] }) {
  return (
    <ul className="told__reasons">
      {words.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}
