import { Random } from '../../../fuzz/random.ts';

/** One set of cases, as `reference.py` reads it. Probabilities serve as scores. */
export interface StatisticsCase {
  readonly truth: (0 | 1)[];
  readonly score: number[];
  readonly threshold: number;
  /** Grades 0 to 3 of two judges. */
  readonly grades: number[];
  readonly second: number[];
  /** Scores of a later time. */
  readonly now: number[];
}

function share(random: Random): number {
  return random.below(1_000_000) / 999_999;
}

/** From a seed, so that the stored figures stay those of the same cases: few and many, with ties and without, rare and frequent. */
export function statisticsCases(): StatisticsCase[] {
  const sizes = [
    { n: 30, m: 24, ties: 10, rare: 0.5 },
    { n: 400, m: 300, ties: 0, rare: 0.1 },
    { n: 1500, m: 900, ties: 20, rare: 0.3 },
    { n: 60, m: 75, ties: 4, rare: 0.4 },
  ];
  return sizes.map(({ n, m, ties, rare }, seed) => {
    const random = new Random(100 + seed);
    const tied = (value: number): number => (ties === 0 ? value : Math.round(value * ties) / ties);
    // The first two make sure of one positive and one negative.
    const truth = Array.from({ length: n }, (_, i): 0 | 1 =>
      i < 2 ? (i as 0 | 1) : share(random) < rare ? 1 : 0,
    );
    const score = truth.map((y) => tied(y === 1 ? Math.sqrt(share(random)) : share(random) ** 2));
    const grades = truth.map(() => random.below(4));
    const second = grades.map((grade) => (share(random) < 0.6 ? grade : random.below(4)));
    const now = Array.from({ length: m }, () => tied(share(random) ** 1.4));
    return { truth, score, threshold: 0.5, grades, second, now };
  });
}

if (import.meta.main) process.stdout.write(JSON.stringify(statisticsCases()));
