import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Locator, Page } from '@playwright/test';

const FOLDER = 'docs/screenshots';
/** WebP: a quarter of a PNG's size, and letters stay sharp. */
const QUALITY = 0.86;

export interface Pictures {
  /** The whole window. */
  whole(page: Page, name: string): Promise<void>;
  /** One dialog, panel or section. */
  part(of: Locator, name: string): Promise<void>;
}

/** Takes the pictures of the user guide; a page of its own turns them into WebP, by the browser that took them. */
export async function takePictures(context: BrowserContext): Promise<Pictures> {
  mkdirSync(FOLDER, { recursive: true });
  const converter = await context.newPage();
  const keep = async (png: Buffer, name: string): Promise<void> => {
    const base64 = await converter.evaluate(
      async ([data, quality]) => {
        const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
        const webp = new Uint8Array(
          await (await canvas.convertToBlob({ type: 'image/webp', quality })).arrayBuffer(),
        );
        let text = '';
        for (const byte of webp) text += String.fromCharCode(byte);
        return btoa(text);
      },
      [png.toString('base64'), QUALITY] as const,
    );
    writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(base64, 'base64'));
  };
  return {
    async whole(page, name) {
      // Fades are over, thumbnails are drawn.
      await page.waitForTimeout(400);
      await keep(await page.screenshot({ animations: 'disabled' }), name);
    },
    async part(of, name) {
      await of.page().waitForTimeout(250);
      await keep(await of.screenshot({ animations: 'disabled' }), name);
    },
  };
}
