import {
  type Arm,
  ARMS,
  type ArmFigures,
  type Figure,
  type Interval,
  type TrialAnalysis,
  type TrialDesign,
  type TrialRead,
} from '../../shared/reader-study.ts';
import { type Counts, eachOnce, figureOf, type Kernels, kernelsOf, type Split, splitOf } from './figures.ts';
import { kappa, mean, wilson, withInterval } from './measures.ts';
import { randomOf } from './random.ts';

/** Drawn for each interval of a difference. */
export const BOOTSTRAP_SAMPLES = 2000;

type Analysis = Omit<TrialAnalysis, 'trial' | 'simulated' | 'simulation' | 'notes'>;
type ReadsByArm = ReadonlyMap<string, ReadonlyMap<string, TrialRead>>;

/**
 * The figures of a reader study. Each reader's own in each arm are over all cases that the reader read so; differences, means and agreements
 * over the cases that every reader has read in both arms.
 *
 * Intervals of differences: cases are drawn again with replacement, normal and abnormal ones apart, the same for all readers and both
 * arms; readers are not drawn, so that an interval is about these readers.
 *
 * @param reads At most one a reader, case and arm.
 */
export function analyzeTrial(
  design: TrialDesign,
  reads: readonly TrialRead[],
  samples = BOOTSTRAP_SAMPLES,
): Analysis {
  const byArm: ReadsByArm = new Map(
    design.readers.flatMap(({ reader }) =>
      ARMS.map((arm): [string, ReadonlyMap<string, TrialRead>] => [
        keyOf(reader, arm),
        new Map(
          reads.filter((read) => read.reader === reader && read.arm === arm).map((read) => [read.case, read]),
        ),
      ]),
    ),
  );
  const all = design.cases.map((one) => one.case);
  const paired = splitOf(
    design,
    new Set(all.filter((name) => [...byArm.values()].every((arm) => arm.has(name)))),
  );
  const kernels = design.readers.map(({ reader }) => ({
    reader,
    without: kernelsOf(design, armOf(byArm, reader, 'without-ai'), paired),
    with: kernelsOf(design, armOf(byArm, reader, 'with-ai'), paired),
  }));
  const drawn = draw(design, paired, samples);
  const differences = differencesOf(kernels, drawn);
  const meanOfArm = (arm: 'without' | 'with') =>
    perFigure((figure) => mean(kernels.map((one) => figureOf(one[arm], figure, eachOnce(one[arm])))));
  return {
    reads: { made: reads.length, expected: all.length * design.readers.length * ARMS.length },
    paired: { normal: paired.normal.length, abnormal: paired.abnormal.length },
    bootstrap: { samples, seed: design.seed },
    readers: design.readers.map(({ reader }, at) => ({
      reader,
      arms: perArm((arm) => figuresOf(design, armOf(byArm, reader, arm))),
      differences: differences.readers[at] ?? perFigure(() => null),
      kappaBetweenArms: kappa(
        decisions(design, armOf(byArm, reader, 'without-ai'), paired),
        decisions(design, armOf(byArm, reader, 'with-ai'), paired),
      ),
    })),
    mean: {
      arms: { 'without-ai': meanOfArm('without'), 'with-ai': meanOfArm('with') },
      differences: differences.mean,
    },
    agreement: perArm((arm) => agreementOf(design, byArm, arm, paired)),
  };
}

const keyOf = (reader: string, arm: Arm): string => `${arm} ${reader}`;

function armOf(byArm: ReadsByArm, reader: string, arm: Arm): ReadonlyMap<string, TrialRead> {
  return byArm.get(keyOf(reader, arm)) ?? new Map();
}

function perFigure<T>(of: (figure: Figure) => T): Record<Figure, T> {
  return {
    sensitivity: of('sensitivity'),
    specificity: of('specificity'),
    auc: of('auc'),
    wafroc: of('wafroc'),
  };
}

function perArm<T>(of: (arm: Arm) => T): Record<Arm, T> {
  return { 'without-ai': of('without-ai'), 'with-ai': of('with-ai') };
}

function figuresOf(design: TrialDesign, reads: ReadonlyMap<string, TrialRead>): ArmFigures {
  const split = splitOf(design, new Set(reads.keys()));
  const kernels = kernelsOf(design, reads, split);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    reads: reads.size,
    sensitivity: wilson(sum(kernels.sensitivity), kernels.abnormal),
    specificity: wilson(sum(kernels.specificity), kernels.normal),
    auc: figureOf(kernels, 'auc', eachOnce(kernels)),
    wafroc: figureOf(kernels, 'wafroc', eachOnce(kernels)),
  };
}

function decisions(design: TrialDesign, reads: ReadonlyMap<string, TrialRead>, split: Split): boolean[] {
  return [...split.normal, ...split.abnormal].map(
    (name) => (reads.get(name)?.final.rating ?? 0) >= design.scale.positiveFrom,
  );
}

/** Cohen's kappa of each pair of readers, and their mean. */
function agreementOf(
  design: TrialDesign,
  byArm: ReadsByArm,
  arm: Arm,
  split: Split,
): TrialAnalysis['agreement'][Arm] {
  const all = design.readers.map(({ reader }) => ({
    reader,
    said: decisions(design, armOf(byArm, reader, arm), split),
  }));
  const pairs = all.flatMap((a, at) =>
    all.slice(at + 1).map((b) => ({ a: a.reader, b: b.reader, kappa: kappa(a.said, b.said) })),
  );
  return { pairs, mean: mean(pairs.map((pair) => pair.kappa)) };
}

/** The same cases for every reader and arm: normal ones first, then abnormal ones. */
function draw({ seed }: TrialDesign, { normal, abnormal }: Split, samples: number): Counts[] {
  const random = randomOf(`${seed}/bootstrap`);
  const again = (n: number): number[] => {
    const counts = Array.from({ length: n }, () => 0);
    for (let at = 0; at < n; at += 1) {
      const one = random.below(n);
      counts[one] = (counts[one] ?? 0) + 1;
    }
    return counts;
  };
  return Array.from({ length: samples }, () => ({
    normal: again(normal.length),
    abnormal: again(abnormal.length),
  }));
}

interface BothArms {
  readonly without: Kernels;
  readonly with: Kernels;
}

function differencesOf(
  readers: readonly BothArms[],
  drawn: readonly Counts[],
): { readers: Record<Figure, Interval | null>[]; mean: Record<Figure, Interval | null> } {
  const gain = (one: BothArms, figure: Figure, counts: Counts): number | null => {
    const [before, after] = [figureOf(one.without, figure, counts), figureOf(one.with, figure, counts)];
    return before === null || after === null ? null : after - before;
  };
  const found = perFigure((figure) => {
    const values = readers.map((one) => gain(one, figure, eachOnce(one.without)));
    const value = mean(values);
    if (value === null) return null;
    const resampled = drawn.map((counts) => readers.map((one) => gain(one, figure, counts) ?? 0));
    const own = values.map((of, at) =>
      withInterval(
        of ?? 0,
        resampled.map((sample) => sample[at] ?? 0),
      ),
    );
    return {
      own,
      mean: withInterval(
        value,
        resampled.map((sample) => mean(sample) ?? 0),
      ),
    };
  });
  return {
    readers: readers.map((_, at) => perFigure((figure) => found[figure]?.own[at] ?? null)),
    mean: perFigure((figure) => found[figure]?.mean ?? null),
  };
}
