import {
  type Asked,
  type Column,
  type ConditionName,
  hasDays,
  hasReceived,
  priorityWhere,
  type Source,
} from './worklist-sources.ts';
import { standingCondition, viewCondition } from './worklist-view.ts';

/** One condition on the rows of a source. */
export interface Condition {
  readonly sql: string;
  /** What it looks at outside the source, for each row. */
  readonly looksUp: 'nothing' | 'standing' | 'row';
}

/** SQL of a column as the source has it; else from the study's own row. */
export function columnOf(source: Source, column: Column): string {
  return source.columns[column] ?? `(SELECT ${column} FROM studies AS own WHERE own.id = ${source.id})`;
}

/** Whether a modality is among those of a study, which its row joins by a backslash. */
const hasModality = (column: string): string =>
  `instr('\\' || ${column} || '\\', '\\' || @modality || '\\') > 0`;

/** What a row of this source must still meet, the cheapest first. */
export function conditionsOn(source: Source, asked: Asked): Condition[] {
  const { filters, view, words } = asked;
  const conditions: Condition[] = [];
  const on = (name: ConditionName, column: Column, sql: (column: string) => string): void => {
    if (source.holds.includes(name)) return;
    conditions.push({
      sql: sql(columnOf(source, column)),
      looksUp: source.columns[column] === undefined ? 'row' : 'nothing',
    });
  };
  if (filters.priority !== undefined)
    on('priority', 'priority', (column) => priorityWhere(filters, column) ?? '1');
  if (hasDays(filters))
    on('studied', 'study_day', (column) => `${column} BETWEEN @studiedFrom AND @studiedTo`);
  if (filters.modality !== undefined) on('modality', 'modality', hasModality);
  if (hasReceived(filters))
    on('received', 'received_at', (column) => `${column} >= @receivedFrom AND ${column} < @receivedBefore`);
  if (filters.status !== undefined && !source.holds.includes('status')) {
    const sql =
      filters.status === 'new'
        ? standingCondition({ has: false, table: 'standings', standing: 'standing >= 1' }, source.id)
        : standingCondition({ has: true, table: 'standings', standing: 'standing = @status' }, source.id);
    conditions.push({ sql, looksUp: 'standing' });
  }
  if (view !== 'all' && !source.holds.includes('view'))
    conditions.push({ sql: viewCondition(view, source.id), looksUp: 'standing' });
  if (words.length > 0 && !source.holds.includes('words')) {
    const holding = words.map((_, i) => `instr(own.search, @word${i}) > 0`).join(' AND ');
    conditions.push({
      sql: `EXISTS (SELECT 1 FROM studies AS own WHERE own.id = ${source.id} AND ${holding})`,
      looksUp: 'row',
    });
  }
  const dear = ['nothing', 'standing', 'row'];
  return conditions.toSorted((a, b) => dear.indexOf(a.looksUp) - dear.indexOf(b.looksUp));
}
