import type { ParsedObject } from './parse-object.ts';
import { sopKind } from './sop-classes.ts';
import { isVideo } from './transfer-syntax.ts';

/**
 * Why this build cannot draw an object that has pixels, in plain words; null where it can. The frames themselves may
 * still be refused when they are decoded.
 */
export function whyNotDrawn(object: ParsedObject, sopClassUID: string): string | null {
  const { syntax } = object;
  const { notDrawn } = sopKind(sopClassUID);
  if (notDrawn !== undefined) return notDrawn;
  if (syntax.codec === 'none') {
    if (isVideo(syntax)) return `Video (${syntax.name}): no frame of it is shown by this build`;
    const name = syntax.name === 'unknown' ? syntax.uid : `${syntax.name} (${syntax.uid})`;
    return `Transfer syntax ${name} is not decoded by this build`;
  }
  return null;
}
