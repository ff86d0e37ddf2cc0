import {
  type Arm,
  ARMS,
  type Opinion,
  type TrialCase,
  type TrialDesign,
  type TrialMark,
  type TrialRead,
} from '../../shared/reader-study.ts';
import { armOf, orderOf } from './design.ts';
import { randomOf, type Random } from './random.ts';

/**
 * How far the made-up readers and the made-up AI tell abnormal from normal cases, in deviations of what they see. They are no estimate of
 * anybody: they try a design.
 */
const READER = { least: 1, most: 2 };
const AI = 1.6;
/** How far a reader goes from the own impression towards the AI's. */
const TRUST = 0.4;
/** How much of what a reader sees is the case's own, the same for all readers. */
const SHARED = 0.5;
/** The impression at which half of the scale is given. */
const MIDDLE = 0.8;
const MARKS_ELSEWHERE = 0.35;

/**
 * Reads of made-up readers, each case once a reader and arm, in the order and sessions of the design: the same seed gives the same reads.
 */
export function simulateReads(design: TrialDesign, seed: number): TrialRead[] {
  const cases = new Map(
    design.cases.map((one) => {
      const random = randomOf(`${seed}/case/${one.case}`);
      return [one.case, { one, own: random.normal(), ai: seen(one, AI, random.normal()) }];
    }),
  );
  return design.readers.flatMap(({ reader }) => {
    const skill = READER.least + (READER.most - READER.least) * randomOf(`${seed}/reader/${reader}`).next();
    return ([1, 2] as const).flatMap((session) => {
      const arm = armOf(design, reader, session);
      return orderOf(design, reader, session).flatMap((name, at): TrialRead[] => {
        const known = cases.get(name);
        if (known === undefined) return [];
        const random = randomOf(`${seed}/read/${reader}/${arm}/${name}`);
        const noise = Math.sqrt(SHARED) * known.own + Math.sqrt(1 - SHARED) * random.normal();
        const impression = seen(known.one, skill, noise);
        const blind = opinionOf(design, known.one, impression, random);
        const after = impression + TRUST * (known.ai - impression);
        const opinions = opinionsOf(arm, blind, () => opinionOf(design, known.one, after, random));
        return [{ reader, case: name, session, position: at + 1, arm, ...opinions }];
      });
    });
  });
}

/** How many reads a whole study has. */
export function readsOf({ cases, readers }: TrialDesign): number {
  return cases.length * readers.length * ARMS.length;
}

function seen({ truth }: TrialCase, skill: number, noise: number): number {
  return (truth === 'abnormal' ? skill : 0) + noise;
}

function opinionsOf(arm: Arm, blind: Opinion, after: () => Opinion): Pick<TrialRead, 'final' | 'blind'> {
  return arm === 'without-ai' ? { final: blind, blind: null } : { final: after(), blind };
}

function opinionOf(design: TrialDesign, one: TrialCase, impression: number, random: Random): Opinion {
  const rating = rated(design, impression);
  const lesions = (one.lesions ?? []).flatMap((lesion): TrialMark[] => {
    const own = rated(design, impression + 0.5 * random.normal());
    const shift = 0.2 * (lesion.box[2] - lesion.box[0]) * random.normal();
    const [x0, y0, x1, y1] = lesion.box;
    if (own === 0) return [];
    return [{ image: lesion.image, frame: lesion.frame, box: [x0 + shift, y0, x1 + shift, y1], rating: own }];
  });
  const elsewhere = random.next() < MARKS_ELSEWHERE ? rated(design, 0.8 * random.normal() + 0.2) : 0;
  // A place in the image where no lesion lies.
  const place = { image: one.lesions?.[0]?.image ?? one.case, frame: 0, box: [-20, -20, -10, -10] as const };
  const marks =
    elsewhere === 0
      ? lesions
      : [...lesions, { ...place, box: [...place.box] as TrialMark['box'], rating: elsewhere }];
  return { rating, marks };
}

function rated({ scale: { max } }: TrialDesign, impression: number): number {
  return Math.min(max, Math.max(0, Math.round((impression / (2 * MIDDLE)) * max)));
}
