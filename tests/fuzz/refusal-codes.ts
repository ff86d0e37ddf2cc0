/**
 * Every code with which a file or a frame may be refused. A new one is written down here, with its meaning in its message; what
 * is not here counts as a failure of the fuzzer.
 */
export const REFUSAL_CODES: ReadonlySet<string> = new Set([
  // What a file is
  'not-dicom',
  'dicomdir',
  'empty',
  'not-an-image',
  'bad-image',
  'plain-image-needs-facts',
  'unreadable',
  'no-such-path',
  'not-a-file',
  // Its header
  'truncated',
  'bad-header',
  'sequence-too-deep',
  'too-many-elements',
  'too-large',
  'no-transfer-syntax',
  'deflate-ratio',
  'no-sop-class-uid',
  'no-sop-instance-uid',
  'no-study-instance-uid',
  'no-series-instance-uid',
  'bad-uid',
  // Its pixels
  'inconsistent-pixels',
  'pixels-unsupported',
  'pixel-data-missing',
  'pixel-data-short',
  'bad-fragments',
  'bad-palette',
  'transfer-syntax-unsupported',
  'codec-failed',
  'codec-not-proven',
  'frame-out-of-range',
  'decoder-died',
  'decoder-timeout',
  // Archives
  'zip-damaged',
  'zip-too-many',
  'zip-too-large',
  'zip-bomb',
  'zip-path',
  'zip-encrypted',
  'zip-method',
  'zip-ratio',
  'zip-nested',
  'zip-link',
  // What the index of a disc names
  'dicomdir-missing',
  'dicomdir-path',
]);
