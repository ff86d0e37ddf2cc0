/** How the data set and the pixels of an object are encoded (PS3.5 §10, Annex A). */
export type PixelCodec =
  | 'native'
  | 'encapsulated-native'
  | 'deflated-frame'
  | 'rle'
  | 'jpeg-baseline'
  | 'jpeg-extended'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k'
  | 'none';

export interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly encoding: 'implicit-le' | 'explicit-le' | 'explicit-be' | 'deflated';
  /** 'none': this build has no decoder; the object is kept and named. */
  readonly codec: PixelCodec;
  /** True where decoding gives back exactly what was encoded. */
  readonly lossless: boolean;
}

const PREFIX = '1.2.840.10008.1.2';

/** UID without the prefix, name, codec, lossless. All of these are explicit little endian. */
const ENCAPSULATED: readonly (readonly [string, string, PixelCodec, boolean])[] = [
  ['.1.98', 'Encapsulated Uncompressed', 'encapsulated-native', true],
  ['.4.50', 'JPEG Baseline', 'jpeg-baseline', false],
  ['.4.51', 'JPEG Extended', 'jpeg-extended', false],
  ['.4.52', 'JPEG Extended 3 and 5 (retired)', 'none', false],
  ['.4.53', 'JPEG Progressive 6 and 8 (retired)', 'none', false],
  ['.4.54', 'JPEG Progressive 7 and 9 (retired)', 'none', false],
  ['.4.55', 'JPEG Progressive 10 and 12 (retired)', 'none', false],
  ['.4.56', 'JPEG Progressive 11 and 13 (retired)', 'none', false],
  ['.4.57', 'JPEG Lossless', 'jpeg-lossless', true],
  ['.4.70', 'JPEG Lossless SV1', 'jpeg-lossless', true],
  ['.4.80', 'JPEG-LS Lossless', 'jpeg-ls', true],
  ['.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls', false],
  ['.4.90', 'JPEG 2000 Lossless', 'jpeg-2000', true],
  ['.4.91', 'JPEG 2000', 'jpeg-2000', false],
  ['.4.92', 'JPEG 2000 Part 2 Lossless', 'none', true],
  ['.4.93', 'JPEG 2000 Part 2', 'none', false],
  ['.4.94', 'JPIP Referenced', 'none', false],
  ['.4.95', 'JPIP Referenced Deflate', 'none', false],
  ['.4.100', 'MPEG-2 Main Level', 'none', false],
  ['.4.100.1', 'MPEG-2 Main Level, fragmentable', 'none', false],
  ['.4.101', 'MPEG-2 High Level', 'none', false],
  ['.4.101.1', 'MPEG-2 High Level, fragmentable', 'none', false],
  ['.4.102', 'MPEG-4 High Profile', 'none', false],
  ['.4.102.1', 'MPEG-4 High Profile, fragmentable', 'none', false],
  ['.4.103', 'MPEG-4 BD-compatible', 'none', false],
  ['.4.103.1', 'MPEG-4 BD-compatible, fragmentable', 'none', false],
  ['.4.104', 'MPEG-4 for 2D Video', 'none', false],
  ['.4.104.1', 'MPEG-4 for 2D Video, fragmentable', 'none', false],
  ['.4.105', 'MPEG-4 for 3D Video', 'none', false],
  ['.4.105.1', 'MPEG-4 for 3D Video, fragmentable', 'none', false],
  ['.4.106', 'MPEG-4 Stereo', 'none', false],
  ['.4.106.1', 'MPEG-4 Stereo, fragmentable', 'none', false],
  ['.4.107', 'HEVC Main Profile', 'none', false],
  ['.4.108', 'HEVC Main 10 Profile', 'none', false],
  ['.4.110', 'JPEG XL Lossless', 'none', true],
  ['.4.111', 'JPEG XL JPEG Recompression', 'none', false],
  ['.4.112', 'JPEG XL', 'none', false],
  ['.4.201', 'HTJ2K Lossless', 'htj2k', true],
  ['.4.202', 'HTJ2K Lossless RPCL', 'htj2k', true],
  ['.4.203', 'HTJ2K', 'htj2k', false],
  ['.4.204', 'JPIP HTJ2K Referenced', 'none', false],
  ['.4.205', 'JPIP HTJ2K Referenced Deflate', 'none', false],
  ['.5', 'RLE Lossless', 'rle', true],
  ['.8.1', 'Deflated Image Frame', 'deflated-frame', true],
];

const native = (uid: string, name: string, encoding: TransferSyntax['encoding']): TransferSyntax => ({
  uid,
  name,
  encoding,
  codec: 'native',
  lossless: true,
});

export const IMPLICIT_LITTLE_ENDIAN = native(PREFIX, 'Implicit VR Little Endian', 'implicit-le');
export const EXPLICIT_LITTLE_ENDIAN = native(`${PREFIX}.1`, 'Explicit VR Little Endian', 'explicit-le');
export const EXPLICIT_BIG_ENDIAN = native(`${PREFIX}.2`, 'Explicit VR Big Endian', 'explicit-be');

const KNOWN = new Map<string, TransferSyntax>(
  [
    IMPLICIT_LITTLE_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    native(`${PREFIX}.1.99`, 'Deflated Explicit VR Little Endian', 'deflated'),
    ...ENCAPSULATED.map(
      ([suffix, name, codec, lossless]): TransferSyntax => ({
        uid: PREFIX + suffix,
        name,
        encoding: 'explicit-le',
        codec,
        lossless,
      }),
    ),
  ].map((syntax) => [syntax.uid, syntax]),
);

/**
 * What is known of a Transfer Syntax UID. One that is not known is taken as explicit little endian with
 * encapsulated pixels, as PS3.5 §10 asks of every newer one; its pixels are not decoded.
 */
export function transferSyntax(uid: string): TransferSyntax {
  return KNOWN.get(uid) ?? { uid, name: 'unknown', encoding: 'explicit-le', codec: 'none', lossless: false };
}

/** True for MPEG-2, MPEG-4 and HEVC: a stream of dependent frames, which this build does not decode. */
export function isVideo({ name }: Pick<TransferSyntax, 'name'>): boolean {
  return name.startsWith('MPEG') || name.startsWith('HEVC');
}
