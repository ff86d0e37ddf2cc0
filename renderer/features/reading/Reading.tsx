import { useCallback, useMemo, useRef, useState } from 'react';
import type { FrameRef, Read, ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { Banner } from '../../study/Banner.tsx';
import { Identity } from '../../study/Identity.tsx';
import { PriorBeside } from '../../study/priors/PriorBeside.tsx';
import { SeriesPanel } from '../../study/SeriesPanel.tsx';
import { wrongSizeField } from '../../study/SizeField.tsx';
import { Subject } from '../../study/Subject.tsx';
import { Toolbar } from '../../study/Toolbar.tsx';
import { seriesBeside } from '../../study/study-series.ts';
import { useFrameJump } from '../../study/use-frame-jump.ts';
import { firstWithPixels, useStudySeries } from '../../study/use-study-series.ts';
import { useViewKeys } from '../../study/use-view-keys.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { State } from '../../ui/State.tsx';
import type { Measurement, Tool } from '../../viewer/marks.ts';
import { StackPane } from '../../viewer/StackPane.tsx';
import type { Shown } from '../../viewer/shown.ts';
import type { StackView } from '../../viewer/stack-view.ts';
import { changedFinding, findingMarks, newFinding, UNNAMED, withFinding } from './findings.ts';
import { measuredSize } from './measured-size.ts';
import { ReadPanel } from './ReadPanel.tsx';
import './reading.css';
import { UnseenDialog } from './UnseenDialog.tsx';
import { useActiveTime } from './use-active-time.ts';
import { useCommit } from './use-commit.ts';
import { useDisplayed } from './use-displayed.ts';
import { useDraft } from './use-draft.ts';
import { useFindingKeys } from './use-finding-keys.ts';
import { comparisonMarks } from '../../study/marks-of.ts';
import { useEarlyAi } from './use-early-ai.ts';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { useTerms } from '../../study/use-terms.ts';

interface ReadingProps {
  readonly study: StudyDetail;
  readonly read: Read;
  readonly onCommitted: (read: Read) => void;
  readonly onStated: (study: StudyDetail) => void;
  readonly onLeave: () => void;
}

/** The read: images, the reader's marks, the commit. Nothing on it comes from a model, unless the site's policy shows the AI before the commit. */
export function Reading({ study, read, onCommitted, onStated, onLeave }: ReadingProps) {
  const [current, setCurrent] = useState(() => firstWithPixels(study));
  const [tool, setTool] = useState<Tool>('window');
  const [selected, setSelected] = useState<string | null>(null);
  const [measurements, setMeasurements] = useState<readonly Measurement[]>([]);
  const [ready, setReady] = useState(false);
  /** How often a commit was asked for while a finding had no name. */
  const [askName, setAskName] = useState(0);
  /** What the read was when a commit was asked for while a size was none. */
  const [wrongSizeIn, setWrongSizeIn] = useState<ReadContent | null>(null);
  const { all, source } = useStudySeries(study, current);
  const { view, onView, firstIndex, jump } = useFrameJump(all, current, setCurrent);
  const [stackView, setStackView] = useState<StackView | null>(null);
  const onStackView = useCallback(
    (made: StackView | null) => {
      onView(made);
      setStackView(made);
    },
    [onView],
  );
  const impression = useRef<HTMLTextAreaElement>(null);
  const { content, change, save, flush, resolve, conflict } = useDraft(read);
  const displayed = useDisplayed(read.id);
  const early = useEarlyAi(read);
  const activeTime = useActiveTime(read.id);
  const terms = useTerms(study);
  const frames = useMemo(
    () => new Map(all.flatMap((one) => one.frames.map((frame) => [frame.key, frame] as const))),
    [all],
  );
  const { commit, unseen, nothingShown, refusal } = useCommit({
    studyInstanceUID: study.studyInstanceUID,
    flush,
    displayed: displayed.list,
    activeTime,
    onCommitted,
    onConflict: conflict,
  });
  const unnamed = content.findings.find(({ label }) => label === UNNAMED);

  const go = (finding: ReaderFinding) => {
    setSelected(finding.id);
    jump(finding);
  };
  const place = (shape: 'rectangle' | 'ellipse', box: [number, number, number, number], at: FrameRef) => {
    const finding = newFinding(shape, box, at);
    change((now) => withFinding(now, finding));
    setSelected(finding.id);
    setTool('window');
  };
  const requestCommit = () => {
    // A finding without a name says nothing to whoever reads the report.
    if (unnamed !== undefined) {
      setAskName((times) => times + 1);
      go(unnamed);
      return;
    }
    const wrongSize = wrongSizeField();
    if (wrongSize === null) commit.mutate(false);
    else {
      setWrongSizeIn(content);
      wrongSize.focus();
    }
  };
  useShortcuts(
    'AI',
    early.ask === null ? [] : [{ keys: ['q'], words: 'Show what the AI found (recorded)', act: early.ask }],
  );
  useViewKeys({
    view,
    modality: all[current]?.series.modality ?? '',
    onTool: setTool,
    onSeries: (by) => setCurrent(seriesBeside(all, current, by) ?? current),
  });
  useFindingKeys({
    view,
    content,
    selected,
    sizeOf: (finding) => {
      const frame = frames.get(`${finding.sopInstanceUID}#${finding.frame}`);
      const size = measuredSize(finding, measurements, frame?.image ?? null);
      return typeof size === 'string' ? null : size;
    },
    onContent: change,
    onGo: go,
    onAdd: (shape) => {
      // Enter places the finding next: it must not press what still has the focus, nor letters fill a checklist.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      setTool(shape === 'ellipse' ? 'mark-ellipse' : 'mark-rectangle');
    },
    onPlace: (box) => {
      const shown = view.current?.state.shown;
      if (shown && tool.startsWith('mark'))
        place(tool === 'mark-ellipse' ? 'ellipse' : 'rectangle', box, shown.frame);
    },
    onSize: () => document.querySelector<HTMLElement>('.finding-editor .size-field input')?.focus(),
    onEscape: () => {
      if (document.activeElement instanceof HTMLElement && document.activeElement !== document.body) {
        document.activeElement.blur();
      } else if (tool !== 'window') setTool('window');
      else setSelected(null);
    },
    onImpression: () => impression.current?.focus(),
    onChecklist: () => document.querySelector<HTMLElement>('.checklist button')?.focus(),
    onCommit: requestCommit,
  });

  const { shown: earlyShown } = early;
  const marks = useMemo(
    () => [
      ...(earlyShown === undefined ? [] : comparisonMarks(earlyShown, false, true)),
      ...findingMarks(content.findings),
    ],
    [content.findings, earlyShown],
  );
  const { add } = displayed;
  const onShown = useCallback(
    (shown: Shown) => {
      setReady(true);
      if (shown.view.status === 'decoded') add(shown.frame);
    },
    [add],
  );
  const shownSeries = all[current];

  return (
    <div className="study">
      <Banner study={study} mode={earlyShown === undefined ? 'Reading' : 'Reading, AI shown'} />
      <SeriesPanel all={all} current={current} onChoose={setCurrent} ready={ready} />
      <section className="study__image" aria-label="Images">
        {source === null || shownSeries === undefined ? (
          <State title="Nothing here can be drawn">
            <p>
              The study holds no images that this version can show now. Its objects are kept and listed on the
              left; what may contain AI is withheld until the commit.
            </p>
            <Button onClick={onLeave}>Back to the worklist</Button>
          </State>
        ) : (
          <PriorBeside
            study={study}
            readerId={read.readerId}
            committed={false}
            series={shownSeries}
            view={stackView}
            tool={tool}
            findings={content.findings}
            onInsert={(words) =>
              change((now) => ({
                ...now,
                impression: [now.impression.trimEnd(), words].filter(Boolean).join('\n'),
              }))
            }
            onFlush={flush}
          >
            <StackPane
              key={shownSeries.key}
              source={source}
              firstIndex={firstIndex}
              tool={tool}
              marks={marks}
              selected={selected}
              measurements={measurements}
              identity={<Identity study={study} />}
              subject={<Subject shown={shownSeries} />}
              onView={onStackView}
              onShown={onShown}
              onSelect={setSelected}
              onChangeMark={(id, box) => change((now) => changedFinding(now, id, { box }))}
              onDrawMark={place}
              onMeasure={(measurement) => setMeasurements((now) => [...now, measurement])}
            />
          </PriorBeside>
        )}
        <Toolbar
          tool={tool}
          onTool={setTool}
          onInvert={() => view.current?.setInverted(!(view.current.state.shown?.inverted ?? false))}
          onFit={() => view.current?.fit()}
          onClear={measurements.length === 0 ? null : () => setMeasurements([])}
          marking
        />
      </section>
      <ReadPanel
        readerId={read.readerId}
        study={study}
        content={content}
        onContent={change}
        save={save}
        onResolve={(keep) => void resolve(keep)}
        selected={selected}
        onSelect={(id) => {
          const finding = content.findings.find((one) => one.id === id);
          if (finding !== undefined && id !== selected) go(finding);
          else setSelected(null);
        }}
        terms={terms}
        frames={frames}
        impression={impression}
        measurements={measurements}
        displayed={displayed.count}
        committing={commit.isPending}
        refusal={refusal}
        onAdd={() => setTool('mark-rectangle')}
        askName={unnamed === undefined ? 0 : askName}
        askSize={wrongSizeIn === content}
        onCommit={requestCommit}
        early={early}
        onStated={onStated}
      />
      {nothingShown ? (
        <Dialog
          title="No image of this study was shown to you"
          onClose={() => commit.reset()}
          footer={
            <>
              <Button tone="primary" autoFocus onClick={() => commit.reset()}>
                Back to the study
              </Button>
              <Button onClick={() => commit.mutate(true)}>Commit all the same</Button>
            </>
          }
        >
          <p>
            It has none that can be drawn, or they are withheld until the commit since an algorithm may have
            made them. If you know their origin, state it beside the images. A read that is committed now says
            that nothing was seen.
          </p>
        </Dialog>
      ) : null}
      {unseen === null ? null : (
        <UnseenDialog
          unseen={unseen}
          all={all}
          onLook={(frame) => {
            commit.reset();
            jump(frame);
          }}
          onCommit={() => commit.mutate(true)}
          onClose={() => commit.reset()}
        />
      )}
    </div>
  );
}
