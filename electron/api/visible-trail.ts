import type { AuditEntry } from '../shared/audit.ts';
import type { AppDeps } from './deps.ts';

/**
 * One line of the trail for the window. Sequence number and hashes are left out: a gap or a changed link would show
 * that a model's entry lies between. The whole chain is for the operator (`overread audit verify`).
 */
export type TrailLine = Pick<AuditEntry, 'at' | 'actor' | 'action' | 'studyInstanceUID' | 'detail'>;

/** Entries are fetched in pages of this size until enough of them may be shown. */
const PAGE = 500;

/**
 * Newest first as the store gives them, `limit` from `offset`, counted in what the current reader may see: of a study that this reader
 * has not committed only what people did to its files, and this reader's own reading.
 */
export function visibleTrail(
  deps: Pick<AppDeps, 'audit' | 'reading' | 'session'>,
  limit: number,
  offset: number,
): TrailLine[] {
  const readerId = deps.session.readerId();
  const committed = new Map<string, boolean>();
  const isCommitted = (study: string): boolean => {
    const known = committed.get(study);
    if (known !== undefined) return known;
    const is = readerId !== null && deps.reading.isCommitted(study, readerId);
    committed.set(study, is);
    return is;
  };
  const lines: TrailLine[] = [];
  for (let at = 0; lines.length < offset + limit; at += PAGE) {
    const page = deps.audit.list(PAGE, at);
    for (const entry of page) {
      if (isVisible(entry, readerId, isCommitted)) lines.push(lineOf(entry, isCommitted));
    }
    if (page.length < PAGE) break;
  }
  return lines.slice(offset, offset + limit);
}

/** Actions of which a blind reader sees the line, without its particulars. */
const TOLD_LATER: ReadonlySet<AuditEntry['action']> = new Set([
  'import',
  'claim',
  'take-over',
  'release',
  'referral-accept',
  'referral-decline',
]);

function isVisible(
  entry: AuditEntry,
  readerId: string | null,
  isCommitted: (study: string) => boolean,
): boolean {
  switch (entry.action) {
    case 'reader-created':
    case 'install-model':
    case 'remove-model':
    case 'stop-model':
    case 'start-model':
    case 'export-ledger':
    case 'rebuild-ledger':
    case 'import':
    case 'retry-refused':
    case 'clear-refused':
    case 'state-facts':
    case 'set-priority':
    case 'delete':
    case 'backup':
    case 'restore':
      return true;
    case 'claim':
    case 'take-over':
    case 'release':
    case 'open':
    case 'commit':
    case 'addendum':
    case 'refer':
    case 'referral-accept':
    case 'referral-answer':
    case 'referral-decline':
    case 'referral-withdraw':
    case 'consensus-propose':
    case 'consensus-agree':
    case 'consensus-none':
    case 'consensus-withdraw':
    case 'sign-report':
    case 'add-note':
    case 'remove-note':
    case 'file-message':
    case 'report-addendum':
      if (entry.actor === readerId) return true;
      return entry.studyInstanceUID !== null && isCommitted(entry.studyInstanceUID);
    case 'view-ledger':
    case 'open-prior':
    case 'link-lesion':
    case 'unlink-lesion':
    case 'state-response':
    case 'undo-response':
      // They name a prior, and the reader's own read of it: whoever has not committed that one may not know that there is any.
      return entry.actor === readerId;
    case 'peer-review':
      // For whoever wrote it; whose read it is about is told by that reader, not by a list.
      return entry.actor === readerId;
    case 'trial-design':
    case 'trial-blind':
    case 'trial-read':
    case 'trial-simulate':
    case 'trial-analyze':
    case 'trial-export':
    case 'trial-suggest':
    case 'training-step':
      // For the operator: how far other readers are, and what the analysis was asked, is no reader's to know while a study runs.
      return false;
    case 'reveal':
    case 'assess':
    case 'reopen':
    case 'analyze':
    case 'replay':
    case 'export':
      return entry.studyInstanceUID !== null && isCommitted(entry.studyInstanceUID);
  }
}

/**
 * How many files an import brought, and their hashes, count what is withheld too: told after the commit. So is whose study a reader took
 * over, or reads beside.
 */
function lineOf(
  { at, actor, action, studyInstanceUID, detail }: AuditEntry,
  isCommitted: (study: string) => boolean,
): TrailLine {
  const blind = TOLD_LATER.has(action) && studyInstanceUID !== null && !isCommitted(studyInstanceUID);
  const { stated } = detail;
  // How many files and bytes a backup holds counts what models wrote and what is withheld.
  if (action === 'backup' || action === 'restore')
    return { at, actor, action, studyInstanceUID, detail: { id: detail['id'] } };
  return {
    at,
    actor,
    action,
    studyInstanceUID,
    detail: blind ? (stated === undefined ? {} : { stated }) : detail,
  };
}
