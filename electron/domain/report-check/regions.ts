import type { Lexicon } from '../report-text/lexicon.ts';
import { wordsOf } from '../report-text/tokens.ts';

/** The regions that are in the field of an examination of a body part, neighbours included. */
const FIELDS: Readonly<Record<string, string>> = {
  chest: 'chest lungbase breast shoulder neckbase tspine upperabdomen spine arm',
  abdomen: 'abdomen upperabdomen pelvis lungbase lspine tspine spine hip',
  pelvis: 'pelvis hip abdomen lspine thigh spine pelvisnear',
  head: 'head neck cspine',
  neck: 'neck head cspine neckbase chest shoulder spine tspine',
  cspine: 'cspine neck head tspine neckbase spine shoulder chest',
  tspine: 'tspine cspine lspine chest lungbase upperabdomen spine abdomen',
  lspine: 'lspine tspine pelvis abdomen spine hip upperabdomen',
  spine: 'spine cspine tspine lspine neck chest abdomen pelvis upperabdomen lungbase',
  shoulder: 'shoulder arm chest neckbase',
  arm: 'arm shoulder elbow',
  elbow: 'elbow arm forearm',
  forearm: 'forearm elbow wrist',
  wrist: 'wrist hand forearm',
  hand: 'hand wrist',
  hip: 'hip pelvis thigh lspine',
  thigh: 'thigh hip knee pelvis',
  knee: 'knee leg thigh',
  leg: 'leg knee ankle',
  ankle: 'ankle leg foot',
  foot: 'foot ankle',
  breast: 'breast chest',
};

/** Body Part Examined values of PS3.16 Annex L, and common words, by region. Without spaces and case. */
const PARTS: Readonly<Record<string, string>> = {
  chest: 'chest thorax lung lungs ribs rib sternum heart mediastinum cxr clavicle chestwall',
  abdomen:
    'abdomen liver kidney kidneys spleen pancreas gallbladder abdo kub stomach bowel colon adrenal retroperitoneum upperabdomen bileduct',
  pelvis:
    'pelvis bladder prostate uterus rectum ovary scrotum testis testes cervix pelvic sacrum coccyx sijoint',
  head: 'head brain skull orbit orbits face facialbones sinuses sinus mandible maxilla temporalbone ear iac sella pituitary jaw nose zygoma',
  neck: 'neck thyroid larynx carotid softtissueneck',
  cspine: 'cspine cervicalspine cspineneck',
  tspine: 'tspine thoracicspine dorsalspine',
  lspine: 'lspine lumbarspine lsspine lumbosacralspine',
  spine: 'spine wholespine fullspine vertebra',
  shoulder: 'shoulder scapula acjoint',
  arm: 'arm humerus upperarm',
  elbow: 'elbow',
  forearm: 'forearm radius ulna radiusulna radiusandulna',
  wrist: 'wrist scaphoid carpus',
  hand: 'hand finger thumb fingers',
  hip: 'hip hips',
  thigh: 'thigh femur upperleg',
  knee: 'knee patella',
  leg: 'leg tibia fibula tibiafibula tibfib tibiaandfibula lowerleg calf',
  ankle: 'ankle',
  foot: 'foot toe calcaneus toes heel',
  breast: 'breast mamma',
};

const BY_PART = new Map(
  Object.entries(PARTS).flatMap(([region, parts]) => parts.split(' ').map((part) => [part, region] as const)),
);

/** The regions in the field of an examination of `bodyPart`; null where it is not stated or not known. */
export function regionsOf(bodyPart: string, lexicon: Lexicon): ReadonlySet<string> | null {
  const whole = bodyPart.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (whole === '' || /^(?:wholebody|extremity|unknown|other|bone|joint|skin|vessel)$/.test(whole))
    return null;
  const direct = BY_PART.get(whole);
  const parts =
    direct === undefined
      ? bodyPart
          .toLowerCase()
          .split(/[^a-z]+/)
          .map((part) => BY_PART.get(part))
      : [direct];
  const known = parts.filter((part) => part !== undefined);
  if (known.length > 0) return new Set(known.flatMap((part) => (FIELDS[part] ?? part).split(' ')));
  const words = wordsOf(bodyPart);
  const named = lexicon.anatomy
    .all(words)
    .flatMap(({ values }) => values.flatMap((id) => lexicon.entity(id)?.regions ?? []));
  return named.length === 0
    ? null
    : new Set(named.flatMap((region) => (FIELDS[region] ?? region).split(' ')));
}

/** The regions of the examined part itself, without neighbours; empty where the part is not known. */
export function ownRegionsOf(bodyPart: string): ReadonlySet<string> {
  const region = BY_PART.get(bodyPart.toLowerCase().replaceAll(/[^a-z]/g, ''));
  if (region === undefined) return new Set();
  return new Set((OWN[region] ?? region).split(' '));
}

/** Where an examination is commonly named by more than its own region. */
const OWN: Readonly<Record<string, string>> = {
  abdomen: 'abdomen upperabdomen pelvis',
  pelvis: 'pelvis hip abdomen',
  hip: 'hip pelvis thigh',
  hand: 'hand wrist',
  wrist: 'wrist hand forearm',
  foot: 'foot ankle',
  ankle: 'ankle foot leg',
  leg: 'leg knee ankle',
  thigh: 'thigh hip knee',
  arm: 'arm shoulder elbow',
  shoulder: 'shoulder arm',
  elbow: 'elbow forearm arm',
  forearm: 'forearm elbow wrist',
  knee: 'knee leg thigh',
  neck: 'neck head cspine',
  head: 'head neck',
  spine: 'spine cspine tspine lspine',
};
