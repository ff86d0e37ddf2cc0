import { shownReaderId } from './request.ts';

/** Address of a study, below which its routes lie. */
export const studyAddress = (uid: string): string => `/api/studies/${encodeURIComponent(uid)}`;

/** Address of a model's mask or heatmap; served only after the commit. */
export function mapAddress(
  uid: string,
  map: { recordId: string; outputId: string; sopInstanceUID: string; frame: number },
): string {
  const parts = [map.recordId, map.outputId, map.sopInstanceUID, String(map.frame)];
  return `${studyAddress(uid)}/maps/${parts.map(encodeURIComponent).join('/')}`;
}

/** Address of the report; served only after the commit. */
export function reportAddress(uid: string, readerId: string): string {
  return `${studyAddress(uid)}/report.pdf?reader=${encodeURIComponent(readerId)}`;
}

/** Addresses of what is signed; refused before. */
export function signedReportAddress(uid: string, readerId: string): string {
  return `${studyAddress(uid)}/signed-report.pdf?reader=${encodeURIComponent(readerId)}`;
}
export function patientLetterAddress(uid: string, readerId: string): string {
  return `${studyAddress(uid)}/patient-letter.pdf?reader=${encodeURIComponent(readerId)}`;
}

/** The table of the response as CSV; refused before the commit. */
export function responseCsvAddress(uid: string, readerId: string): string {
  return `${studyAddress(uid)}/response.csv?reader=${encodeURIComponent(readerId)}`;
}

/** The list of refused files as a download. */
export const refusedReport = { csv: '/api/refusals/report.csv', json: '/api/refusals/report.json' } as const;

/** Where the CSV for a registry lies; it names the reader, since it is a download. */
export const assessAiAddress = (): string =>
  `/api/ledger/assess-ai.csv?reader=${encodeURIComponent(shownReaderId() ?? '')}`;
