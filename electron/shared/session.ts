import * as z from 'zod';
import { aiModeSchema } from './read.ts';

export const readerSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Ed25519 public key, SPKI, base64. */
  publicKey: z.string(),
  createdAt: z.string(),
});
export type Reader = z.infer<typeof readerSchema>;
/** A name stands under reports: no characters that cannot be seen or that turn the ones after them round (Unicode category C). */
export const newReaderSchema = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .regex(/^\P{C}+$/u, 'holds characters that cannot be seen'),
});

/** What the window needs to know about where it runs. */
export const hostInfoSchema = z.object({
  kind: z.enum(['electron', 'browser']),
  version: z.string(),
  /** Whether the host can show its own folder picker; else the page shows a path field alone. */
  canPickFolder: z.boolean(),
  encrypted: z.boolean(),
  freeBytes: z.number().nullable(),
});
export type HostInfo = z.infer<typeof hostInfoSchema>;

export const sessionSchema = z.object({
  host: hostInfoSchema,
  reader: readerSchema.nullable(),
  readers: z.array(readerSchema),
  policy: z.object({ aiMode: aiModeSchema }),
});
export type Session = z.infer<typeof sessionSchema>;
