import { repeatable } from './random.ts';

/**
 * A made-up chest, in patient coordinates (LPS millimetres: x to the patient's left, y to the back, z to the head), as rounded
 * regions and as chains of balls. Nobody's anatomy: shapes and sizes are ours.
 */

/** Hounsfield units. */
export const HU = {
  air: -1000,
  lung: -860,
  fat: -90,
  muscle: 45,
  heart: 40,
  liver: 60,
  vessel: 45,
  spongy: 220,
  cortical: 700,
  disc: 90,
  nodule: 40,
} as const;

/** A ball of one tissue; chains of them make vessels, ribs and airways. */
export interface Ball {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly radius: number;
  readonly hu: number;
}

export interface Ellipsoid {
  readonly centre: readonly [number, number, number];
  readonly radii: readonly [number, number, number];
  readonly hu: number;
}

/** Soft organs that lie over the lungs. */
export const ORGANS: readonly Ellipsoid[] = [
  { centre: [24, -30, -62], radii: [58, 50, 54], hu: HU.heart },
  { centre: [-8, -28, -10], radii: [34, 38, 40], hu: HU.heart },
  { centre: [0, 4, 50], radii: [26, 46, 90], hu: HU.muscle },
  { centre: [20, 4, 52], radii: [20, 30, 19], hu: HU.vessel },
];

/** Half the width of a lung's outer wall and where its parts lie. */
const LUNG = { x: 72, top: 138, z: -25, radii: [66, 92, 163] } as const;

/** Height of the diaphragm's dome under a point; the right one stands higher (the liver is under it). */
function diaphragm(x: number, y: number): number {
  const across = (Math.abs(x) - 62) / 78;
  const along = (y + 10) / 100;
  return (x < 0 ? -78 : -90) - 62 * (across * across + 0.8 * along * along);
}

/** Whether a point lies in a lung, before the organs between them are laid over it. */
export function inLung(x: number, y: number, z: number): boolean {
  const [a, b, c] = LUNG.radii;
  const across = (Math.abs(x) - LUNG.x) / a;
  const along = y / b;
  const up = (z - LUNG.z) / c;
  if (across * across + along * along + up * up > 1) return false;
  // The space between the lungs; wider at the spine behind.
  const between = 14 + Math.max(0, y - 35) * 0.55;
  return Math.abs(x) > between && z > diaphragm(x, y);
}

/** Half-widths (x, y) of the trunk at a height: shoulders above, a neck over them. */
export function trunk(z: number): readonly [number, number] {
  if (z > 175) {
    const neck = Math.max(0, 1 - (z - 175) / 30);
    return [62 + 158 * neck * neck, 66 + 22 * neck * neck];
  }
  const shoulders = Math.max(0, (z - 85) / 90);
  return [160 + 60 * shoulders * shoulders, 116 - 28 * shoulders];
}

/** Thickness of the fat under the skin, in millimetres. */
export const FAT = 14;

type Point = readonly [number, number, number];

function* along(from: Point, to: Point, radius: number, hu: number): Generator<Ball> {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
  const steps = Math.max(1, Math.ceil(length / (radius * 0.6)));
  for (let step = 0; step <= steps; step++) {
    const t = step / steps;
    yield {
      x: from[0] + t * (to[0] - from[0]),
      y: from[1] + t * (to[1] - from[1]),
      z: from[2] + t * (to[2] - from[2]),
      radius,
      hu,
    };
  }
}

function* rib(level: number, side: number): Generator<Ball> {
  const start = 122 - 23 * level;
  // Just outside the lung at the height of its side.
  const up = (start - 24 - LUNG.z) / LUNG.radii[2];
  const around = Math.sqrt(Math.max(0.12, 1 - Math.max(0, up) ** 2));
  const width = LUNG.x + LUNG.radii[0] * around + 3;
  const depth = LUNG.radii[1] * around + 4;
  const turn = Math.PI * (level > 8 ? 0.6 : 0.86);
  for (let angle = 0.16; angle < turn; angle += 0.012) {
    const s = angle / Math.PI;
    const place = {
      x: side * width * Math.sin(angle),
      y: 4 + depth * Math.cos(angle),
      z: start - 26 * s - (46 + 4 * level) * s * s,
    };
    yield { ...place, radius: 5.2, hu: HU.cortical };
  }
}

/** The marrow of ribs is laid into their bone: a second, thinner chain. */
function marrow(balls: Iterable<Ball>): Ball[] {
  return Array.from(balls, (ball) => ({ ...ball, radius: ball.radius - 1.6, hu: HU.spongy }));
}

/** Ribs and collar bones. */
export function ribs(): Ball[] {
  const bone: Ball[] = [];
  for (const side of [-1, 1]) {
    for (let level = 0; level < 11; level++) bone.push(...rib(level, side));
    const collar: Point = [side * 20, -78, 118];
    bone.push(...along(collar, [side * 90, -70, 136], 5.5, HU.cortical));
    bone.push(...along([side * 90, -70, 136], [side * 165, -30, 142], 5.5, HU.cortical));
  }
  return [...bone, ...marrow(bone)];
}

/** Windpipe, main bronchi, and the bubble of air in the stomach. */
export function airways(): Ball[] {
  return [
    ...along([0, 4, 210], [0, 10, 42], 8.5, HU.air),
    ...along([0, 10, 42], [-40, 14, 10], 6, HU.air),
    ...along([0, 10, 42], [46, 14, 4], 5.5, HU.air),
    { x: 62, y: -14, z: -118, radius: 19, hu: HU.air },
    { x: 78, y: -20, z: -124, radius: 15, hu: HU.air },
  ];
}

/** The aorta on its way down beside the spine. */
export function aorta(): Ball[] {
  return [
    ...along([26, 24, 56], [20, 44, 30], 13, HU.vessel),
    ...along([20, 44, 30], [10, 46, -220], 12, HU.vessel),
  ];
}

interface Twig {
  readonly from: Point;
  readonly direction: Point;
  readonly radius: number;
}

function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

/** The vessels of both lungs: from each hilum they fork, thin out and stay inside the lung. */
export function vessels(): Ball[] {
  const random = repeatable(20_260_101);
  const balls: Ball[] = [];
  const open: Twig[] = [];
  for (const side of [-1, 1]) {
    for (let first = 0; first < 9; first++) {
      const up = (first / 8) * 2.2 - 1.2;
      const direction = unit([side * (0.55 + 0.3 * random()), (random() - 0.5) * 1.7, up]);
      open.push({ from: [side * 30, 8, 8], direction, radius: 5.4 });
    }
  }
  for (let twig = open.pop(); twig !== undefined; twig = open.pop()) {
    const { from, direction, radius } = twig;
    const length = radius * (3.4 + 2.2 * random());
    const to: Point = [
      from[0] + direction[0] * length,
      from[1] + direction[1] * length,
      from[2] + direction[2] * length,
    ];
    if (Math.abs(to[0]) > 34 && !inLung(...to)) continue;
    balls.push(...along(from, to, radius, HU.vessel));
    if (radius < 1.1) continue;
    for (const thinner of [0.86, 0.68]) {
      const bend = thinner > 0.8 ? 0.55 : 1.5;
      const next = unit([
        direction[0] + (random() - 0.5) * bend,
        direction[1] + (random() - 0.5) * bend,
        direction[2] + (random() - 0.5) * bend,
      ]);
      open.push({ from: to, direction: next, radius: radius * thinner });
    }
  }
  return balls;
}

/** Round shadows that are there to be found. */
export const NODULES: readonly Ball[] = [
  { x: -92, y: -6, z: 42, radius: 9, hu: HU.nodule },
  { x: 98, y: 30, z: -42, radius: 6, hu: HU.nodule },
  { x: -70, y: -50, z: -48, radius: 4, hu: HU.nodule },
  { x: 84, y: -30, z: 62, radius: 3.5, hu: HU.nodule },
];

const VERTEBRA = 26;

/** Tissue of the spine at a point, or null beside it. */
export function spine(x: number, y: number, z: number): number | null {
  const across = x / 20;
  const body = across * across + ((y - 72) / 16) ** 2;
  const phase = ((z % VERTEBRA) + VERTEBRA) % VERTEBRA;
  if (body < 1) {
    if (phase < 6) return HU.disc;
    return body > 0.76 || phase < 8 || phase > 24 ? HU.cortical : HU.spongy;
  }
  const canal = (x / 9) ** 2 + ((y - 94) / 7) ** 2;
  if (canal < 1) return HU.muscle;
  if (canal < 1.9) return HU.cortical * 0.6;
  if (Math.abs(x) < 4 && y > 96 && y < 112 && phase > 8) return HU.spongy * 1.4;
  return null;
}

/** The breast bone in front. */
export function sternum(x: number, y: number, z: number): boolean {
  return Math.abs(x) < 17 && Math.abs(y + 92) < 6 && z > -50 && z < 118;
}
