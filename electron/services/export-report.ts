import { Bug } from '../shared/errors.ts';
import type { ReadingPartsWithPixels } from './reading-parts.ts';

export interface PdfRequest {
  readonly studyInstanceUID: string;
  /** Whose read; null (command line): the newest committed read of any reader. */
  readonly readerId: string | null;
  /** Who asks, for the audit trail: a reader's id, or 'operator'. */
  readonly actor: string;
  /** The build, as in `overread --version`. */
  readonly build: string;
}

/**
 * The report as PDF, A4; audited as 'export'.
 *
 * @throws Refused `study-unknown`, `read-not-committed`.
 */
export function exportPdf(_parts: ReadingPartsWithPixels, _request: PdfRequest): Promise<Uint8Array> {
  return Promise.reject(new Bug('export-report is not built yet'));
}
