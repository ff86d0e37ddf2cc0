import type { DataSet } from 'dicom-parser';
import type { Origin } from '../shared/ports.ts';
import { items, plainText, plainValues } from './data-set.ts';

/**
 * Who made an object, as far as its file says: what an algorithm made, and what may come from one, is withheld until the read is
 * committed. An object of a class that algorithms write is 'known' only where the file names a person, or a way of making that is none.
 */
const PREFIX = '1.2.840.10008.5.1.4.1.1.';

/** Mammography, Chest and Colon CAD SR (PS3.4 Annex B.5). */
const CAD_SR = new Set(['88.50', '88.65', '88.69']);
/** X-Ray, Radiopharmaceutical and Patient Radiation Dose SR, Enhanced X-Ray: events of irradiation, nothing about the image. */
const DOSE_SR = new Set(['88.67', '88.68', '88.73', '88.76']);
const SECONDARY_CAPTURES = new Set(['7', '7.1', '7.2', '7.3', '7.4']);
/** Digitised film and video, scanned document and image, drawing (PS3.3 C.8.6.1): no algorithm sees the patient first. */
const CAPTURED_BY_HAND = new Set(['DF', 'DV', 'SD', 'SI', 'DRW']);
/** Files say nothing of who made these that could be relied on. */
const NEVER_SAID = new Set([
  '30',
  '66',
  '66.2',
  '66.5',
  '66.6',
  '90.1',
  '104.1',
  '104.2',
  '104.3',
  '104.4',
  '104.5',
  // RT Segment Annotation: its segments may come from a contouring model (PS3.3 A.86.1.9).
  '481.11',
]);

/** Concepts of TID 1002 to 1004 (PS3.16): Observer Type, Person Observer Name, Device Observer UID. */
const OBSERVER_TYPE = '121005';
const PERSON_NAME = '121008';
const DEVICE_UID = '121012';
const DEVICE = '121007';
const PERSON = '121006';

/** A content tree is not followed deeper, nor wider: observers stand at its root. */
const MAX_ITEMS = 2000;

function codeOf(dataSet: DataSet, sequence: string): string {
  const [code] = items(dataSet, sequence);
  return code ? plainText(code, 'x00080100') : '';
}

/** Observers that the content tree names anywhere, breadth first (PS3.16 TID 1001). */
function observersIn(root: DataSet): { person: boolean; device: boolean; complete: boolean } {
  const found = { person: false, device: false, complete: true };
  const waiting = items(root, 'x0040a730');
  for (let at = 0; at < waiting.length; at++) {
    if (at >= MAX_ITEMS) return { ...found, complete: false };
    const item = waiting[at] as DataSet;
    const concept = codeOf(item, 'x0040a043');
    const value = codeOf(item, 'x0040a168');
    if (concept === DEVICE_UID || (concept === OBSERVER_TYPE && value === DEVICE)) found.device = true;
    if (concept === PERSON_NAME && plainText(item, 'x0040a123') !== '') found.person = true;
    if (concept === OBSERVER_TYPE && value === PERSON) found.person = true;
    waiting.push(...items(item, 'x0040a730'));
  }
  return found;
}

function reportOrigin(dataSet: DataSet): Origin {
  const { person, device, complete } = observersIn(dataSet);
  const authors = items(dataSet, 'x0040a078').map((item) => plainText(item, 'x0040a084'));
  const verified = items(dataSet, 'x0040a073').some((item) => plainText(item, 'x0040a075') !== '');
  if (device || authors.includes('DEV')) return 'algorithm';
  return complete && (person || verified || authors.includes('PSN')) ? 'known' : 'unknown';
}

/** Of Segment, Annotation Group or ROI items: all drawn by hand, any by an algorithm, else not said. */
function drawnBy(dataSet: DataSet, sequence: string, tag: string): Origin {
  const types = items(dataSet, sequence).map((item) => plainText(item, tag));
  if (types.some((type) => type === 'AUTOMATIC' || type === 'SEMIAUTOMATIC')) return 'algorithm';
  return types.length > 0 && types.every((type) => type === 'MANUAL') ? 'known' : 'unknown';
}

/**
 * Content Creator's Identification Code Sequence (PS3.3 C.10.9) with a person's code in it (Table 10-1): Content Creator's Name is free
 * text, in which a program may write its own.
 */
function hasCreator(dataSet: DataSet): boolean {
  return items(dataSet, 'x00700086').some((item) => items(item, 'x00401101').length > 0);
}

/**
 * Who made this object. Acquired images, and what else is not written by algorithms, are 'known'. Of a class that is no storage class of
 * the standard (a private one, a retired one) nothing is known.
 */
export function originOf(dataSet: DataSet, sopClassUID: string): Origin {
  if (!sopClassUID.startsWith(PREFIX)) return 'unknown';
  const suffix = sopClassUID.slice(PREFIX.length);
  if (CAD_SR.has(suffix)) return 'algorithm';
  if (DOSE_SR.has(suffix)) return 'known';
  if (suffix.startsWith('88.')) return reportOrigin(dataSet);
  if (suffix === '66.4' || suffix === '66.7') return drawnBy(dataSet, 'x00620002', 'x00620008');
  if (suffix === '91.1') return drawnBy(dataSet, 'x006a0002', 'x006a0007');
  if (suffix === '481.3') return drawnBy(dataSet, 'x30060020', 'x30060036');
  if (suffix.startsWith('11.')) return hasCreator(dataSet) ? 'known' : 'unknown';
  if (SECONDARY_CAPTURES.has(suffix)) {
    return CAPTURED_BY_HAND.has(plainValues(dataSet, 'x00080064')[0] ?? '') ? 'known' : 'unknown';
  }
  return NEVER_SAID.has(suffix) ? 'unknown' : 'known';
}
