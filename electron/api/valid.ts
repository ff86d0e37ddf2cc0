import { validator } from 'hono/validator';
import * as z from 'zod';
import { Refused } from '../shared/errors.ts';
import { uidSchema } from '../shared/study.ts';

/** Throws `Refused('request-invalid')` which names the fields that are wrong, never their values. */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({ path: issue.path.join('.'), problem: issue.message }));
  const named = fields
    .map(({ path, problem }) => `${path === '' ? 'the whole' : path}: ${problem}`)
    .join('; ');
  throw new Refused('request-invalid', `The request is not as it must be (${named}).`, { fields });
}

export const json = <S extends z.ZodType>(schema: S) =>
  validator('json', (value: unknown): z.infer<S> => parsed(schema, value));

export const query = <S extends z.ZodType>(schema: S) =>
  validator('query', (value: unknown): z.infer<S> => parsed(schema, value));

export const param = <S extends z.ZodType>(schema: S) =>
  validator('param', (value: unknown): z.infer<S> => parsed(schema, value));

export const studyParam = z.object({ study: uidSchema });

const count = z.coerce.number().int().nonnegative();

/** `?limit&offset` of the lists. */
export const pageQuery = z.object({
  limit: count.max(1000).default(100),
  offset: count.default(0),
});

/** `?from&count` of the slabs. */
export const slabQuery = z.object({
  from: count.default(0),
  count: z.coerce.number().int().min(1).max(64).default(16),
});

export const frameIndex = count;
