import { Hono } from 'hono';
import * as z from 'zod';
import type { StudyQuery } from '../../shared/ports.ts';
import { prioritySchema, statedSchema, studyStatusSchema } from '../../shared/study.ts';
import {
  daySchema,
  priorityFilterSchema,
  sortKeySchema,
  type StudyFilters,
  worklistViewSchema,
} from '../../shared/worklist.ts';
import type { AppDeps } from '../deps.ts';
import { json, pageQuery, param, query, studyParam } from '../valid.ts';

const listQuery = pageQuery.extend({
  query: z.string().max(200).optional(),
  view: worklistViewSchema.optional(),
  modality: z.string().min(1).max(16).optional(),
  status: studyStatusSchema.optional(),
  priority: priorityFilterSchema.optional(),
  receivedFrom: z.iso.datetime().optional(),
  receivedBefore: z.iso.datetime().optional(),
  studiedFrom: daySchema.optional(),
  studiedTo: daySchema.optional(),
  sort: sortKeySchema.optional(),
  order: z.enum(['ascending', 'descending']).optional(),
  after: z.string().max(1000).optional(),
});

const removal = z.object({ confirm: z.string().max(1000) });

/** The worklist and one study: what its files say and what people stated, never what a model made of it. */
export function studyRoutes({ studies, session, events }: AppDeps) {
  return new Hono()
    .get('/studies', query(listQuery), (context) => {
      const { query: text, view, limit, offset, sort, order, after, ...filters } = context.req.valid('query');
      const asked: StudyQuery = {
        limit,
        offset,
        readerId: session.readerId(),
        ...(text === undefined || text === '' ? {} : { query: text }),
        ...(view === undefined ? {} : { view }),
        ...(sort === undefined ? {} : { sort: { key: sort, descending: order !== 'ascending' } }),
        ...(after === undefined ? {} : { after }),
        filters: filters satisfies StudyFilters,
      };
      return context.json(studies.list(asked));
    })
    .get('/modalities', (context) => context.json(studies.modalities()))
    .put(
      '/studies/:study/priority',
      param(studyParam),
      json(z.object({ priority: prioritySchema })),
      (context) => {
        const { study } = context.req.valid('param');
        studies.setPriority(study, context.req.valid('json').priority, session.requireReader().id);
        events.publish({ type: 'study-changed', studyInstanceUID: study });
        return context.json({});
      },
    )
    .get('/studies/:study', param(studyParam), (context) =>
      context.json(studies.detail(context.req.valid('param').study, session.readerId())),
    )
    .delete('/studies/:study', param(studyParam), json(removal), (context) => {
      const { study } = context.req.valid('param');
      studies.remove(study, context.req.valid('json').confirm, session.requireReader().id);
      events.publish({ type: 'studies-changed' });
      return context.json({});
    })
    .put('/studies/:study/stated', param(studyParam), json(statedSchema), (context) => {
      const { study } = context.req.valid('param');
      const reader = session.requireReader();
      studies.state(study, context.req.valid('json'), reader.id);
      events.publish({ type: 'study-changed', studyInstanceUID: study });
      return context.json(studies.detail(study, reader.id));
    });
}
