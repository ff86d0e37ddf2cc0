import type { DicomElement } from '../../../electron/dicom/dicom-element.ts';
import { writePart10 } from '../../../electron/dicom/write-part10.ts';
import { el, EXPLICIT_LITTLE_ENDIAN } from './samples.ts';

/** Objects of the kinds that this product will write, each whole by its IOD: what dciodvfy checks. */

const CT = '1.2.840.10008.5.1.4.1.1.2';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const BASIC_TEXT_SR = '1.2.840.10008.5.1.4.1.1.88.11';
const KEY_OBJECT = '1.2.840.10008.5.1.4.1.1.88.59';
const STUDY = '2.25.1001';
const IMAGE = '2.25.1003';

const patientAndStudy: readonly DicomElement[] = [
  el('00080020 DA', '20260102'),
  el('00080030 TM', '101500'),
  el('00080050 SH', ''),
  el('00080090 PN', ''),
  el('00100010 PN', 'Müller^Änne=山田^太郎=やまだ^たろう'),
  el('00100020 LO', 'P-1'),
  el('00100030 DA', ''),
  el('00100040 CS', 'F'),
  el('0020000D UI', STUDY),
  el('00200010 SH', ''),
];
const equipment = el('00080070 LO', 'Overread');

const code = (value: string, scheme: string, meaning: string): DicomElement[] => [
  el('00080100 SH', value),
  el('00080102 SH', scheme),
  el('00080104 LO', meaning),
];

export function secondaryCapture(): Uint8Array {
  return writePart10({
    sopClassUID: SECONDARY_CAPTURE,
    sopInstanceUID: '2.25.1010',
    transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    elements: [
      ...patientAndStudy,
      equipment,
      el('00080008 CS', ['DERIVED', 'SECONDARY']),
      el('00080060 CS', 'OT'),
      el('00080064 CS', 'WSD'),
      el('0020000E UI', '2.25.1011'),
      el('00200011 IS', 1),
      el('00200013 IS', 1),
      el('00200020 CS', ''),
      el('00200060 CS', ''),
      el('00280002 US', 3),
      el('00280004 CS', 'RGB'),
      el('00280006 US', 0),
      el('00280010 US', 3),
      el('00280011 US', 5),
      el('00280100 US', 8),
      el('00280101 US', 8),
      el('00280102 US', 7),
      el('00280103 US', 0),
      // Of odd length, so that the pad is written too.
      el(
        '7FE00010 OB',
        Uint8Array.from({ length: 45 }, (_, i) => i),
      ),
    ],
  });
}

/** The series and general parts of an SR document (PS3.3 A.35, C.17). */
function document(series: string, modality: 'SR' | 'KO'): DicomElement[] {
  return [
    ...patientAndStudy,
    equipment,
    el('00080023 DA', '20260102'),
    el('00080033 TM', '101501.25'),
    el('00080060 CS', modality),
    el('00081111 SQ', []),
    el('0020000E UI', series),
    el('00200011 IS', 2),
    el('00200013 IS', 1),
  ];
}

const evidence = el('0040A375 SQ', [
  [
    el('00081115 SQ', [
      [
        el('00081199 SQ', [[el('00081150 UI', CT), el('00081155 UI', IMAGE)]]),
        el('0020000E UI', '2.25.1002'),
      ],
    ]),
    el('0020000D UI', STUDY),
  ],
]);
const imageItem = [
  el('0040A010 CS', 'CONTAINS'),
  el('0040A040 CS', 'IMAGE'),
  el('00081199 SQ', [[el('00081150 UI', CT), el('00081155 UI', IMAGE)]]),
];

export function structuredReport(): Uint8Array {
  return writePart10({
    sopClassUID: BASIC_TEXT_SR,
    sopInstanceUID: '2.25.1020',
    transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    elements: [
      ...document('2.25.1021', 'SR'),
      evidence,
      el('0040A040 CS', 'CONTAINER'),
      el('0040A043 SQ', [code('18748-4', 'LN', 'Diagnostic imaging report')]),
      el('0040A050 CS', 'SEPARATE'),
      el('0040A372 SQ', []),
      el('0040A491 CS', 'COMPLETE'),
      el('0040A493 CS', 'UNVERIFIED'),
      el('0040A730 SQ', [
        [
          el('0040A010 CS', 'CONTAINS'),
          el('0040A040 CS', 'TEXT'),
          el('0040A043 SQ', [code('121071', 'DCM', 'Finding')]),
          el('0040A160 UT', 'Rundherd im rechten Oberlappen, 8 mm: größer als zuvor.'),
        ],
        [
          el('0040A010 CS', 'CONTAINS'),
          el('0040A040 CS', 'IMAGE'),
          el('0040A043 SQ', [code('121112', 'DCM', 'Source of Measurement')]),
          el('00081199 SQ', [[el('00081150 UI', CT), el('00081155 UI', IMAGE)]]),
        ],
      ]),
    ],
  });
}

export function keyObjectSelection(): Uint8Array {
  return writePart10({
    sopClassUID: KEY_OBJECT,
    sopInstanceUID: '2.25.1030',
    transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    elements: [
      ...document('2.25.1031', 'KO'),
      evidence,
      el('0040A040 CS', 'CONTAINER'),
      el('0040A043 SQ', [code('113000', 'DCM', 'Of Interest')]),
      el('0040A050 CS', 'SEPARATE'),
      el('0040A504 SQ', [[el('00080105 CS', 'DCMR'), el('0040DB00 CS', '2010')]]),
      el('0040A730 SQ', [imageItem]),
    ],
  });
}

/** One element of every VR that the writer takes, with several values where it may. */
export function everyVr(): Uint8Array {
  const doubles = new Uint8Array(Float64Array.from([1.5, -2]).buffer);
  return writePart10({
    sopClassUID: SECONDARY_CAPTURE,
    sopInstanceUID: '2.25.1040',
    transferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    elements: [
      ...patientAndStudy,
      el('00080001 UL', 7),
      el('00080054 AE', ['STORE1', 'B']),
      el('00080060 CS', 'OT'),
      el('0008002A DT', '20260102101500.123+0100'),
      el('00080120 UR', 'https://example.org/a?b=c'),
      el('00081080 LO', ['Größe', 'two']),
      el('00081140 SQ', [[el('00081150 UI', CT), el('00081155 UI', IMAGE)], []]),
      el('00100040 CS', 'F'),
      el('00101010 AS', '054Y'),
      el('00104000 LT', 'first line\r\nback\\slash'),
      el('00181310 US', [1, 65_535, 0, 3]),
      el('00186020 SL', [-2_147_483_648]),
      el('0020000E UI', '2.25.1041'),
      el('00200013 IS', [-3]),
      el('00280009 AT', ['00181063', '00181065']),
      el('00280030 DS', [0.1, 1e-7]),
      el('00280106 SS', -5),
      el('00281201 OW', Uint8Array.of(1, 2, 3, 4)),
      el('00340007 OB', Uint8Array.of(9, 8, 7)),
      el('00420010 ST', 'Ünterlage'),
      el('00420011 OB', Uint8Array.of(5)),
      el('00480008 FL', []),
      el('00660016 OF', new Uint8Array(Float32Array.from([0.5, 2]).buffer)),
      el('00660040 OL', new Uint8Array(Uint32Array.from([1, 4_000_000_000]).buffer)),
      el('00720052 FL', [1.5, -0.25]),
      el('00720074 FD', [Math.PI]),
      el('00720073 OD', doubles),
      el('00720082 SV', [-(2n ** 63n), 5]),
      el('00720083 UV', 2n ** 64n - 1n),
      el('0072006F UC', 'unlimited, ü'),
      el('7FE00001 OV', new Uint8Array(BigUint64Array.from([0n, 2n ** 40n]).buffer)),
      el('00091001 UN', Uint8Array.of(1, 2)),
      el('00090010 LO', 'OVERREAD'),
    ].filter(({ tag }, i, all) => all.findLastIndex((other) => other.tag === tag) === i),
  });
}
