import { decodeText, trimText } from './character-set.ts';
import { elementBytes, plainValues } from './data-set.ts';
import { parseObject } from './parse-object.ts';

/** A clinical text in a file, under the words of its attribute (PS3.6). */
export interface ClinicalText {
  readonly title: string;
  readonly text: string;
}

/** Attributes in which a request or the patient's history stands, in the order in which they are shown. */
const ATTRIBUTES: readonly (readonly [tag: string, title: string])[] = [
  ['x00401002', 'Reason for the requested procedure'],
  ['x00321030', 'Reason for study'],
  ['x00321060', 'Requested procedure'],
  ['x00401400', 'Requested procedure comments'],
  ['x00081080', 'Admitting diagnoses'],
  ['x001021b0', 'Additional patient history'],
  ['x00104000', 'Patient comments'],
];
const LONGEST = 10_240;

/**
 * The clinical texts of a DICOM file; empty where it has none. Those that say the same are given once.
 *
 * @throws Refused as `parseObject`.
 */
export function readClinicalTexts(bytes: Uint8Array): ClinicalText[] {
  const { dataSet } = parseObject(bytes);
  const charsets = plainValues(dataSet, 'x00080005');
  const found: ClinicalText[] = [];
  for (const [tag, title] of ATTRIBUTES) {
    const raw = elementBytes(dataSet, tag);
    if (raw === undefined || raw === null) continue;
    const text = trimText(decodeText(raw.length > LONGEST ? raw.subarray(0, LONGEST) : raw, charsets));
    if (text !== '' && !found.some((other) => other.text === text)) found.push({ title, text });
  }
  return found;
}
