import { isStack } from '../domain/stack.ts';
import { toOverreadError, Refused } from '../shared/errors.ts';
import type { Decoder, InstanceHeader, Store } from '../shared/ports.ts';
import type { FrameRef, Read } from '../shared/read.ts';

/** Which frames of a study a reader had on the screen, and which not, with the reason. */
export type FramesSeen = Pick<Read, 'framesDisplayed' | 'framesNotSeen'>;

const NOT_DISPLAYED = 'not displayed';

/**
 * Holds what the window reports against what the study has.
 *
 * Objects that this build cannot draw are never seen. Where the study is flagged, every frame is decoded once more: a
 * frame that cannot be decoded was a black tile, whatever the window reports, and is named with its reason.
 *
 * What is withheld until this commit is no frame of the blind read: it is neither seen nor missed.
 *
 * @throws Refused `frame-unknown` where the window reports a frame that the study does not have.
 */
export async function framesSeen(
  { store, decoder, readerId }: { store: Store; decoder: Decoder; readerId: string },
  studyInstanceUID: string,
  reported: readonly FrameRef[],
): Promise<FramesSeen> {
  const withheld = store.studies.withheld(studyInstanceUID, readerId);
  const instances = store.studies
    .instancesOf(studyInstanceUID)
    .filter(({ header }) => !withheld.has(header.sopInstanceUID));
  const frames = instances.flatMap(({ header, location }) =>
    framesOf(header).map((frame) => ({ ...frame, notDrawn: header.notDrawn, location })),
  );
  const known = new Set(frames.map(keyOf));
  const stray = reported.find((frame) => !known.has(keyOf(frame)));
  if (stray !== undefined) {
    throw new Refused(
      'frame-unknown',
      'A frame is reported as displayed that this study does not have. Open the study again.',
      { ...stray },
    );
  }
  const displayed = new Set(reported.map(keyOf));
  const flagged = store.studies.detail(studyInstanceUID, null).flags.length > 0;
  const judged = await Promise.all(
    frames.map(async ({ sopInstanceUID, frame, notDrawn, location }) => {
      const ref: FrameRef = { sopInstanceUID, frame };
      const broken = notDrawn ?? (flagged ? await whyUndecodable(decoder, location, frame) : null);
      const reason = broken ?? (displayed.has(keyOf(ref)) ? null : NOT_DISPLAYED);
      return { ref, reason };
    }),
  );
  return {
    framesDisplayed: judged.flatMap(({ ref, reason }) => (reason === null ? [ref] : [])),
    framesNotSeen: judged.flatMap(({ ref, reason }) => (reason === null ? [] : [{ ...ref, reason }])),
  };
}

function framesOf(header: InstanceHeader): FrameRef[] {
  // What cannot even be laid out counts once: it is an image all the same, and nobody saw it.
  const count = header.undrawnPixels ? 1 : isStack(header) ? (header.image?.frames ?? 0) : 0;
  return Array.from({ length: count }, (_, frame) => ({ sopInstanceUID: header.sopInstanceUID, frame }));
}

function keyOf(frame: FrameRef): string {
  return `${frame.sopInstanceUID}/${frame.frame}`;
}

/** The decoder's reason where it refuses the frame; null where it decodes. Anything but a refusal is passed on. */
async function whyUndecodable(
  decoder: Decoder,
  location: Parameters<Decoder['decode']>[0],
  frame: number,
): Promise<string | null> {
  try {
    await decoder.decode(location, frame);
    return null;
  } catch (thrown) {
    const error = toOverreadError(thrown);
    if (error.type !== 'refused') throw error;
    return `cannot be decoded: ${error.message}`;
  }
}
