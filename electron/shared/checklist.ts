import * as z from 'zod';

/** How a region was found. A region that nobody spoke of is in no state: nothing is taken for normal. */
export const checkStateSchema = z.enum(['normal', 'abnormal', 'not-assessed']);
export type CheckState = z.infer<typeof checkStateSchema>;

/** Item id → state. */
export const checklistAnswersSchema = z.record(z.string().max(64), checkStateSchema);
export type ChecklistAnswers = z.infer<typeof checklistAnswersSchema>;

export interface Checklist {
  readonly id: string;
  readonly title: string;
  readonly items: readonly { readonly id: string; readonly label: string }[];
}

const RADIOGRAPHS = ['CR', 'DX', 'RF', 'XA'];

function items(...labels: string[]): Checklist['items'] {
  return labels.map((label) => ({ id: label.toLowerCase().replaceAll(/[^a-z]+/g, '-'), label }));
}

interface Known extends Checklist {
  readonly modalities: readonly string[];
  /** DICOM Body Part Examined (PS3.16 Annex L) as files write it, in upper case; empty: any. */
  readonly bodyParts: readonly string[];
}

const LIMBS = [
  'HAND',
  'WRIST',
  'FOREARM',
  'ARM',
  'ELBOW',
  'SHOULDER',
  'HUMERUS',
  'CLAVICLE',
  'FINGER',
  'THUMB',
  'FOOT',
  'ANKLE',
  'LEG',
  'KNEE',
  'HIP',
  'FEMUR',
  'TIBIA',
  'TOE',
  'EXTREMITY',
  'PELVIS',
];
const HEAD = ['HEAD', 'BRAIN', 'SKULL', 'HEADNECK'];
const BELLY = ['ABDOMEN', 'ABDOMENPELVIS', 'LIVER', 'KIDNEY', 'PANCREAS', 'ABDOPELV'];
const SPINE = ['SPINE', 'CSPINE', 'TSPINE', 'LSPINE', 'CTSPINE', 'TLSPINE', 'LSSPINE', 'SSPINE'];

/** What is looked through by habit, our own words. The first that fits is taken. */
const KNOWN: readonly Known[] = [
  {
    id: 'chest-radiograph',
    title: 'Chest radiograph',
    modalities: RADIOGRAPHS,
    bodyParts: ['CHEST', 'LUNG', 'THORAX', 'RIB'],
    items: items(
      'Lungs',
      'Pleura',
      'Heart',
      'Mediastinum and hila',
      'Diaphragm and below',
      'Bones',
      'Soft tissues',
      'Lines and devices',
    ),
  },
  {
    id: 'chest-ct',
    title: 'Chest CT',
    modalities: ['CT'],
    bodyParts: ['CHEST', 'LUNG', 'THORAX'],
    items: items(
      'Lungs',
      'Airways',
      'Pleura',
      'Mediastinum and hila',
      'Heart and great vessels',
      'Chest wall and bones',
      'Upper abdomen',
      'Lines and devices',
    ),
  },
  {
    id: 'head',
    title: 'Head',
    modalities: ['CT', 'MR'],
    bodyParts: HEAD,
    items: items(
      'Brain tissue',
      'Ventricles and cisterns',
      'Spaces around the brain',
      'Midline',
      'Vessels',
      'Sinuses and mastoids',
      'Orbits',
      'Skull and soft tissues',
    ),
  },
  {
    id: 'abdomen',
    title: 'Abdomen and pelvis',
    modalities: ['CT', 'MR'],
    bodyParts: [...BELLY, 'PELVIS'],
    items: items(
      'Liver and bile ducts',
      'Spleen',
      'Pancreas',
      'Adrenals and kidneys',
      'Bowel',
      'Peritoneum',
      'Vessels and nodes',
      'Pelvic organs',
      'Bones',
      'Lung bases',
    ),
  },
  {
    id: 'spine',
    title: 'Spine',
    modalities: [...RADIOGRAPHS, 'CT', 'MR'],
    bodyParts: SPINE,
    items: items('Alignment', 'Vertebrae', 'Discs', 'Canal and cord', 'Joints', 'Soft tissues'),
  },
  {
    id: 'limb-radiograph',
    title: 'Limb radiograph',
    modalities: RADIOGRAPHS,
    bodyParts: LIMBS,
    items: items('Bones', 'Joints and alignment', 'Growth plates', 'Soft tissues', 'Implants and casts'),
  },
];

/** The checklist for images of these modalities and body parts; null where there is none, or they say neither. */
export function checklistFor(modalities: readonly string[], bodyParts: readonly string[]): Checklist | null {
  const parts = bodyParts.map((part) => part.toUpperCase().replaceAll(/[^A-Z]/g, ''));
  const found = KNOWN.find(
    (known) =>
      modalities.some((modality) => known.modalities.includes(modality)) &&
      parts.some((part) => known.bodyParts.includes(part)),
  );
  if (found === undefined) return null;
  const { id, title, items: list } = found;
  return { id, title, items: list };
}

/** The label of an item of any checklist; its id where no build knows it. */
export function checkLabel(id: string): string {
  return KNOWN.flatMap(({ items: list }) => list).find((item) => item.id === id)?.label ?? id;
}
