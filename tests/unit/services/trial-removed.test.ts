import { describe, expect, it } from 'vitest';
import { armOf, orderOf } from '../../../electron/domain/reader-study/design.ts';
import { exportTrial } from '../../../electron/services/trial-export.ts';
import { trainingProgress, trialProgress } from '../../../electron/services/trial-progress.ts';
import { unfinishedStudies } from '../../../electron/services/trial-part.ts';
import { giveOpinion, myTrials } from '../../../electron/services/trial-window.ts';
import {
  analyzeTrialReads,
  createTrial,
  recordTrialRead,
  simulateTrial,
} from '../../../electron/services/trials.ts';
import { OverreadError } from '../../../electron/shared/errors.ts';
import { type OpinionPhase, trialDesignSchema } from '../../../electron/shared/reader-study.ts';
import { storeOne, temporaryStore } from '../store/parts.ts';
import { IMAGE, readingWorld, STUDY } from './reading-world.ts';

const OPINION = { rating: 2, marks: [] };

function code(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof OverreadError ? `${thrown.code}: ${thrown.message}` : String(thrown);
  }
  return 'done';
}

function world() {
  const store = temporaryStore();
  const studies = [1, 2, 3].map((at) =>
    storeOne(
      store,
      {
        studyInstanceUID: `1.2.3.90${at}`,
        seriesInstanceUID: `1.2.3.90${at}.1`,
        sopInstanceUID: `1.2.3.90${at}.1.1`,
      },
      `content ${at}`,
    ),
  );
  const profile = store.readers.create('Ada').id;
  const parts = { store, clock: { now: () => '2026-01-01T10:00:00.000Z' } };
  const design = trialDesignSchema.parse({
    name: 'Removed',
    seed: 2,
    washoutDays: 0,
    cases: studies.map((study, at) => ({
      case: `C${at + 1}`,
      study,
      truth: at === 0 ? 'normal' : 'abnormal',
    })),
    readers: [{ reader: 'R1', profile }],
  });
  return { store, parts, design, profile };
}

describe('a study that is removed in the middle of a reader study', () => {
  it('is passed over: its reader goes on and finishes, and every figure and file says what is missing', () => {
    const { store, parts, design, profile } = world();
    const { id } = createTrial(parts, design);
    const [first = '', gone = ''] = orderOf(design, 'R1', 1);
    const studyOf = (name: string): string => design.cases.find((one) => one.case === name)?.study ?? '';
    const read = (name: string): void => {
      const step = myTrials(parts, profile)[0]?.next;
      if (step?.kind !== 'read') throw new Error(step?.kind);
      expect(step.study).toBe(studyOf(name));
      const give = (phase: OpinionPhase) =>
        giveOpinion(parts, profile, id, { study: step.study, phase, opinion: OPINION });
      give(step.arm === 'with-ai' ? 'blind' : 'alone');
      if (step.arm === 'with-ai') give('last');
    };
    read(first);
    store.studies.remove(studyOf(gone), 'operator');
    expect(myTrials(parts, profile)).toMatchObject([{ done: 1, of: 4, gone: 1 }]);
    for (const session of [1, 2] as const) {
      for (const name of orderOf(design, 'R1', session)) {
        if (name !== gone && !(session === 1 && name === first)) read(name);
      }
    }
    expect(myTrials(parts, profile)).toMatchObject([{ done: 4, of: 4, next: { kind: 'finished' } }]);
    expect(unfinishedStudies(store, profile)).toEqual([]);
    const trial = store.trials.find(id);
    if (trial === undefined) throw new Error(id);
    expect(trialProgress(store, trial, '2026-01-02')).toMatchObject({ gone: [gone] });
    expect(analyzeTrialReads(parts, id, false).notes[0]).toContain(gone);
    const { file, notes } = exportTrial(parts, id, 'roc', false);
    expect(notes[0]).toContain(gone);
    const sheets = 'sheets' in file ? file.sheets : [];
    // Two cases in each of the three sheets: one lesion, one normal case or the second lesion.
    expect(sheets[0]?.rows).toHaveLength(1 + 2);
    expect(armOf(design, 'R1', 1)).not.toBe(armOf(design, 'R1', 2));
  });

  it('still has its workbook refused where a case that is here was not read', () => {
    const { store, parts, design, profile } = world();
    const { id } = createTrial(parts, design);
    const next = myTrials(parts, profile)[0]?.next;
    if (next?.kind !== 'read') throw new Error('nothing to read');
    const give = (phase: OpinionPhase) =>
      giveOpinion(parts, profile, id, { study: next.study, phase, opinion: OPINION });
    give(next.arm === 'with-ai' ? 'blind' : 'alone');
    if (next.arm === 'with-ai') give('last');
    store.studies.remove(design.cases.find(({ study }) => study !== next.study)?.study ?? '', 'operator');
    expect(code(() => exportTrial(parts, id, 'roc', false))).toContain('trial-incomplete');
  });
});

describe('a design', () => {
  it('whose truth lies outside its image, or on a frame that is not there, is refused', () => {
    const reading = readingWorld();
    const { design } = world();
    const { columns = 0, rows = 0 } =
      reading.store.studies.instancesOf(STUDY).find(({ header }) => header.sopInstanceUID === IMAGE)?.header
        .image ?? {};
    expect([columns, rows]).toEqual([128, 160]);
    const take = (box: [number, number, number, number], frame = 0) =>
      code(() =>
        createTrial(reading, {
          ...design,
          cases: [
            { case: 'C1', truth: 'normal' },
            {
              case: 'C2',
              study: STUDY,
              truth: 'abnormal',
              lesions: [{ id: 'L1', image: IMAGE, frame, box }],
            },
          ],
          readers: [{ reader: 'R1' }],
        }),
      );
    expect(take([0, 0, columns - 1, rows - 1])).toBe('done');
    expect(take([0, 0, columns + 1, rows - 1])).toContain('lies outside its image');
    expect(take([-9, 0, 1, 1])).toContain('lies outside its image');
    expect(take([0, 0, 1, 1], 999)).toContain('lies outside its image');
  });

  it('of a training asks for studies that a model has read, and profiles; no command records, simulates, analyses or exports it', () => {
    const { store, parts, design } = world();
    const training = { ...design, purpose: 'training' } as const;
    expect(code(() => createTrial(parts, training))).toContain('training-no-ai');
    expect(code(() => createTrial(parts, { ...training, readers: [{ reader: 'R1' }] }))).toContain(
      'has no profile',
    );
    const bare = training.cases.map(({ case: name, truth }) => ({ case: name, truth }));
    expect(code(() => createTrial(parts, { ...training, cases: bare }))).toContain('has no study');
    // As if a model had read them.
    const id = 'training-1';
    store.trials.addDesign({ id, revision: 1, design: training, createdAt: '' });
    const read = { reader: 'R1', case: 'C1', final: OPINION, blind: null };
    for (const work of [
      () => recordTrialRead(parts, id, read),
      () => simulateTrial(parts, id, 1),
      () => analyzeTrialReads(parts, id, true),
      () => exportTrial(parts, id, 'csv', false),
    ])
      expect(code(work)).toContain('trial-training');
    expect(code(() => createTrial(parts, design, id))).toContain('trial-purpose');
    const trial = store.trials.find(id);
    expect(trial === undefined ? null : trainingProgress(store, trial)).toMatchObject({
      purpose: 'training',
      readers: [{ reader: 'R1', runs: 0, finished: 0, open: false }],
    });
  });
});
