import { digestSql, LESION_LINKS } from './row-digests.ts';
import { entriesOf, type Kind, of } from './trail-sql.ts';

/** With either of its two studies a link goes. */
const PRIOR_LIVES = ` AND audit.sequence > coalesce(
  (SELECT max(gone.sequence) FROM audit AS gone WHERE gone.study_uid = ${of('prior')} AND gone.action = 'delete'), 0)`;

/** Links of findings over studies, each with all that it says. */
export const LESION_LINK_KIND: Kind = {
  name: 'link of two findings',
  rows: `SELECT json_array(id, iif(linked, 'link-lesion', 'unlink-lesion'), reader_id, ${digestSql(LESION_LINKS)}) AS key FROM lesion_links`,
  entries: entriesOf(
    ['link-lesion', 'unlink-lesion'],
    `${of('linkId')}, audit.action, audit.actor, ${of('rowSha256')}`,
    PRIOR_LIVES,
  ),
};
