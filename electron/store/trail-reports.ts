import { entriesOf, type Kind, of } from './trail-sql.ts';

/** Signed reports and their addenda: what stands in them the hash holds. */
export const REPORT_KINDS: readonly Kind[] = [
  {
    name: 'signed report',
    rows: 'SELECT json_array(id, read_id, reader_id, sha256) AS key FROM reports',
    entries: entriesOf('sign-report', `${of('reportId')}, ${of('readId')}, audit.actor, ${of('sha256')}`),
  },
  {
    name: 'addendum of report',
    rows: 'SELECT json_array(report_id, number, sha256) AS key FROM report_addenda',
    entries: entriesOf('report-addendum', `${of('reportId')}, ${of('number')}, ${of('sha256')}`),
  },
];
