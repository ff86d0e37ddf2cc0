import { Hono } from 'hono';
import * as z from 'zod';
import { MAX_VIEWS, viewNameSchema, worklistChoiceSchema } from '../../shared/worklist.ts';
import type { AppDeps } from '../deps.ts';
import { json, param } from '../valid.ts';

const viewParam = z.object({ id: z.string().max(64) });
const newView = z.object({ name: viewNameSchema, choice: worklistChoiceSchema });
const changes = z.object({ name: viewNameSchema.optional(), choice: worklistChoiceSchema.optional() });
const order = z.object({ ids: z.array(z.string().max(64)).max(MAX_VIEWS) });

/** The current reader's saved views of the worklist; every answer is the list as it is now. */
export function viewRoutes({ views, session }: AppDeps) {
  return new Hono()
    .get('/views', (context) => {
      const readerId = session.readerId();
      return context.json(readerId === null ? [] : views.list(readerId));
    })
    .post('/views', json(newView), (context) => {
      const { name, choice } = context.req.valid('json');
      const readerId = session.requireReader().id;
      views.save(readerId, name, choice);
      return context.json(views.list(readerId));
    })
    .put('/views', json(order), (context) => {
      const readerId = session.requireReader().id;
      views.order(readerId, context.req.valid('json').ids);
      return context.json(views.list(readerId));
    })
    .put('/views/:id', param(viewParam), json(changes), (context) => {
      const { name, choice } = context.req.valid('json');
      const readerId = session.requireReader().id;
      views.change(readerId, context.req.valid('param').id, {
        ...(name === undefined ? {} : { name }),
        ...(choice === undefined ? {} : { choice }),
      });
      return context.json(views.list(readerId));
    })
    .delete('/views/:id', param(viewParam), (context) => {
      const readerId = session.requireReader().id;
      views.remove(readerId, context.req.valid('param').id);
      return context.json(views.list(readerId));
    });
}
