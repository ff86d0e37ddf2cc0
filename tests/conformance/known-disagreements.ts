/**
 * Where references disagree with each other, and why ours is the reading it is. Every entry is matched against the table:
 * a disagreement that is not explained here shows as such.
 */
export const KNOWN_DISAGREEMENTS: readonly { readonly when: RegExp; readonly words: string }[] = [
  {
    when: /^dcmtk: ±1\b/,
    words:
      '12-bit JPEG: dcmtk and gdcm compute the inverse transform in integers, this decoder in floating point. One step apart.',
  },
  {
    when: /dcmtk: exact, gdcm: ±1\b/,
    words:
      'gdcm keeps JPEG colour as YBR, which the comparison turns into RGB in floating point; dcmtk and this decoder use libjpeg’s integer tables. One step apart.',
  },
  {
    when: /pydicom: ±1\b/,
    words:
      'YBR colour that is not compressed: the comparison takes the standard’s matrix in floating point, this decoder libjpeg’s integers, as for compressed colour. One step apart.',
  },
  {
    when: /gdcm: cannot read it/,
    words:
      'gdcm does not read several fragments a frame without an offset table, a file without its last delimiter, nor several of the small objects of many frames that are written here; dcmtk reads them all.',
  },
  {
    when: /pillow: ±1\b/,
    words: 'OpenJPH and OpenJPEG round the irreversible wavelet differently; one step apart.',
  },
  {
    when: /pillow: cannot read it/,
    words: 'pydicom’s splitting into frames stops at a missing last delimiter; each frame is whole.',
  },
  {
    when: /^(modality|colours).*dcmtk: ±1\b/,
    words:
      'dcmtk makes its 8-bit greys in tables of integers and cuts them off; this decoder rounds. One step of 255 apart.',
  },
  {
    when: /greys: ±\d{4,}, dcmtk: (exact|±1\b)/,
    words:
      'Without a VR that says so, pydicom takes a VOI LUT to begin below zero only where stored values are signed; dcmtk and this decoder where rescaled values can be negative.',
  },
  {
    when: /colours: ±255, dcmtk: exact/,
    words:
      'pydicom reads the palette of a big endian file in the wrong byte order; dcmtk and the same file in little endian agree with this decoder.',
  },
];
