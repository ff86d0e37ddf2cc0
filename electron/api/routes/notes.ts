import { Hono } from 'hono';
import * as z from 'zod';
import { addMessagesSchema, addNoteSchema } from '../../shared/clinical-context.ts';
import type { AppDeps } from '../deps.ts';
import { json, param, studyParam } from '../valid.ts';

const noteParam = studyParam.extend({ note: z.string().max(64) });

/**
 * Clinical texts beside a study: no gate before them, since nothing of them comes from a model of images, and the service keeps back what another
 * reader said of these images.
 */
export function noteRoutes({ notes, session }: AppDeps) {
  return new Hono()
    .get('/studies/:study/context', param(studyParam), async (context) =>
      context.json(await notes.list(context.req.valid('param').study, session.requireReader().id)),
    )
    .post('/studies/:study/context', param(studyParam), json(addNoteSchema), async (context) => {
      const { study } = context.req.valid('param');
      const reader = session.requireReader();
      notes.add(study, reader.id, context.req.valid('json'));
      return context.json(await notes.list(study, reader.id));
    })
    .post('/studies/:study/context/messages', param(studyParam), json(addMessagesSchema), async (context) => {
      const { study } = context.req.valid('param');
      const reader = session.requireReader();
      notes.addMessages(study, reader.id, context.req.valid('json'));
      return context.json(await notes.list(study, reader.id));
    })
    .delete('/studies/:study/context/:note', param(noteParam), async (context) => {
      const { study, note } = context.req.valid('param');
      const reader = session.requireReader();
      notes.remove(study, reader.id, note);
      return context.json(await notes.list(study, reader.id));
    });
}
