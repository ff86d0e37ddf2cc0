import { Refused } from '../shared/errors.ts';
import type { DecodeRow } from '../shared/pixels.ts';
import { plainText } from './data-set.ts';
import { decodeFrameOf, type FrameSource, openFrames } from './decode-frame.ts';
import { openFileSource } from './file-source.ts';
import { pixelSha256 } from './pixel-hash.ts';

/**
 * Every frame of a file as `overread decode` prints it.
 * @throws Refused with the code of whatever cannot be decoded for certain; `frame` (0-based) stands in its detail
 */
export async function decodeFile(path: string): Promise<DecodeRow[]> {
  const file = await openFileSource(path);
  let source: FrameSource;
  try {
    source = openFrames(await file.readAll());
  } finally {
    await file.close();
  }
  const sopInstanceUID = plainText(source.object.dataSet, 'x00080018');
  const rows: DecodeRow[] = [];
  for (let frame = 0; frame < source.layout.frames; frame++) {
    try {
      const decoded = await decodeFrameOf(source, frame);
      rows.push({
        sopInstanceUID,
        frame,
        rows: decoded.rows,
        columns: decoded.columns,
        samples: decoded.samples,
        type: decoded.type,
        sha256: pixelSha256(decoded),
      });
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown;
      throw new Refused(thrown.code, thrown.message, { ...thrown.detail, frame }, thrown);
    }
  }
  return rows;
}
