import { Columns2, Link2, Ruler, TriangleAlert, Unlink2 } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { asTheyLie, linkScroll, type ScrollLink, scrollLink } from '../../viewer/link-scroll.ts';
import type { Tool } from '../../viewer/marks.ts';
import type { StackView } from '../../viewer/stack-view.ts';
import type { StudySeries } from '../study-series.ts';
import { type CoursePage, LesionDialog } from './LesionDialog.tsx';
import { PriorPane } from './PriorPane.tsx';
import './priors.css';
import { useOpenPrior, usePriors } from './use-priors.ts';
import { linkReason, linkWords, priorWords, whenWords } from './words.ts';

interface PriorBesideProps {
  readonly study: StudyDetail;
  readonly readerId: string;
  readonly committed: boolean;
  readonly series: StudySeries;
  readonly view: StackView | null;
  readonly tool: Tool;
  /** Of the reader's read of the study. */
  readonly findings: readonly ReaderFinding[];
  /** Takes words into the read; null where it is locked. */
  readonly onInsert: ((words: string) => void) | null;
  /** Saves what is on the screen, so that what is linked is there. */
  readonly onFlush?: () => Promise<unknown>;
  /** A prior was opened or closed. */
  readonly onOpen?: (open: boolean) => void;
  readonly children: ReactNode;
}

/** The study's images, with the list of the patient's other studies above and one of them beside. */
export function PriorBeside(props: PriorBesideProps) {
  const { study, readerId, committed, view, series } = props;
  const uid = study.studyInstanceUID;
  const { priors, answered } = usePriors(uid, readerId);
  const [chosen, setChosen] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const [table, setTable] = useState<CoursePage | null>(null);
  const [linked, setLinked] = useState(true);
  const [other, setOther] = useState<StackView | null>(null);
  const [shift, setShift] = useState<{ link: ScrollLink; of: unknown } | null>(null);
  // The newest before the study is what one wants first.
  const prior =
    priors.find(({ studyInstanceUID }) => studyInstanceUID === chosen) ??
    priors.find(({ when }) => when === 'earlier') ??
    priors[0];
  const opened = useOpenPrior(uid, open ? (prior?.studyInstanceUID ?? null) : null, readerId, committed);
  const otherFrames = other?.source.frames;
  const natural = useMemo(
    () => (otherFrames === undefined ? null : scrollLink(series.frames, otherFrames)),
    [series.frames, otherFrames],
  );
  // A shift holds for the two stacks that it was made with.
  const link = shift !== null && shift.of === natural ? shift.link : natural;
  useEffect(() => {
    if (!linked || view === null || other === null || link === null) return undefined;
    return linkScroll(view, other, link);
  }, [linked, view, other, link]);

  const toggle = () => {
    if (prior === undefined) return;
    setOpen(!open);
    props.onOpen?.(!open);
  };
  const toggleLink = () => {
    // Linked again, they stay as far apart as the reader has put them.
    if (!linked && view !== null && other !== null && natural !== null)
      setShift({ link: asTheyLie(natural, view, other), of: natural });
    setLinked(!linked);
  };
  useShortcuts(
    'Priors',
    prior === undefined
      ? []
      : [
          { keys: ['j'], words: 'Prior beside, or not', act: toggle },
          ...(open ? [{ keys: ['Shift+Enter'], words: 'Scroll together, or apart', act: toggleLink }] : []),
          { keys: ['x'], words: 'Change over time …', act: () => setTable('lesions') },
          { keys: ['Alt+x'], words: 'Response (RECIST 1.1) …', act: () => setTable('response') },
        ],
  );
  return (
    <div className="beside">
      {prior === undefined ? null : (
        <div className="beside__bar" role="group" aria-label="Priors">
          <label>
            <span className="quiet">Priors {priors.length}</span>
            <select
              className="input"
              aria-label="Other studies of this patient"
              value={prior.studyInstanceUID}
              onChange={(event) => {
                setChosen(event.target.value);
              }}
            >
              {priors.map((one) => (
                <option key={one.studyInstanceUID} value={one.studyInstanceUID}>
                  {priorWords(one)} · {whenWords(one)}
                  {one.certain ? '' : ' · patient not certain'}
                </option>
              ))}
            </select>
          </label>
          <button type="button" className="tool" aria-pressed={open} onClick={toggle}>
            <Columns2 size={14} aria-hidden /> Beside <kbd>J</kbd>
          </button>
          <button type="button" className="tool" onClick={() => setTable('lesions')}>
            <Ruler size={14} aria-hidden /> Change over time <kbd>X</kbd>
          </button>
          {open && link !== null ? (
            <>
              <button
                type="button"
                className="tool"
                aria-pressed={linked}
                disabled={link.kind === 'none'}
                onClick={toggleLink}
              >
                {linked ? <Link2 size={14} aria-hidden /> : <Unlink2 size={14} aria-hidden />} Linked
              </button>
              <span className="beside__link quiet" data-testid="scroll-link" title={linkReason(link)}>
                {linkWords(link, linked)}
              </span>
            </>
          ) : null}
        </div>
      )}
      {prior !== undefined && !prior.certain ? (
        <p className="beside__uncertain" role="status">
          <TriangleAlert size={13} aria-hidden /> Not certain that this is the same patient: {prior.why}.
        </p>
      ) : null}
      <div className="beside__panes">
        {/* One and the same element, so that the image is not opened anew. */}
        <figure className={open ? 'beside__side' : 'beside__side beside__side--alone'}>
          {open ? <figcaption>This study · {study.date === '' ? 'no date' : study.date}</figcaption> : null}
          {/* Not before the rows above it are known: an image that moves under the mouse takes the mark to another place. */}
          {answered ? props.children : null}
        </figure>
        {!open ? null : opened.error !== null ? (
          <ErrorNotice what="The prior could not be opened." error={opened.error} />
        ) : opened.data === undefined ? (
          <p className="quiet">Opening the prior …</p>
        ) : (
          <PriorPane
            key={`${opened.data.prior.studyInstanceUID} ${committed}`}
            uid={uid}
            opened={opened.data}
            like={series}
            tool={props.tool}
            onView={setOther}
          />
        )}
      </div>
      {table !== null ? (
        <LesionDialog
          // Closed and opened on the other page at once, it is another one.
          key={table}
          uid={uid}
          readerId={readerId}
          findings={props.findings}
          opened={open ? (opened.data ?? null) : null}
          onInsert={props.onInsert}
          {...(props.onFlush === undefined ? {} : { onFlush: props.onFlush })}
          first={table}
          onClose={() => setTable(null)}
        />
      ) : null}
    </div>
  );
}
