import type { Store } from '../shared/ports.ts';
import type { Read } from '../shared/read.ts';

/** A read that is in no table: what is shown is about none of the reader's findings. */
export function readBeside(store: Pick<Store, 'readers'>, readerId: string, studyInstanceUID: string): Read {
  return {
    id: '',
    studyInstanceUID,
    readerId,
    readerName: store.readers.find(readerId)?.name ?? '',
    status: 'draft',
    content: { findings: [], noAbnormalFinding: false, impression: '' },
    createdAt: '',
    updatedAt: '',
    committedAt: null,
    framesDisplayed: [],
    framesNotSeen: [],
    aiMode: null,
    aiShownAt: null,
    activeSeconds: null,
    sha256: null,
    signature: null,
  };
}
