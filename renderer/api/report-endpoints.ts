import {
  type AcknowledgedWarning,
  type ReportContent,
  type ReportView,
  reportViewSchema,
} from '../../electron/shared/report.ts';
import { studyAddress } from './addresses.ts';
import { json, request } from './request.ts';

/** The written report of a study. */
export const reportApi = {
  report: (uid: string): Promise<ReportView> => request(reportViewSchema, `${studyAddress(uid)}/report`),
  beginReport: (uid: string, templateId: string): Promise<ReportView> =>
    request(reportViewSchema, `${studyAddress(uid)}/report`, json('POST', { templateId })),
  /** `keepalive` lets the request outlive the page. */
  saveReport: (
    uid: string,
    content: ReportContent,
    before: ReportContent | null,
    keepalive = false,
  ): Promise<ReportView> =>
    request(reportViewSchema, `${studyAddress(uid)}/report`, {
      ...json('PUT', { content, before }),
      keepalive,
    }),
  signReport: (
    uid: string,
    content: ReportContent | undefined,
    acknowledged: readonly AcknowledgedWarning[],
  ): Promise<ReportView> =>
    request(
      reportViewSchema,
      `${studyAddress(uid)}/report/signature`,
      json('POST', { content, acknowledged }),
    ),
  addReportAddendum: (uid: string, text: string, id: string): Promise<ReportView> =>
    request(reportViewSchema, `${studyAddress(uid)}/report/addenda`, json('POST', { text, id })),
} as const;
