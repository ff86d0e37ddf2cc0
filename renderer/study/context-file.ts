import { MESSAGES_LIMIT } from '../../electron/shared/clinical-context.ts';
import { Refused } from '../../electron/shared/errors.ts';
import { looksLikeHl7 } from '../../electron/shared/hl7.ts';

/** What a picked file is: messages, whose bytes go as they are since each names its character set, or a text. */
export type FileContent = { readonly base64: string } | { readonly name: string; readonly text: string };

/** @throws Refused `text-too-long`, `not-text` */
export async function contentOf(file: File): Promise<FileContent> {
  if (file.size > MESSAGES_LIMIT) {
    throw new Refused(
      'text-too-long',
      `${file.name} has more than ${String(MESSAGES_LIMIT)} bytes. Whole archives of messages are filed with 'overread context import'.`,
    );
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  if (looksLikeHl7(binary.slice(0, 64).replace(/^\xef\xbb\xbf/, ''))) return { base64: btoa(binary) };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return { name: file.name.replace(/\.[^.]+$/, '').slice(0, 120), text };
  } catch {
    // Told below.
  }
  throw new Refused(
    'not-text',
    `${file.name} is neither an HL7 message nor a text in UTF-8. Save it as text, or paste its words.`,
  );
}
