import type { DataSet } from 'dicom-parser';
import { Refused } from '../shared/errors.ts';
import type { InstanceHeader } from '../shared/ports.ts';
import { decodeText, personName, trimText } from './character-set.ts';
import { elementBytes, integer, items, plainText, plainValues } from './data-set.ts';
import { formatDate, formatTime, yearsAt } from './dates.ts';
import { whyNotDrawn } from './drawable.ts';
import { checkFragments } from './fragments.ts';
import { readInstanceGeometry } from './frame-geometry.ts';
import { readImageAttributes } from './image-attributes.ts';
import { originOf } from './origin.ts';
import { parseObject, type ParsedObject } from './parse-object.ts';
import { checkNativeLength, readPixelLayout } from './pixel-layout.ts';
import { sopKind } from './sop-classes.ts';

const DICOMDIR = '1.2.840.10008.1.3.10';
const UID = /^[0-9]+(\.[0-9]+)*$/;

function requiredUid(value: string, code: string, name: string): string {
  if (value === '') throw new Refused(code, `The object has no ${name}, so it cannot be told from others.`);
  if (value.length > 64 || !UID.test(value)) {
    throw new Refused('bad-uid', `Its ${name} is no valid UID (digits and dots, at most 64 characters).`);
  }
  return value;
}

function firstItemText(dataSet: DataSet, sequence: string, tag: string): string {
  const [item] = items(dataSet, sequence);
  return item ? plainText(item, tag) : '';
}

/** Model, station and software of the machine; nothing where the header says nothing of them. */
function scannerOf(text: (tag: string) => string, dataSet: DataSet): Pick<InstanceHeader, 'scanner'> {
  const said = {
    model: text('x00081090'),
    station: text('x00081010'),
    software: plainValues(dataSet, 'x00181020').join(' '),
  };
  const scanner = Object.fromEntries(Object.entries(said).filter(([, words]) => words !== ''));
  return Object.keys(scanner).length === 0 ? {} : { scanner };
}

/** Laterality of the image, else of the frame anatomy, else of the series. */
function readLaterality(dataSet: DataSet): string {
  const [shared] = items(dataSet, 'x52009229');
  const [anatomy] = items(shared, 'x00209071');
  return (
    plainText(dataSet, 'x00200062') ||
    (anatomy ? plainText(anatomy, 'x00209072') : '') ||
    plainText(dataSet, 'x00200060')
  );
}

/** Refusals of the pixels that leave the object itself whole: it is kept and listed with the reason. */
const KEPT: ReadonlySet<string> = new Set(['pixels-unsupported', 'too-large', 'bad-modality-lut']);

/** Pixels that contradict themselves are refused; pixels that are lawful but strange are kept, not drawn. */
function readImage(
  object: ParsedObject,
  modality: string,
  sopClassUID: string,
): Pick<InstanceHeader, 'image' | 'notDrawn' | 'geometry' | 'undrawnPixels'> {
  if (!object.pixelElement)
    return { image: null, notDrawn: sopKind(sopClassUID).notDrawn ?? 'It has no pixels' };
  try {
    const layout = readPixelLayout(object);
    if (object.syntax.codec === 'native') checkNativeLength(object, layout);
    else checkFragments(object, layout);
    return {
      image: readImageAttributes(object, layout, modality),
      notDrawn: whyNotDrawn(object, sopClassUID),
      // Slides and segmentations are listed, not laid out: no frame of theirs is placed.
      ...(sopKind(sopClassUID).notDrawn === undefined
        ? { geometry: readInstanceGeometry(object.dataSet, layout.frames) }
        : {}),
    };
  } catch (thrown) {
    if (thrown instanceof Refused && KEPT.has(thrown.code)) {
      return { image: null, notDrawn: thrown.message, undrawnPixels: true };
    }
    throw thrown;
  }
}

/**
 * The header of one object: all that the worklist and the viewer need, read up to the Pixel Data. Its length is checked
 * against what it declares, its pixels are not decoded.
 *
 * Dates are YYYY-MM-DD and times HH:MM:SS where they are such, else as written; the patient's name is 'FAMILY, Given'.
 * @throws Refused `not-dicom`, `truncated`, `bad-header`, `sequence-too-deep`, `too-large`, `no-transfer-syntax`, `dicomdir`,
 *   `no-sop-class-uid`, `no-sop-instance-uid`, `no-study-instance-uid`, `no-series-instance-uid`, `bad-uid`,
 *   `inconsistent-pixels`, `bad-fragments`
 */
export function readHeader(bytes: Uint8Array): InstanceHeader {
  const object = parseObject(bytes);
  const { dataSet } = object;
  const sopClassUID = plainText(dataSet, 'x00080016') || object.mediaStorageSopClassUID;
  if (sopClassUID === DICOMDIR || dataSet.elements['x00041220']) {
    throw new Refused(
      'dicomdir',
      'This is a DICOMDIR, the index of a disc. Import the folder that it lies in.',
    );
  }
  const charsets = plainValues(dataSet, 'x00080005');
  const text = (tag: string): string => {
    const raw = elementBytes(dataSet, tag);
    return raw ? trimText(decodeText(raw.length > 10_240 ? raw.subarray(0, 10_240) : raw, charsets)) : '';
  };
  const modality = plainText(dataSet, 'x00080060');
  const studyDate = plainText(dataSet, 'x00080020');
  const birthDate = plainText(dataSet, 'x00100030');
  const name = personName(text('x00100010'));
  const identity = {
    sopInstanceUID: requiredUid(plainText(dataSet, 'x00080018'), 'no-sop-instance-uid', 'SOP Instance UID'),
    sopClassUID: requiredUid(sopClassUID, 'no-sop-class-uid', 'SOP Class UID'),
    studyInstanceUID: requiredUid(
      plainText(dataSet, 'x0020000d'),
      'no-study-instance-uid',
      'Study Instance UID',
    ),
    seriesInstanceUID: requiredUid(
      plainText(dataSet, 'x0020000e'),
      'no-series-instance-uid',
      'Series Instance UID',
    ),
  };
  return {
    ...identity,
    transferSyntaxUID: object.syntax.uid,
    patientName: name.name,
    patientID: text('x00100020'),
    sex: plainText(dataSet, 'x00100040'),
    birthDate: formatDate(birthDate),
    age: yearsAt(plainText(dataSet, 'x00101010'), birthDate, studyDate),
    accessionNumber: text('x00080050'),
    studyDate: formatDate(studyDate),
    studyTime: formatTime(plainText(dataSet, 'x00080030')),
    studyDescription: text('x00081030'),
    seriesDescription: text('x0008103e'),
    seriesNumber: integer(dataSet, 'x00200011'),
    instanceNumber: integer(dataSet, 'x00200013'),
    modality,
    bodyPart: plainText(dataSet, 'x00180015'),
    viewPosition: plainText(dataSet, 'x00185101') || firstItemText(dataSet, 'x00540220', 'x00080104'),
    laterality: readLaterality(dataSet),
    manufacturer: text('x00080070'),
    ...scannerOf(text, dataSet),
    kind: sopKind(sopClassUID).kind,
    ...readImage(object, modality, sopClassUID),
    origin: originOf(dataSet, sopClassUID),
    ...(name.ideographic === '' && name.phonetic === ''
      ? {}
      : { otherNames: { ideographic: name.ideographic, phonetic: name.phonetic } }),
    ...(text('x00100021') === '' ? {} : { patientIDIssuer: text('x00100021') }),
    ...(object.recovered === null ? {} : { recovered: object.recovered }),
  };
}
