import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { writePart10 } from '../../../electron/dicom/write-part10.ts';

export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const CT = '1.2.840.10008.5.1.4.1.1.2';

/** Element of a tag: 'GGGGEEEE VR'. */
export const el = (tagAndVr: string, value: DicomElement['value']): DicomElement => {
  const [tag = '', vr = ''] = tagAndVr.split(' ');
  return { tag, vr, value };
};

/** A small valid CT object of 2 × 3 signed 16-bit pixels; `changes` replace elements by tag, `without` leaves them out. */
export function sample(
  changes: readonly DicomElement[] = [],
  {
    without = [],
    syntax = EXPLICIT_LITTLE_ENDIAN,
    sopClass = CT,
  }: { without?: string[]; syntax?: string; sopClass?: string } = {},
): Uint8Array {
  const base = [
    el('0020000D UI', '1.2.3'),
    el('0020000E UI', '1.2.3.4'),
    el('00080060 CS', 'CT'),
    el('00100010 PN', 'Doe^Jane^M'),
    el('00100020 LO', 'ID1'),
    el('00280002 US', 1),
    el('00280004 CS', 'MONOCHROME2'),
    el('00280010 US', 2),
    el('00280011 US', 3),
    el('00280100 US', 16),
    el('00280101 US', 16),
    el('00280102 US', 15),
    el('00280103 US', 1),
    el('7FE00010 OW', new Uint8Array(Int16Array.from([-3, -2, -1, 0, 1, 2]).buffer)),
  ];
  const changed = new Set([...changes.map(({ tag }) => tag), ...without]);
  return writePart10({
    sopClassUID: sopClass,
    sopInstanceUID: '1.2.3.4.5',
    transferSyntaxUID: syntax,
    elements: [...base.filter(({ tag }) => !changed.has(tag)), ...changes],
  });
}

/** The code with which something is refused; anything else thrown, and anything accepted, shows as such. */
export async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'accepted';
  } catch (thrown) {
    const { type, code } = thrown as { type?: string; code?: string };
    if (type !== 'refused') throw thrown;
    return code ?? 'no code';
  }
}
