import { REFERRAL_REASONS, REFERRAL_STANCES, type Referral, type ReferralStep } from '../shared/referral.ts';
import { type ReportFacts, timeWords } from './export-report-facts.ts';
import { INK, type ReportFlow, type TextStyle } from './export-report-page.ts';

const BODY: TextStyle = { size: 9 };
const SMALL: TextStyle = { size: 7.4, colour: INK.faint };

const DONE = {
  accept: 'accepted',
  answer: 'answered',
  decline: 'declined',
  withdraw: 'withdrew it',
} as const;

/** What was asked of other readers about this study, and what became of it. */
export function drawReferrals(flow: ReportFlow, { referrals }: ReportFacts): void {
  if (referrals.length === 0) return;
  flow.section('Referred to other readers', 30);
  for (const referral of referrals) {
    flow.text(headWords(referral), BODY);
    const { words, about, steps } = referral;
    if (words !== '') flow.text(words, BODY);
    if (about !== null) flow.text(`About: ${about.words}`, SMALL);
    for (const step of steps) flow.text(stepWords(step), SMALL);
    flow.gap(3);
  }
}

function headWords({ from, to, ask, reason, state, createdAt }: Referral): string {
  const asked = ask === 'independent' ? 'an independent read' : 'an opinion';
  const stands = state === 'open' ? 'not answered yet' : state;
  return `${from.name} to ${to?.name ?? 'a second reader'}, ${timeWords(createdAt)}: ${asked}. ${REFERRAL_REASONS[reason]}. ${stands}.`;
}

function stepWords({ kind, by, stance, words, at }: ReferralStep): string {
  const how = stance === null ? '' : ` (${REFERRAL_STANCES[stance]})`;
  return `${by.name} ${DONE[kind]}${how}, ${timeWords(at)}${words === '' ? '' : `: ${words}`}`;
}
