import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseMessage, plain } from '../../electron/domain/hl7/message.ts';
import { splitFile } from '../../electron/domain/hl7/split-file.ts';
import { findPython, runPython } from '../fixtures/python.ts';
import { MESSAGES } from '../unit/services/messages-world.ts';

/** Our parser beside python-hl7 (Debian python3-hl7), which shares nothing with it. Its characters are bytes here, since sets are no part of the comparison. */
const python = findPython(['hl7']);

const NAMES = [
  'adt',
  'mdm-t02',
  'mdm-t02-obsolete',
  'omg-diagnoses',
  'omi-ipc',
  'orm-cancelled',
  'orm-old-notes',
  'orm-other-delimiters',
  'orm-simple',
  'orm-two-orders',
  'orm-zds',
  'oru-br',
  'oru-coded',
  'oru-corrected',
  'oru-escapes',
  'oru-latin1',
  'oru-lines',
  'oru-linked-exams',
  'oru-own-by-uid',
  'oru-pdf',
  'oru-repeats',
  'oru-sections',
  'oru-several-ids',
  'oru-text-and-pdf',
  'oru-two-patients',
  'oru-undated',
];

type Parts = string[][];
type Reference = Record<string, [string, Parts[] | string[]][]>;

describe.skipIf(python === null)('HL7 messages beside python-hl7', () => {
  const reference = (
    python === null
      ? {}
      : JSON.parse(runPython(python, [join(import.meta.dirname, 'hl7_reference.py'), MESSAGES, ...NAMES]))
  ) as Reference;

  const ours = (name: string) => {
    const [raw] = splitFile(readFileSync(join(MESSAGES, `${name}.hl7`)).toString('latin1'));
    if (raw === undefined || 'refusal' in raw) throw new Error(`${name} has no message.`);
    return parseMessage(raw.segments, (_label, bytes) => bytes, { label: 'bytes', always: true });
  };

  it.each(NAMES)('%s has the same segments, fields, repetitions and components', (name) => {
    const message = ours(name);
    const { repetition, component } = message.delimiters;
    const mine = message.segments.map(({ name: segment, fields }) => [
      segment,
      fields.slice(1).map((field, at) =>
        // The delimiters themselves are one value.
        segment === 'MSH' && at < 2 ? [[field]] : field.split(repetition).map((one) => one.split(component)),
      ),
    ]);
    const theirs = (reference[name] ?? []).slice(0, -1);
    expect(theirs.length).toBeGreaterThan(1);
    expect(mine).toEqual(theirs);
  });

  it('and the same texts, where both resolve an escape sequence to the same', () => {
    for (const name of NAMES.filter((one) => !['orm-other-delimiters'].includes(one))) {
      const message = ours(name);
      const texts = message.segments
        .filter(({ name: segment, fields }) => segment === 'OBX' && fields.length > 5)
        .map(({ fields }) => plain(message, fields[5] ?? '', {}));
      const theirs = (reference[name]?.at(-1)?.[1] ?? []) as string[];
      expect(texts.map(comparable), name).toEqual(theirs.map(comparable));
    }
  });
});

/** python-hl7 writes breaks as CR and highlighting as underscores, and drops a sign that begins no sequence; what both must agree on is the rest. */
function comparable(text: string): string {
  return text
    .replaceAll(/[\r\n_]/g, '')
    .replaceAll('\\', '')
    .replaceAll(/\.sp\d?/g, '');
}
