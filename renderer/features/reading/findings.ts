import type { FrameRef, ReadContent, ReaderFinding } from '../../../electron/shared/read.ts';
import type { Mark } from '../../viewer/marks.ts';

/** The words that stand until the reader has named a finding; a commit waits for that. */
export const UNNAMED = 'Unnamed finding';

type Box = [number, number, number, number];

/** Adds a finding; an explicit 'no abnormal finding' falls with it. */
export function withFinding(content: ReadContent, finding: ReaderFinding): ReadContent {
  return { ...content, noAbnormalFinding: false, findings: [...content.findings, finding] };
}

export function newFinding(shape: 'rectangle' | 'ellipse', box: Box, at: FrameRef): ReaderFinding {
  return {
    id: crypto.randomUUID(),
    sopInstanceUID: at.sopInstanceUID,
    frame: at.frame,
    shape,
    box,
    label: UNNAMED,
    laterality: 'not-stated',
    certainty: 3,
    comment: '',
  };
}

export function changedFinding(content: ReadContent, id: string, change: FindingChange): ReadContent {
  return {
    ...content,
    findings: content.findings.map((finding) => (finding.id === id ? withChange(finding, change) : finding)),
  };
}

/** What changes in a finding; a size of undefined takes it away. */
export type FindingChange = Partial<Omit<ReaderFinding, 'size'>> & {
  readonly size?: ReaderFinding['size'] | undefined;
};

/** A finding without a size has no key for it, so that what is compared and signed is the same as if it had never had one. */
function withChange(finding: ReaderFinding, change: FindingChange): ReaderFinding {
  const { size, ...changed } = { ...finding, ...change };
  return size === undefined ? changed : { ...changed, size };
}

export function withoutFinding(content: ReadContent, id: string): ReadContent {
  return { ...content, findings: content.findings.filter((finding) => finding.id !== id) };
}

/** The findings as outlines on the image, numbered as in the list. */
export function findingMarks(findings: readonly ReaderFinding[]): Mark[] {
  return findings.map((finding, index) => ({
    id: finding.id,
    at: finding,
    shape: finding.shape,
    box: finding.box,
    tone: 'reader',
    label: `${index + 1} ${finding.label}`,
    movable: true,
  }));
}
