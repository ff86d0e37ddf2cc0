import type { CheckReportInput, ReportWarning, WarningKind } from '../../shared/report-check.ts';
import { isPathology, type Lexicon } from '../report-text/lexicon.ts';
import { isAffirmed, type Mention } from '../report-text/mentions.ts';
import { type ReadReport, readReport } from '../report-text/read-report.ts';
import { type Mark, placesAgree, readMark, relationTo, sidesAgree } from './marks.ts';

/** What every rule looks at: the study, the marks, the read text and how they meet. */
export interface CheckContext {
  readonly input: CheckReportInput;
  readonly lexicon: Lexicon;
  readonly report: ReadReport;
  readonly marks: readonly Mark[];
  /** Findings and diseases of FINDINGS and IMPRESSION, without those of relatives. */
  readonly mentions: readonly Mention[];
}

export function contextOf(input: CheckReportInput, lexicon: Lexicon): CheckContext {
  const report = readReport(input.text, lexicon);
  const mentions = report.sentences
    .filter(({ section }) => section === 'findings' || section === 'impression')
    .flatMap((sentence) => sentence.mentions)
    .filter(({ type, assertion }) => isPathology(type) && !assertion.family);
  return {
    input,
    lexicon,
    report,
    mentions,
    marks: input.findings.map((finding) => readMark(finding, lexicon)),
  };
}

export function warning(kind: WarningKind, place: readonly [number, number], message: string): ReportWarning {
  return { kind, start: place[0], end: place[1], message };
}

/** A mention that is held, of now or of long standing. */
export function isHeld(mention: Mention): boolean {
  return isAffirmed(mention);
}

/** The mentions that speak of a mark by concept and by place, whatever they say of it and on which side. */
export function mentionsOf(context: CheckContext, mark: Mark): Mention[] {
  const { mentions, lexicon } = context;
  return mentions.filter((mention) => {
    const relation = relationTo(mark, mention, lexicon);
    if (relation === 'none') return false;
    // Only what is the same, wider or narrower can deny a mark: 'no pneumonia' leaves an opacity standing.
    if (mention.assertion.negated && (relation === 'sign' || relation === 'near')) return false;
    if (relation === 'sign' && !speaksFor(context, mention, mark)) return false;
    return placesAgree(mention.anatomy, mark.anatomy, lexicon);
  });
}

/** A diagnosis speaks for a marked sign of it, a sign for a marked diagnosis; a fat pad does not speak for a fracture. */
function speaksFor(context: CheckContext, mention: Mention, mark: Mark): boolean {
  const { lexicon } = context;
  if (mark.ids.some((id) => lexicon.typeOf(id) === 'disease')) return true;
  if (mark.ids.some((id) => mention.ids.some((own) => lexicon.isSignOf(id, own)))) return true;
  // 'A nodule' speaks for a marked neuroma, 'a rupture' for a torn ligament: the vaguer word of one family.
  const below = (ids: readonly string[], family: string): boolean =>
    ids.some((id) => lexicon.above(id).has(family));
  return (
    FAMILIES.some((family) => below(mark.ids, family) && below(mention.ids, family)) &&
    !(lexicon.has(mention.ids, 'loose') && describesOther(context, mention, mark))
  );
}

/** 'T2 hyperintense fistulous track': a loose word describes the finding of another mark that its sentence names. */
function describesOther({ marks, mentions, lexicon }: CheckContext, mention: Mention, mark: Mark): boolean {
  return mentions.some(
    (other) =>
      other !== mention &&
      other.sentence === mention.sentence &&
      !NAMES.has(lexicon.relation(other.ids, mark.ids)) &&
      marks.some((one) => one !== mark && NAMES.has(lexicon.relation(other.ids, one.ids))),
  );
}

const NAMES: ReadonlySet<string> = new Set(['same', 'narrower', 'wider']);
const FAMILIES = ['lesion', 'tear'];

/** Whether a mention can be explained by a mark: concept, place and side. */
export function explains(context: CheckContext, mark: Mark, mention: Mention): boolean {
  return (
    relationTo(mark, mention, context.lexicon) !== 'none' &&
    placesAgree(mention.anatomy, mark.anatomy, context.lexicon) &&
    (sidesAgree(mention.side, mark.side) || !mention.sideIsSure || bothSidesMarked(context, mark, mention))
  );
}

/** A mention of both sides is explained by marks on each, one of one side by a mark of both. */
function bothSidesMarked(context: CheckContext, mark: Mark, mention: Mention): boolean {
  if (mark.side === 'bilateral') return false;
  if (mention.side !== 'bilateral') return false;
  const other = mark.side === 'left' ? 'right' : 'left';
  return context.marks.some(
    (one) => one.side === other && relationTo(one, mention, context.lexicon) !== 'none',
  );
}

/** Two mentions that can be of one thing. */
export function sameThing(context: CheckContext, a: Mention, b: Mention): boolean {
  return (
    context.lexicon.relation(a.ids, b.ids) !== 'none' &&
    placesAgree(a.anatomy, b.anatomy, context.lexicon) &&
    (a.side === null || b.side === null || a.side === b.side || !(a.sideIsSure && b.sideIsSure))
  );
}

/** The words of a mention as they stand. */
export function wordsAt({ report }: CheckContext, mention: Mention): string {
  return report.text.slice(mention.start, mention.end).replaceAll(/\s+/g, ' ');
}

/** A by-finding or one of long standing: it needs neither a mark nor a line in the impression. */
export function isMinor(context: CheckContext, mention: Mention): boolean {
  const { lexicon } = context;
  return (
    describes(context, mention) ||
    mention.assertion.minor ||
    mention.assertion.chronic ||
    lexicon.is(mention.ids[0], 'minor') ||
    lexicon.is(mention.ids[0], 'chronic') ||
    lexicon.is(mention.ids[0], 'general') ||
    lexicon.is(mention.ids[0], 'context')
  );
}

/** A vague word beside the finding that it describes ('low density in keeping with small vessel disease'). */
function describes({ lexicon, mentions, report }: CheckContext, mention: Mention): boolean {
  if (!lexicon.is(mention.ids[0], 'loose')) return false;
  return mentions.some(
    (other) =>
      other !== mention &&
      other.sentence === mention.sentence &&
      isAffirmed(other) &&
      !lexicon.is(other.ids[0], 'loose') &&
      (lexicon.relation(mention.ids, other.ids) !== 'none' ||
        MEANING.test(report.text.slice(mention.end, Math.max(mention.end, other.start)))),
  );
}

/** Words that lead from a sign to what it is held to mean. */
const MEANING =
  /\b(?:keeping|consistent|compatible|represent\w*|due|typical|reflect\w*|indicat\w*|suggest\w*)\b/i;

/** From its denying cue to the end of the mention. */
export function withCue(mention: Mention): readonly [number, number] {
  if (mention.cue === null) return [mention.start, mention.end];
  return [Math.min(mention.cue[0], mention.start), Math.max(mention.cue[1], mention.end)];
}
