import type { NamedFile } from '../../api/upload.ts';

/** Every file of a drop, folders walked to the bottom, each with its path below what was dropped. */
export async function droppedFiles(transfer: DataTransfer): Promise<NamedFile[]> {
  // The items are gone after the first await: all entries are taken before it.
  const found: NamedFile[] = [];
  const entries = Array.from(transfer.items).flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    if (entry !== null) return [entry];
    // What is dragged from another program may be a file without a place in a file system.
    const file = item.getAsFile();
    if (file !== null) found.push({ file, path: file.name });
    return [];
  });
  for (const entry of entries) await walk(entry, '', found);
  return found;
}

async function walk(entry: FileSystemEntry, above: string, found: NamedFile[]): Promise<void> {
  const path = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    found.push({ file, path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // readEntries gives at most 100 at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return;
    for (const child of some) await walk(child, `${path}/`, found);
  }
}
