/** The value of one element; what is allowed depends on the VR. */
export type ElementValue =
  /** Text VRs and DS, IS, UI, DA, TM …: one value, or several (joined by a backslash). */
  | string
  | readonly string[]
  /** US, SS, UL, SL, FL, FD, SV, UV; numbers in DS and IS too. None at all is an empty list. */
  | number
  | readonly number[]
  /** SV, UV beyond 2⁵³. */
  | bigint
  | readonly (number | bigint)[]
  /** OB, OW, UN … as they are, little endian: OW of whole words, OL and OF of four bytes each, OD and OV of eight. */
  | Uint8Array
  /** Items of an SQ. */
  | readonly (readonly DicomElement[])[]
  /** Fragments of encapsulated Pixel Data, one a frame. */
  | { readonly fragments: readonly Uint8Array[] };

export interface DicomElement {
  /** 'GGGGEEEE', hexadecimal. */
  readonly tag: string;
  readonly vr: string;
  readonly value: ElementValue;
}
