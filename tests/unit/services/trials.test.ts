import { describe, expect, it } from 'vitest';
import { orderOf } from '../../../electron/domain/reader-study/design.ts';
import { exportTrial } from '../../../electron/services/trial-export.ts';
import { trialProgress } from '../../../electron/services/trial-progress.ts';
import {
  analyzeTrialReads,
  createTrial,
  recordTrialRead,
  simulateTrial,
} from '../../../electron/services/trials.ts';
import { OverreadError } from '../../../electron/shared/errors.ts';
import { trialDesignSchema } from '../../../electron/shared/reader-study.ts';
import { twentyCases } from '../../fixtures/reader-study/design.ts';
import { storeOne, temporaryStore } from '../store/parts.ts';

const design = trialDesignSchema.parse({ ...twentyCases(), readers: [{ reader: 'R1' }] });
const nothing = { rating: 0, marks: [] };

function code(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    return thrown instanceof OverreadError ? `${thrown.code}: ${thrown.message}` : String(thrown);
  }
  return 'done';
}

function begin() {
  const store = temporaryStore();
  let now = '2026-01-01T10:00:00.000Z';
  const parts = { store, clock: { now: () => now } };
  const { id } = createTrial(parts, design);
  const read = (session: 1 | 2, at: number) => {
    const name = orderOf(design, 'R1', session)[at] ?? '';
    const { next } = trialProgress(store, store.trials.every()[0] ?? failed(), now).readers[0] ?? failed();
    const blind = next.kind === 'read' && next.arm === 'with-ai' ? nothing : null;
    return recordTrialRead(parts, id, { reader: 'R1', case: name, final: nothing, blind });
  };
  return { store, parts, id, read, at: (instant: string) => (now = instant) };
}

function failed(): never {
  throw new Error('nothing there');
}

describe('reader studies', () => {
  it('take a newer design until the first read, and none after it: neither by the service nor by hand', () => {
    const { store, parts, id, read } = begin();
    expect(createTrial(parts, { ...design, name: 'Better' }, id)).toMatchObject({ id, revision: 2 });
    simulateTrial(parts, id, 1);
    expect(createTrial(parts, design, id).revision).toBe(3);
    read(1, 0);
    expect(code(() => createTrial(parts, design, id))).toContain('trial-locked');
    expect(() => store.trials.addDesign({ id, revision: 4, design, createdAt: '' })).toThrow('locked');
    expect(store.audit.mismatches()).toEqual([]);
  });

  it('take each read in its order alone, and none of the second session before the washout is over', () => {
    const { id, parts, read, at } = begin();
    const [, second = ''] = orderOf(design, 'R1', 1);
    const given = { reader: 'R1', case: second, final: nothing, blind: null };
    expect(code(() => recordTrialRead(parts, id, given))).toContain('trial-order');
    expect(code(() => recordTrialRead(parts, id, { ...given, reader: 'R9' }))).toContain('reader-unknown');
    for (let place = 0; place < 20; place += 1) read(1, place);
    at('2026-01-29T09:59:59.000Z');
    expect(code(() => read(2, 0))).toContain('begins on 2026-01-29');
    at('2026-01-29T10:00:00.000Z');
    for (let place = 0; place < 20; place += 1) read(2, place);
    expect(code(() => recordTrialRead(parts, id, given))).toContain('trial-finished');
    const { file, notes } = exportTrial(parts, id, 'jafroc', false);
    expect(file.name).toBe('jafroc.xlsx');
    // Nobody marked anything.
    expect(notes).toHaveLength(2);
  });

  it('ask for the blind part with AI, refuse one without, and ratings beyond the scale', () => {
    const { id, parts, store } = begin();
    const { next } =
      trialProgress(store, store.trials.find(id) ?? failed(), parts.clock.now()).readers[0] ?? failed();
    if (next.kind !== 'read') throw failed();
    const given = {
      reader: 'R1',
      case: next.case,
      final: nothing,
      blind: next.arm === 'with-ai' ? null : nothing,
    };
    expect(code(() => recordTrialRead(parts, id, given))).toContain('trial-read-invalid');
    const beyond = { rating: 11, marks: [] };
    const blind = next.arm === 'with-ai' ? nothing : null;
    expect(code(() => recordTrialRead(parts, id, { ...given, blind, final: beyond }))).toContain(
      'ends at 10',
    );
  });

  it('never mix made-up reads with those of people, and keep them out of the ordinary reads', () => {
    const { store, parts, id, read } = begin();
    const study = storeOne(store);
    expect(code(() => analyzeTrialReads(parts, id, false))).toContain('trial-unread');
    simulateTrial(parts, id, 1);
    expect(analyzeTrialReads(parts, id, false)).toMatchObject({ simulated: true, reads: { made: 40 } });
    read(1, 0);
    expect(analyzeTrialReads(parts, id, false)).toMatchObject({
      simulated: false,
      reads: { made: 1, expected: 40 },
    });
    expect(analyzeTrialReads(parts, id, true)).toMatchObject({ simulated: true, reads: { made: 40 } });
    expect(code(() => exportTrial(parts, id, 'jafroc', false))).toContain('trial-incomplete');
    expect(store.trials.reads(id)).toHaveLength(1);
    expect(store.reads.committed(study)).toEqual([]);
  });

  it('refuse a case that is named by its patient, a study that is not here, a lesion elsewhere, a profile that nobody has', () => {
    const store = temporaryStore();
    const parts = { store, clock: { now: () => '2026-01-01T10:00:00.000Z' } };
    const study = storeOne(store);
    const { patientName, patientID } = store.studies.detail(study, null);
    const [normal, abnormal] = design.cases;
    if (normal === undefined || abnormal === undefined) throw failed();
    const take = (one: object, more: object = {}) =>
      code(() => createTrial(parts, { ...design, ...more, cases: [{ ...normal, ...one }, abnormal] }));
    expect(take({ study })).toBe('done');
    const family = patientName.split('^')[0] ?? '';
    const said = take({ study, case: `x-${family.toLowerCase()}` });
    expect(said).toContain('case-names-patient');
    expect(said.toLowerCase()).not.toContain(family.toLowerCase());
    if (patientID.length >= 3) expect(take({ study, case: patientID })).toContain('case-names-patient');
    expect(take({ study: '1.2.3.999' })).toContain('study-unknown');
    expect(take({ study, truth: 'abnormal', lesions: abnormal.lesions })).not.toBe('done');
    expect(take({}, { readers: [{ reader: 'R1', profile: 'nobody' }] })).toContain('reader-unknown');
  });

  it('show by the trail what was done to their rows', () => {
    const { store, parts, id, read } = begin();
    simulateTrial(parts, id, 1);
    read(1, 0);
    expect(store.audit.mismatches()).toEqual([]);
    // Rows that the service did not write: the trail does not know them.
    store.trials.addSimulation({ trialId: id, run: 9, revision: 1, seed: 1, at: '', reads: [] });
    store.trials.addDesign({ id: 'other', revision: 1, design, createdAt: '' });
    expect(store.audit.mismatches().map(({ what }) => what)).toEqual([
      'design of a reader study other',
      `simulation of a reader study ${id}`,
    ]);
  });
});
