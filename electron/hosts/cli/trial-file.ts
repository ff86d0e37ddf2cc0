import { readFile } from 'node:fs/promises';
import { text as allText } from 'node:stream/consumers';
import * as z from 'zod';
import { Refused } from '../../shared/errors.ts';
import { codeSchema, opinionSchema } from '../../shared/reader-study.ts';

/** `trial record`. */
export const givenReadsSchema = z
  .array(
    z.strictObject({
      reader: codeSchema,
      case: codeSchema,
      final: opinionSchema,
      blind: opinionSchema.nullable().default(null),
    }),
  )
  .min(1)
  .max(10_000);

/**
 * A JSON document of this form from a file, or from standard input where the path is `-`.
 *
 * @throws Refused `unreadable-file`; `code` with where in the document the first fault lies.
 */
export async function readDocument<T>(
  path: string,
  schema: z.ZodType<T>,
  code: string,
  what: string,
): Promise<T> {
  const text = await readText(path);
  let document: unknown;
  try {
    // A byte order mark is what Windows editors put before JSON.
    document = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw new Refused(code, `${path} is not JSON: ${(thrown as Error).message}.`, undefined, thrown);
  }
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'the document' : issue.path.join('.');
  throw new Refused(
    code,
    `${path} is not ${what}: ${where}: ${issue?.message ?? 'not as expected'}. docs/reader-study.md says what it holds.`,
  );
}

async function readText(path: string): Promise<string> {
  try {
    return path === '-' ? await allText(process.stdin) : await readFile(path, 'utf8');
  } catch (thrown) {
    throw new Refused(
      'unreadable-file',
      `${path} cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'error'}). Check its name and that you may read it.`,
      undefined,
      thrown,
    );
  }
}
