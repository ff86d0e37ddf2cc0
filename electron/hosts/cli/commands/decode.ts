import { statSync } from 'node:fs';
import { decodeFile } from '../../../dicom/decode-command.ts';
import { Refused, toOverreadError, toWire, type WireError } from '../../../shared/errors.ts';
import type { DecodeRow } from '../../../shared/pixels.ts';
import type { Command } from '../command.ts';
import { plainLine, table } from '../table.ts';

type Line = DecodeRow | Failed;

interface Failed {
  readonly path: string;
  readonly sopInstanceUID: string;
  readonly frame: number;
  readonly error: WireError;
}

async function linesOf(path: string): Promise<Line[]> {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new Refused('is-a-folder', 'This is a folder: name the files in it.');
    return await decodeFile(path);
  } catch (thrown) {
    const frame = toOverreadError(thrown).detail?.['frame'];
    return [
      { path, sopInstanceUID: '', frame: typeof frame === 'number' ? frame : 0, error: toWire(thrown) },
    ];
  }
}

export const decodeCommand: Command = {
  name: 'decode',
  usage: 'FILE…',
  summary: 'SHA-256 of the stored pixel values of every frame, as the screen and the models get them.',
  options: {},
  positionals: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(call) {
    const lines: Line[] = [];
    for (const path of call.positionals) lines.push(...(await linesOf(path)));
    const rows = lines.filter((line): line is DecodeRow => !('error' in line));
    const failed = lines.filter((line): line is Failed => 'error' in line);
    const text = [
      table(
        ['SOP INSTANCE', 'FRAME', 'ROWS', 'COLUMNS', 'SAMPLES', 'TYPE', 'SHA-256'],
        rows.map((r) => [r.sopInstanceUID, r.frame, r.rows, r.columns, r.samples, r.type, r.sha256]),
      ),
      ...failed.map(({ path, error }) =>
        plainLine(`${error.type} (${error.code}): ${path}: ${error.message}`),
      ),
    ].join('\n');
    return { json: lines, text, exit: failed.length > 0 ? 1 : 0 };
  },
};
