import { isDeepStrictEqual } from 'node:util';
import { Refused } from '../shared/errors.ts';
import type { Read, ReadContent, ReaderFinding } from '../shared/read.ts';
import { currentRead } from './open-study.ts';
import type { ReadingParts } from './reading-parts.ts';

/**
 * Saves a reader's draft. Every mark must lie on a frame of this study, inside its matrix.
 *
 * @throws Refused `read-unknown` (not opened), `read-committed`, `finding-outside-image`, `finding-invalid`
 *   (no such frame, or a box turned inside out), `read-contradicts` (findings and 'no abnormal finding' at once),
 *   `read-changed` where `before` is given and is not what is saved: another window saved since.
 */
export function saveRead(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  readerId: string,
  content: ReadContent,
  before?: ReadContent,
): Read {
  return store.transaction(() => {
    const read = currentRead({ store }, studyInstanceUID, readerId);
    // The same again is no conflict: its first answer may have been lost on the way.
    if (read.status === 'draft' && isDeepStrictEqual(read.content, content)) return read;
    if (before !== undefined) requireUnchanged(read, before);
    if (read.status === 'draft') checkContent({ store }, studyInstanceUID, content);
    return store.reads.save(read.id, content);
  });
}

/** @throws Refused `read-changed` where a draft is not what a window shows of it. */
export function requireUnchanged(read: Read, shown: ReadContent): void {
  if (read.status !== 'draft' || isDeepStrictEqual(read.content, shown)) return;
  throw new Refused(
    'read-changed',
    'This read was changed in another window of this workstation. Choose which of the two is to be kept.',
    { readId: read.id },
  );
}

/** Throws as `saveRead` where the content cannot be what somebody saw on this study. */
export function checkContent(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  content: ReadContent,
): void {
  if (content.noAbnormalFinding && content.findings.length > 0) {
    throw new Refused(
      'read-contradicts',
      `The read says 'no abnormal finding' and holds ${content.findings.length} finding(s). Remove one or the other.`,
    );
  }
  const ids = new Set(content.findings.map((finding) => finding.id));
  if (ids.size !== content.findings.length) {
    throw new Refused('finding-invalid', 'Two findings have the same id. Remove one and mark it again.');
  }
  for (const finding of content.findings) checkFinding({ store }, studyInstanceUID, finding);
}

function checkFinding(
  { store }: Pick<ReadingParts, 'store'>,
  studyInstanceUID: string,
  finding: ReaderFinding,
): void {
  const { header } = store.studies.instance(finding.sopInstanceUID);
  const detail = {
    findingId: finding.id,
    sopInstanceUID: finding.sopInstanceUID,
    frame: finding.frame,
    box: finding.box,
  };
  // A draft's reader has not committed: what is withheld from everybody is withheld from them.
  if (store.studies.withheld(header.studyInstanceUID, null).has(finding.sopInstanceUID)) {
    throw new Refused('instance-unknown', 'This object is not here (any more).', {
      sopInstanceUID: finding.sopInstanceUID,
    });
  }
  if (header.studyInstanceUID !== studyInstanceUID) {
    throw new Refused(
      'finding-invalid',
      `'${finding.label}' is marked on an image of another study. Mark it again.`,
      detail,
    );
  }
  const { image } = header;
  if (image === null || finding.frame >= image.frames) {
    throw new Refused(
      'finding-invalid',
      `'${finding.label}' is marked on frame ${finding.frame + 1}, but that object has ${image?.frames ?? 0} frame(s). Mark it again.`,
      detail,
    );
  }
  const [x0, y0, x1, y1] = finding.box;
  if (!(x0 < x1 && y0 < y1)) {
    throw new Refused(
      'finding-invalid',
      `The mark of '${finding.label}' has no extent. Draw it again.`,
      detail,
    );
  }
  // Pixel centres are whole numbers, so the matrix reaches half a pixel beyond the first and last.
  const inside = x0 >= -0.5 && y0 >= -0.5 && x1 <= image.columns - 0.5 && y1 <= image.rows - 0.5;
  if (!inside) {
    throw new Refused(
      'finding-outside-image',
      `The mark of '${finding.label}' reaches beyond the image (${image.columns} × ${image.rows} pixels). Draw it inside the image.`,
      detail,
    );
  }
}
