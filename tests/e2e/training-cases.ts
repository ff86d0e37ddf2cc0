import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { runOrder } from '../../electron/domain/reader-study/training.ts';
import { trialDesignSchema } from '../../electron/shared/reader-study.ts';
import { openStore } from '../../electron/store/open-store.ts';
import { studyUID, type TestSeries, writeSeries } from './dicom-files.ts';
import { giveResult } from './given-result.ts';
import { CHEST, ctStack } from './phantoms.ts';
import { importPaths } from './window.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** Around the opacity of the phantom, and a place where nothing is. */
export const LESION = [200, 260, 280, 340] as const;
export const ELSEWHERE = [480, 420, 580, 520] as const;

type Box = readonly [number, number, number, number];

interface TrainingCase {
  readonly name: string;
  readonly abnormal: boolean;
  /** Null: no chest, the chest model abstains. */
  readonly ai: readonly Box[] | null;
}

/** Each error that an AI can make, and one case that it gets right. */
export const TRAINING_CASES: readonly TrainingCase[] = [
  { name: 'right', abnormal: true, ai: [LESION] },
  { name: 'missed', abnormal: true, ai: [] },
  { name: 'false', abnormal: false, ai: [ELSEWHERE] },
  { name: 'place', abnormal: true, ai: [ELSEWHERE] },
  { name: 'abstained', abnormal: false, ai: null },
];

/** The opacity's place is filled from below it. */
const withoutOpacity = (x: number, y: number): number =>
  CHEST.value(x, Math.hypot(x - 240, y - 300) < 36 ? y + 74 : y, 0, 0);

const seriesOf = ({ name, ai, abnormal }: TrainingCase, at: number): TestSeries => ({
  ...(ai === null ? ctStack(3, '') : CHEST),
  ...(abnormal || ai === null ? {} : { value: withoutOpacity }),
  patientName: `TRAINING^${name}`,
  patientID: `TRN-${at}`,
  description: ai === null ? 'Synthetic CT' : 'Synthetic chest PA',
  root: `2.25.9104${at}`,
});

/**
 * Imports the cases, waits for the models, gives each the result that it is about, and makes a training of them for whoever sits there.
 *
 * @returns The names of the cases in the order of the reader's run of that number.
 */
export async function makeTraining(
  page: Page,
  data: string,
  folder: string,
): Promise<(run: number) => string[]> {
  const series = TRAINING_CASES.map(seriesOf);
  series.forEach((one, at) => writeSeries(join(folder, String(at)), one));
  await importPaths(page, [folder]);
  await page
    .getByRole('button', { name: /^Dismiss/ })
    .first()
    .click();
  const profile = await page.evaluate(
    async () => (await (await fetch('/api/session')).json()).reader.id as string,
  );
  await expect.poll(() => analysed(data, series), { timeout: 120_000 }).toBe(series.length);
  TRAINING_CASES.forEach(({ ai }, at) => {
    const study = studyUID(series[at] ?? CHEST);
    if (ai === null) return;
    const found = ai.map((box) => ({
      label: 'Tuberculosis',
      box: [...box] as [number, number, number, number],
      score: 0.83,
    }));
    giveResult(data, study, found, 'chest-adult', ai.length === 0 ? 0.12 : 0.83);
  });
  const design = trialDesignSchema.parse({
    purpose: 'training',
    name: 'Limits of the chest model',
    seed: 5,
    cases: TRAINING_CASES.map(({ abnormal }, at) => ({
      case: `K${at}`,
      study: studyUID(series[at] ?? CHEST),
      truth: abnormal ? 'abnormal' : 'normal',
      ...(abnormal
        ? { lesions: [{ id: 'L1', image: imageOf(data, studyUID(series[at] ?? CHEST)), box: [...LESION] }] }
        : {}),
    })),
    readers: [{ reader: 'R1', profile }],
  });
  const file = join(data, 'training.json');
  writeFileSync(file, JSON.stringify(design));
  const node = join(ROOT, 'node_modules/.bin/node');
  execFileSync(node, ['scripts/overread.mjs', 'trial', 'create', file, '--data', data], { cwd: ROOT });
  await page.reload();
  return (run) =>
    runOrder(
      design,
      design.cases.map((one) => one.case),
      'R1',
      run,
    ).map((code) => TRAINING_CASES[Number(code.slice(1))]?.name ?? '');
}

function analysed(data: string, series: readonly TestSeries[]): number {
  const store = openStore({ directory: data });
  try {
    return series.filter((one) =>
      store.results.latest(studyUID(one)).some(({ model }) => model.id === 'chest-adult'),
    ).length;
  } finally {
    store.close();
  }
}

function imageOf(data: string, study: string): string {
  const store = openStore({ directory: data });
  try {
    return store.studies.instancesOf(study)[0]?.header.sopInstanceUID ?? '';
  } finally {
    store.close();
  }
}
