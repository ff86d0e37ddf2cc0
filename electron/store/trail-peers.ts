import {
  CONSENSUS_SIGNATURES,
  CONSENSUSES,
  type DigestedTable,
  digestSql,
  REFERRAL_STEPS,
  REFERRALS,
} from './row-digests.ts';
import { among, entriesOf, type Kind, LIVING, of, place } from './trail-sql.ts';

const STEPS = ['referral-accept', 'referral-answer', 'referral-decline', 'referral-withdraw'];
const BEGUN = ['consensus-propose', 'consensus-none'];
const SIGNED = [...BEGUN, 'consensus-agree', 'consensus-withdraw'];
/** That there is no consensus is an answer to a proposal, or a record of its own: such an entry names the reads. */
const BEGINS = ` AND ${of('reads')} IS NOT NULL`;

const UID = '(SELECT uid FROM studies WHERE studies.id = study_id)';
const STEP = {
  row: `referral_id, ${place('referral_id', 'id')}`,
  entry: `${of('referralId')}, ${place(of('referralId'), 'audit.sequence')}`,
};
const SIGNATURE = {
  row: `consensus_id, ${place('consensus_id', 'id')}`,
  entry: `${of('consensusId')}, ${place(of('consensusId'), 'audit.sequence')}`,
};

/** All that a row says, with its times and what its entry does not repeat. Entries of earlier builds name no digest: those are not held. */
function content(name: string, { says, row, entries }: Content): Kind {
  return {
    name: `content of a ${name}`,
    rows: `SELECT json_array(${row}, ${digestSql(says)}) AS key FROM ${says.table}`,
    entries: `SELECT key FROM (${entries}) WHERE key ->> '$[#-1]' IS NOT NULL`,
    laterThanEntries: true,
  };
}

interface Content {
  readonly says: DigestedTable;
  readonly row: string;
  /** The digest is the last of a key. */
  readonly entries: string;
}

/** How a referral stands after its newest step; a reader holds it who accepted or answered it and did not decline since. */
const REFERRAL_STANDS = `
  WITH asked AS (
    SELECT ${of('referralId')} AS id, ${of('toReader')} AS asked FROM audit WHERE audit.action = 'refer' AND ${LIVING}
  ), newest AS (
    SELECT ${of('referralId')} AS id, audit.action AS action, max(audit.sequence) FROM audit
    WHERE audit.action ${among(STEPS)} AND ${LIVING} GROUP BY 1
  ), holder AS (
    SELECT ${of('referralId')} AS id, iif(audit.action = 'referral-decline', NULL, audit.actor) AS reader, max(audit.sequence) FROM audit
    WHERE audit.action ${among(STEPS)} AND audit.action <> 'referral-withdraw' AND ${LIVING} GROUP BY 1
  )
  SELECT json_array(asked.id, CASE newest.action
      WHEN 'referral-accept' THEN 'accepted' WHEN 'referral-answer' THEN 'answered' WHEN 'referral-withdraw' THEN 'withdrawn'
      WHEN 'referral-decline' THEN iif(asked.asked IS NULL, 'open', 'declined') ELSE 'open' END, holder.reader) AS key
  FROM asked LEFT JOIN newest ON newest.id = asked.id LEFT JOIN holder ON holder.id = asked.id`;

/** What the newest signature made of a record; a proposal that nobody answered is replaced by the record that comes after it. */
const CONSENSUS_STANDS = `
  WITH newest AS (
    SELECT ${of('consensusId')} AS id, audit.action AS action, ${of('sha256')} AS sha256, max(audit.sequence) FROM audit
    WHERE audit.action ${among(SIGNED)} AND ${LIVING} GROUP BY 1
  ), followed AS (
    SELECT ${of('previous')} AS sha256 FROM audit
    WHERE audit.action ${among(BEGUN)} AND ${of('previous')} IS NOT NULL AND ${LIVING}
  )
  SELECT json_array(id, CASE action
      WHEN 'consensus-agree' THEN 'agreed' WHEN 'consensus-none' THEN 'no-consensus' WHEN 'consensus-withdraw' THEN 'withdrawn'
      ELSE iif(sha256 IN (SELECT sha256 FROM followed), 'replaced', 'proposed') END) AS key FROM newest`;

/** What readers do with each other's reads: what is asked, each step of it, what two hold together, each signature. */
export const PEER_KINDS: readonly Kind[] = [
  {
    name: 'referral',
    rows: `SELECT json_array(id, ${UID}, ${place('study_id', 'rowid')}, read_id, from_reader, to_reader, ask, reason, about_words, words) AS key
      FROM referrals`,
    entries: entriesOf(
      'refer',
      `${of('referralId')}, audit.study_uid, ${place('audit.study_uid', 'audit.sequence')}, ${of('readId')}, audit.actor,
       ${of('toReader')}, ${of('ask')}, ${of('reason')}, ${of('about')}, coalesce(${of('words')}, '')`,
    ),
  },
  {
    name: 'standing of a referral',
    rows: 'SELECT json_array(id, state, taken_by) AS key FROM referrals',
    entries: REFERRAL_STANDS,
  },
  {
    name: 'step of a referral',
    rows: `SELECT json_array(${STEP.row}, reader_id, 'referral-' || kind, stance, words) AS key FROM referral_steps`,
    entries: entriesOf(
      STEPS,
      `${STEP.entry}, audit.actor, audit.action, ${of('stance')}, coalesce(${of('words')}, '')`,
    ),
  },
  {
    name: 'consensus',
    rows: `SELECT json_array(id, ${UID}, ${place('study_id', 'rowid')}, sha256, proposed_by, first_read, second_read,
        iif(proposed_by = first_reader, second_reader, first_reader)) AS key FROM consensuses`,
    entries: entriesOf(
      BEGUN,
      `${of('consensusId')}, audit.study_uid, ${place('audit.study_uid', 'audit.sequence')}, ${of('sha256')}, audit.actor,
       ${of('reads[0]')}, ${of('reads[1]')}, ${of('with')}`,
      BEGINS,
    ),
  },
  {
    name: 'standing of a consensus',
    rows: 'SELECT json_array(id, state) AS key FROM consensuses',
    entries: CONSENSUS_STANDS,
  },
  {
    name: 'signature of a consensus',
    rows: `SELECT json_array(${SIGNATURE.row}, reader_id, CASE decision
        WHEN 'no-consensus' THEN 'consensus-none' ELSE 'consensus-' || decision END, words) AS key FROM consensus_signatures`,
    // The words of a record that begins are its own, and its first signature has none.
    entries: entriesOf(
      SIGNED,
      `${SIGNATURE.entry}, audit.actor, audit.action, iif(${of('reads')} IS NULL, coalesce(${of('words')}, ''), '')`,
    ),
  },
  content('referral', {
    says: REFERRALS,
    row: 'id',
    entries: entriesOf('refer', `${of('referralId')}, ${of('rowSha256')}`),
  }),
  content('step of a referral', {
    says: REFERRAL_STEPS,
    row: STEP.row,
    entries: entriesOf(STEPS, `${STEP.entry}, ${of('rowSha256')}`),
  }),
  content('consensus', {
    says: CONSENSUSES,
    row: 'id',
    entries: entriesOf(BEGUN, `${of('consensusId')}, ${of('rowSha256')}`, BEGINS),
  }),
  content('signature of a consensus', {
    says: CONSENSUS_SIGNATURES,
    row: SIGNATURE.row,
    entries: entriesOf(SIGNED, `${SIGNATURE.entry}, ${of('signatureSha256')}`),
  }),
];
