import { AI_ERRORS, type TrainingSummary } from '../../shared/training.ts';

type Figures = Pick<TrainingSummary, 'right' | 'aiRight' | 'errors'>;

/** The counts of a run: how the AI erred, and what its reader made of it. Counts alone; percent are for whoever shows enough of them. */
export function countRun(cases: TrainingSummary['cases']): Figures {
  const count = (wanted: (one: TrainingSummary['cases'][number]) => boolean): number =>
    cases.filter(wanted).length;
  return {
    right: {
      before: { count: count(({ judged }) => judged.blind === 'right'), of: cases.length },
      after: { count: count(({ judged }) => judged.final === 'right'), of: cases.length },
    },
    aiRight: {
      cases: count(({ judged }) => judged.ai === 'right'),
      agreed: count(({ outcome }) => outcome === 'agreed'),
      followed: count(({ outcome }) => outcome === 'followed'),
      notFollowed: count(({ outcome }) => outcome === 'not-followed'),
    },
    errors: AI_ERRORS.map((kind) => {
      const of = cases.filter(({ judged }) => judged.ai === kind);
      return {
        kind,
        cases: of.length,
        caught: of.filter(({ judged }) => judged.final === 'right').length,
        overRelied: of.filter(({ outcome }) => outcome === 'over-relied').length,
        erredAlike: of.filter(({ outcome }) => outcome === 'erred-alike').length,
      };
    }),
  };
}
