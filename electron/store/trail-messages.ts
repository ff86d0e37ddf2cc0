import { digestSql, FILED_MESSAGES } from './row-digests.ts';
import { entriesOf, type Kind, of } from './trail-sql.ts';

/** Messages that were filed for every reader; what a reader pasted for themself is no more held than a pasted note. */
export const FILED_MESSAGE_KIND: Kind = {
  name: 'filed message',
  rows: `SELECT json_array(id, ${digestSql(FILED_MESSAGES)}) AS key FROM filed_messages WHERE reader_id IS NULL`,
  entries: entriesOf(
    'file-message',
    `${of('messageId')}, ${of('rowSha256')}`,
    ` AND ${of('pasted')} IS NULL`,
  ),
};
