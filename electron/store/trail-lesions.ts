import { digestSql, LESION_LINKS, RESPONSE_STATEMENTS } from './row-digests.ts';
import { entriesOf, type Kind, of } from './trail-sql.ts';

/** With either of its two studies a row goes: the other one is named by this part of the entry. */
const lives = (path: string): string => ` AND audit.sequence > coalesce(
  (SELECT max(gone.sequence) FROM audit AS gone WHERE gone.study_uid = ${of(path)} AND gone.action = 'delete'), 0)`;

/** Links of findings over studies, each with all that it says. */
export const LESION_LINK_KIND: Kind = {
  name: 'link of two findings',
  rows: `SELECT json_array(id, iif(linked, 'link-lesion', 'unlink-lesion'), reader_id, ${digestSql(LESION_LINKS)}) AS key FROM lesion_links`,
  entries: entriesOf(
    ['link-lesion', 'unlink-lesion'],
    `${of('linkId')}, audit.action, audit.actor, ${of('rowSha256')}`,
    lives('prior'),
  ),
};

/** What readers state of response, each with all that it says. */
export const RESPONSE_KIND: Kind = {
  name: 'statement of response',
  rows: `SELECT json_array(id, iif(kind = 'undo', 'undo-response', 'state-response'), reader_id, ${digestSql(RESPONSE_STATEMENTS)}) AS key FROM response_statements`,
  entries: entriesOf(
    ['state-response', 'undo-response'],
    `${of('statementId')}, audit.action, audit.actor, ${of('rowSha256')}`,
    lives('baseline'),
  ),
};
