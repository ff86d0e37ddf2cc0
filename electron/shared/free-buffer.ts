/**
 * Gives the memory behind an array back at once; the array and all views of its buffer are empty afterwards.
 *
 * The collector sees an array of half a megabyte as an object of a hundred bytes: a thread that takes and drops many of them holds up
 * to 64 MB of what nobody needs before it looks.
 */
export function freeBuffer({ buffer }: ArrayBufferView): void {
  // A shared buffer cannot be given back; one that was moved to another thread has gone already.
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
