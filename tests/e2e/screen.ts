import type { Page } from '@playwright/test';
import { pagePoint } from './window.ts';

/** The grey or colour on the screen at an image pixel. */
export async function screenValueOf(page: Page, x: number, y: number): Promise<number[]> {
  const at = await pagePoint(page, x, y);
  return page.evaluate(({ x, y }) => {
    const canvas = document.querySelector<HTMLCanvasElement>('.pane__image canvas');
    if (canvas === null) throw new Error('no canvas');
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    const context = canvas.getContext('2d');
    const data = context?.getImageData(
      Math.floor((x - box.left) * scale),
      Math.floor((y - box.top) * scale),
      1,
      1,
    ).data;
    return Array.from(data ?? []).slice(0, 3);
  }, at);
}

/** The words of the probe over an image pixel. */
export async function probeAt(page: Page, x: number, y: number): Promise<string> {
  const at = await pagePoint(page, x, y);
  await page.mouse.move(at.x, at.y);
  return (await page.getByTestId('probe').innerText()).replace(/\s+/g, ' ');
}
