import { entriesOf, type Kind, LIVING, of, place } from './trail-kind.ts';

/** What readers ask each other and sign together, as their rows and as the trail tells of it. */

const STEPS = "'referral-accept', 'referral-answer', 'referral-decline', 'referral-withdraw'";
const DECISIONS = "'consensus-propose', 'consensus-agree', 'consensus-none', 'consensus-withdraw'";

/** The last step of each referral, as the trail has it. */
const LAST_STEP = `SELECT ${of('referralId')} AS referral, audit.action AS action, audit.actor AS actor, max(audit.sequence)
  FROM audit WHERE audit.action IN (${STEPS}) AND ${LIVING} GROUP BY ${of('referralId')}`;

export const PEER_KINDS: readonly Kind[] = [
  {
    name: 'referral',
    rows: `SELECT json_array(id, read_id, from_reader, to_reader, ask, about_item, about_words, reason, words, created_at) AS key
      FROM referrals`,
    entries: entriesOf(
      'refer',
      `${of('referralId')}, ${of('readId')}, audit.actor, ${of('toReader')}, ${of('ask')}, ${of('itemId')}, ${of('about')},
       ${of('reason')}, coalesce(${of('words')}, ''), ${of('createdAt')}`,
    ),
  },
  {
    name: 'step of referral',
    rows: `SELECT json_array(referral_id, ${place('referral_id', 'id')}, reader_id, kind, stance, words, at) AS key FROM referral_steps`,
    entries: `SELECT json_array(${of('referralId')}, ${place(of('referralId'), 'audit.sequence')}, audit.actor,
        substr(audit.action, length('referral-') + 1), ${of('stance')}, coalesce(${of('words')}, ''), ${of('at')}) AS key
      FROM audit WHERE audit.action IN (${STEPS}) AND ${LIVING}`,
  },
  {
    // How it stands follows from its last step (domain/referral-steps): one to any reader that is declined is open again.
    name: 'standing of referral',
    rows: `SELECT json_array(id, state, CASE WHEN state IN ('accepted', 'answered') THEN taken_by END) AS key FROM referrals`,
    entries: `SELECT json_array(${of('referralId')}, CASE last.action WHEN 'referral-accept' THEN 'accepted' WHEN 'referral-answer' THEN 'answered'
        WHEN 'referral-withdraw' THEN 'withdrawn' WHEN 'referral-decline' THEN iif(${of('toReader')} IS NULL, 'open', 'declined') ELSE 'open' END,
        CASE WHEN last.action IN ('referral-accept', 'referral-answer') THEN last.actor END) AS key
      FROM audit LEFT JOIN (${LAST_STEP}) AS last ON last.referral = ${of('referralId')}
      WHERE audit.action = 'refer' AND ${LIVING}`,
  },
  {
    name: 'consensus',
    rows: `SELECT json_array(id, sha256, first_read, second_read, first_reader, second_reader, proposed_by, proposed_at) AS key FROM consensuses`,
    entries: `SELECT json_array(${of('consensusId')}, ${of('sha256')}, ${of('reads[0]')}, ${of('reads[1]')}, ${of('readers[0]')},
        ${of('readers[1]')}, audit.actor, ${of('proposedAt')}) AS key
      FROM audit WHERE audit.action IN ('consensus-propose', 'consensus-none') AND ${of('reads')} IS NOT NULL AND ${LIVING}`,
  },
  {
    // What is signed besides (words, time) the signature itself holds.
    name: 'signature of consensus',
    rows: `SELECT json_array(consensus_id, ${place('consensus_id', 'id')}, reader_id, decision) AS key FROM consensus_signatures`,
    entries: `SELECT json_array(${of('consensusId')}, ${place(of('consensusId'), 'audit.sequence')}, audit.actor,
        iif(audit.action = 'consensus-none', 'no-consensus', substr(audit.action, length('consensus-') + 1))) AS key
      FROM audit WHERE audit.action IN (${DECISIONS}) AND ${LIVING}`,
  },
];
