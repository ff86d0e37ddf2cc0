/**
 * Modalities that a person may state in the window (DICOM PS3.3 C.7.3.1.1.1), the commonest first. Files, and the command line, may say
 * others.
 */
export const OFFERED_MODALITIES = [
  'DX',
  'CR',
  'CT',
  'MR',
  'US',
  'MG',
  'XA',
  'RF',
  'NM',
  'PT',
  'SM',
  'XC',
  'ES',
  'OP',
  'OT',
] as const;

/** Body Part Examined (PS3.16 Annex L) that a person may state in the window, from the trunk outwards. */
export const OFFERED_BODY_PARTS = [
  'CHEST',
  'RIB',
  'ABDOMEN',
  'PELVIS',
  'HEAD',
  'SKULL',
  'NECK',
  'SPINE',
  'CSPINE',
  'TSPINE',
  'LSPINE',
  'BREAST',
  'SHOULDER',
  'CLAVICLE',
  'SCAPULA',
  'HUMERUS',
  'UPPERARM',
  'ARM',
  'ELBOW',
  'FOREARM',
  'WRIST',
  'HAND',
  'FINGER',
  'THUMB',
  'HIP',
  'FEMUR',
  'THIGH',
  'KNEE',
  'PATELLA',
  'LEG',
  'LOWERLEG',
  'TIBIA',
  'ANKLE',
  'CALCANEUS',
  'FOOT',
  'TOE',
  'EXTREMITY',
] as const;

/** Taken without a word, besides those that are offered. */
const OTHER_MODALITIES =
  'AR BI BMD CFM DG DMS ECG EPS FA GM IO IVOCT IVUS KER LEN LS NEARIR OAM OCT OPM OPT OSS PX RG RTIMAGE TG VA';
const OTHER_BODY_PARTS =
  'ABDOMENPELVIS AORTA BLADDER BRAIN CALF CAROTID CHESTABDOMEN COCCYX CTSPINE EAR EYE FACE FIBULA HEADNECK HEART JAW KIDNEY LIVER LSSPINE ' +
  'LUNG MAXILLA NOSE ORBIT PANCREAS PROSTATE RADIUS SINUS SSPINE STERNUM THORAX TIBIAFIBULA TLSPINE ULNA UTERUS WHOLEBODY';

const KNOWN: Readonly<Record<'modality' | 'bodyPart', readonly string[]>> = {
  modality: [...OFFERED_MODALITIES, ...OTHER_MODALITIES.split(' ')],
  bodyPart: [...OFFERED_BODY_PARTS, ...OTHER_BODY_PARTS.split(' ')],
};

/** Letters that must be put in, left out or exchanged to make one word of the other. */
function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const now = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      now.push(Math.min((before[j] ?? 0) + 1, (now[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + same));
    }
    before = now;
  }
  return before[b.length] ?? 0;
}

/**
 * Known words that a stated one may have been meant for: up to three, the nearest first.
 *
 * @returns null where the word is known. An empty list: nothing known comes near it.
 */
export function nearestKnown(what: keyof typeof KNOWN, value: string): string[] | null {
  const known = KNOWN[what];
  if (known.includes(value)) return null;
  const most = Math.max(1, Math.floor(value.length / 3));
  return known
    .map((one) => {
      const begins = value.length >= 3 && (one.startsWith(value) || value.startsWith(one));
      return { one, far: begins ? Math.min(1, distance(one, value)) : distance(one, value) };
    })
    .filter(({ far }) => far <= most)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ one }) => one);
}
