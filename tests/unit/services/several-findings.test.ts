import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitRead } from '../../../electron/services/commit-read.ts';
import { exportPdf } from '../../../electron/services/export-report.ts';
import { openStudy } from '../../../electron/services/open-study.ts';
import { revealComparison } from '../../../electron/services/reveal-comparison.ts';
import { saveRead } from '../../../electron/services/save-read.ts';
import type { AiFinding } from '../../../electron/shared/analysis.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import { temporaryFolder } from '../store/parts.ts';
import {
  aiFinding,
  BOTH_FRAMES,
  IMAGE,
  modelResult,
  onScreen,
  OTHER_IMAGE,
  pack,
  readerFinding,
  type ReadingWorld,
  readingWorld,
  saveResult,
  STUDY,
} from './reading-world.ts';

type Box = NonNullable<AiFinding['box']>;
const fracture = (id: string, score: number, box: Box, changes: Partial<AiFinding> = {}): AiFinding =>
  aiFinding({
    id,
    label: 'Fracture',
    score,
    box,
    operatingPoint: score >= 0.5 ? 'balanced' : null,
    ...changes,
  });
const marked = (id: string, box: Box, changes: Partial<ReaderFinding> = {}): ReaderFinding =>
  readerFinding({ id, label: 'Undisplaced fracture', laterality: 'not-stated', box, ...changes });

/** A detector's result: four candidates on one image, two of them side by side, one below the site's point; one on the other image. */
const CANDIDATES = [
  fracture('a1', 0.93, [20, 40, 40, 60]),
  fracture('a2', 0.81, [38, 40, 58, 60]),
  fracture('a3', 0.64, [80, 110, 100, 130]),
  fracture('a4', 0.3, [90, 20, 110, 40], { operatingPoint: 'high-sensitivity' }),
  fracture('a5', 0.55, [20, 40, 40, 60], { sopInstanceUID: OTHER_IMAGE }),
];

function detectorWorld(): ReadingWorld {
  const world = readingWorld();
  world.installed = [
    {
      ...pack(),
      id: 'limb-fracture',
      outputs: [
        { kind: 'score', name: 's', label: 'Fracture', activation: 'sigmoid', displayWords: 'fracture' },
        {
          kind: 'detection',
          name: 'c',
          id: 'candidates',
          label: 'Fracture',
          activation: 'sigmoid',
          overlap: 0.2,
          most: 20,
        },
      ],
      operatingPoints: { Fracture: { balanced: 0.5, 'high-sensitivity': 0.2 } },
    },
  ];
  saveResult(
    world,
    modelResult({
      model: { id: 'limb-fracture', version: '0.2.0', sha256: 'c'.repeat(64) },
      findings: CANDIDATES,
      scores: [
        { sopInstanceUID: IMAGE, frame: 0, label: 'Fracture', score: 0.93 },
        { sopInstanceUID: OTHER_IMAGE, frame: 0, label: 'Fracture', score: 0.55 },
      ],
      measurements: [],
    }),
  );
  return world;
}

async function commit(world: ReadingWorld, findings: ReaderFinding[]): Promise<void> {
  openStudy(world, STUDY, world.reader.id);
  saveRead(world, STUDY, world.reader.id, {
    findings,
    noAbnormalFinding: findings.length === 0,
    impression: 'x',
  });
  await commitRead(world, STUDY, world.reader.id, {
    content: onScreen(world),
    framesDisplayed: BOTH_FRAMES,
    acknowledgeUnseen: false,
  });
}

const pdfOf = (world: ReadingWorld): Promise<Uint8Array> =>
  exportPdf(world, {
    studyInstanceUID: STUDY,
    readerId: world.reader.id,
    actor: world.reader.id,
    build: 'test',
  });

test('none of several candidates is told before the commit', async () => {
  const world = detectorWorld();
  const refused = { code: 'read-not-committed' };
  openStudy(world, STUDY, world.reader.id);
  expect(() => revealComparison(world, STUDY, world.reader.id)).toThrow(expect.objectContaining(refused));
  await expect(pdfOf(world)).rejects.toMatchObject(refused);
});

test('each candidate at the site’s point is paired with one mark or is a line of its own', async () => {
  const world = detectorWorld();
  await commit(world, [
    // Nearer to a2, though a1 has the higher score and touches it too.
    marked('r1', [36, 42, 56, 60]),
    marked('r2', [19, 39, 39, 61]),
    marked('r3', [60, 60, 70, 70]),
    // On the candidate that is below the site's point.
    marked('r4', [90, 20, 110, 40]),
  ]);
  const { items, results } = revealComparison(world, STUDY, world.reader.id);
  expect(
    items.map((item) =>
      item.kind === 'agree'
        ? [item.kind, item.readerFindingId, item.aiFindingId]
        : [item.kind, item.kind === 'ai-only' ? item.aiFindingId : `${item.readerFindingId} ${item.stance}`],
    ),
  ).toEqual([
    ['ai-only', 'a3'],
    ['ai-only', 'a5'],
    ['reader-only', 'r3 below-threshold'],
    ['reader-only', 'r4 below-threshold'],
    ['agree', 'r1', 'a2'],
    ['agree', 'r2', 'a1'],
  ]);
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  expect(results[0]?.findings.map(({ id }) => id)).toEqual(['a1', 'a2', 'a3', 'a5']);
  expect(items[0]?.words).toMatch(/^AI only: fracture, score 0\.640/);
});

test.skipIf(spawnSync('pdftotext', ['-v']).error !== undefined)(
  'the report has a line for each, and none for what is below the site’s point',
  async () => {
    const world = detectorWorld();
    await commit(world, [marked('r1', [36, 42, 56, 60])]);
    const path = join(temporaryFolder(), 'report.pdf');
    writeFileSync(path, await pdfOf(world));
    const { stdout } = spawnSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' });
    const text = stdout.replaceAll(/\s+/g, ' ');
    for (const score of ['0.930', '0.810', '0.640', '0.550']) expect(text).toContain(`score ${score}`);
    expect(text).not.toContain('score 0.300');
    expect(text.match(/AI only/g)?.length).toBeGreaterThanOrEqual(3);
  },
);
