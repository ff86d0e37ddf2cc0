/**
 * Where references disagree with each other, and why ours is the reading it is. Every entry is matched against the table:
 * a disagreement that is not explained here shows as such.
 */
export const KNOWN_DISAGREEMENTS: readonly { readonly when: RegExp; readonly words: string }[] = [
  {
    when: /dcmtk: ±1\b/,
    words:
      '12-bit JPEG: dcmtk and gdcm compute the inverse transform in integers, this decoder in floating point. One step apart.',
  },
  {
    when: /dcmtk: exact, gdcm: ±1\b/,
    words:
      'gdcm keeps JPEG colour as YBR, which the comparison turns into RGB in floating point; dcmtk and this decoder use libjpeg’s integer tables. One step apart.',
  },
  {
    when: /gdcm: cannot read it/,
    words:
      'gdcm does not read several fragments a frame without an offset table, nor a file without its last delimiter.',
  },
  {
    when: /pillow: ±1\b/,
    words: 'OpenJPH and OpenJPEG round the irreversible wavelet differently; one step apart.',
  },
  {
    when: /pillow: cannot read it/,
    words: 'pydicom’s splitting into frames stops at a missing last delimiter; each frame is whole.',
  },
];
