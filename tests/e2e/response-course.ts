import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { type TestSeries, writeSeries } from './dicom-files.ts';
import { ctStack } from './phantoms.ts';
import { dragImage } from './window.ts';

/** Three CTs of one patient with lesions of known size, as a reader follows them: partial response, then progression. */

const OF_ONE = { patientName: 'SYNTHETIC^Course', patientID: 'SYN-0043' };
/** Millimetres a pixel of `ctStack`. */
const MM = 0.7;

type Point = readonly [number, number];

interface CourseStudy {
  readonly series: TestSeries;
  /** Pixels of each lesion's longest extent. */
  readonly pixels: { readonly mass: number; readonly nodule: number };
}

const CENTRES = { mass: [352, 260], nodule: [150, 230] } as const;

function study(root: string, studyDate: string, description: string, pixels: CourseStudy['pixels']) {
  const stack = ctStack(3, root);
  return {
    pixels,
    series: {
      ...stack,
      ...OF_ONE,
      studyDate,
      description,
      elements: [...(stack.elements ?? []), { tag: '00180050', vr: 'DS', value: '2' }],
      value: (x: number, y: number, slice: number, sample: number) => {
        const from = (name: keyof typeof CENTRES) => Math.hypot(x - CENTRES[name][0], y - CENTRES[name][1]);
        const grain = (x * 7 + y * 13 + slice * 5) % 23;
        if (from('mass') < pixels.mass / 2 || from('nodule') < pixels.nodule / 2) return 1044 + grain;
        // The nodule that the stack has by itself is this one's place.
        return from('nodule') < 18 ? 164 + grain : stack.value(x, y, slice, sample);
      },
    },
  } satisfies CourseStudy;
}

/** 42.0 + 21.0 = 63.0 mm; 25.2 + 14.0 = 39.2 mm (−37.8 %); 35.0 + 14.0 = 49.0 mm (+25.0 % and 9.8 mm over the nadir). */
export const COURSE: readonly [CourseStudy, CourseStudy, CourseStudy] = [
  study('2.25.900431', '20260110', 'CT before treatment', { mass: 60, nodule: 30 }),
  study('2.25.900432', '20260402', 'CT after 3 months', { mass: 36, nodule: 20 }),
  study('2.25.900433', '20260703', 'CT after 6 months', { mass: 50, nodule: 20 }),
];

export const LESIONS = { mass: 'Left lung mass', nodule: 'Right lung nodule' } as const;

/** Millimetres of a number of pixels, as a screen says it. */
export const mm = (pixels: number): string => (pixels * MM).toFixed(1);

export function writeCourse(folder: string): void {
  for (const { series } of COURSE) writeSeries(join(folder, series.root), series);
}

/** Marks both lesions on the image that is open. */
export async function markBoth(page: Page, { pixels }: CourseStudy): Promise<void> {
  // The image takes the size of its pane: until it lies still, a pixel is not where it was.
  const place = () =>
    page.getByTestId('pane').evaluate((pane) => [pane.dataset['matrix'], pane.clientWidth].join());
  let before = '';
  await expect
    .poll(
      async () => {
        const last = before;
        before = await place();
        return before === last;
      },
      { intervals: [500] },
    )
    .toBe(true);
  for (const name of ['mass', 'nodule'] as const) {
    const [x, y] = CENTRES[name];
    const half = pixels[name] / 2;
    // As wide as it says, and less high: the long axis lies along the rows.
    const box: [Point, Point] = [
      [x - half, y - half + 3],
      [x + half, y + half - 3],
    ];
    await page.keyboard.press('o');
    await dragImage(page, ...box);
    await page.getByLabel('Label').fill(LESIONS[name]);
    await expect(page.getByTestId('save')).toHaveText('saved');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  }
}

export const course = (page: Page) => page.getByRole('dialog', { name: 'Change over time' });

/** Links both with those of the prior that is beside, which is opened. */
export async function linkBoth(page: Page): Promise<void> {
  await page.keyboard.press('j');
  await expect(page.getByTestId('pane-prior')).toHaveAttribute('data-shown', /\d/);
  await page.keyboard.press('x');
  for (const [index, label] of Object.values(LESIONS).entries()) {
    const option = `${index + 1} ${label}`;
    await course(page).getByLabel('Finding of this study').selectOption(option);
    await course(page)
      .getByLabel(/Is the same lesion as your finding of/)
      .selectOption(option);
    await course(page).getByRole('button', { name: 'Link', exact: true }).click();
    await expect(course(page).getByRole('region', { name: `${label} over time` })).toBeVisible();
  }
}

/** Chooses both as targets of the first study. */
export async function chooseBoth(page: Page): Promise<void> {
  const form = course(page).getByRole('form', { name: 'Choose the lesions' });
  for (const [index, label] of Object.values(LESIONS).entries()) {
    const name = `${index + 1} ${label}`;
    await form.getByLabel(`${name}: followed as`).selectOption('target lesion');
    await form.getByLabel(`${name}: organ`).fill('lung');
  }
  await form.getByRole('button', { name: 'Record the choice' }).click();
  await expect(form).toHaveCount(0);
}

export async function stateNewLesions(page: Page, words: string): Promise<void> {
  const form = course(page).getByRole('form', { name: 'State this study' });
  await form.getByLabel('New lesions (not there at baseline)').selectOption(words);
  // A double click states it once, as a click does.
  await form.getByRole('button', { name: 'Record for this study' }).dblclick();
}

export async function commitCourse(page: Page, words: string): Promise<void> {
  await page.getByLabel('Impression').fill(words);
  await expect(page.getByTestId('save')).toHaveText('saved');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: /Commit all the same|Commit without/ }).click();
  await expect(page.getByRole('region', { name: 'My committed read', exact: true })).toBeVisible();
}
