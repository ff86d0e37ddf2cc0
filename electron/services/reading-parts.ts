import type { PackManifest } from '../shared/pack.ts';
import type { Clock, Decoder, Store } from '../shared/ports.ts';
import type { AiMode } from '../shared/read.ts';
import type { Terminology } from '../shared/terminology.ts';

/** What the use cases of reading, committing and comparing are given by the host. */
export interface ReadingParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly terminology: Terminology;
  /** Manifests of the installed packs, for limits of use, operating points and display words. */
  readonly packs: () => readonly PackManifest[];
  /** The site's mode; blind first unless told. */
  readonly aiMode?: AiMode;
}

/** With the decoder, where a use case must look at pixels itself. */
export interface ReadingPartsWithPixels extends ReadingParts {
  readonly decoder: Decoder;
}
