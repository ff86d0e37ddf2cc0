import { useEffect, useEffectEvent, useState } from 'react';
import type { NamedFile } from '../../api/upload.ts';
import { droppedFiles } from './dropped-files.ts';

/** Whether a part of the screen under the pointer takes files itself. */
function isTakenThere({ target }: DragEvent): boolean {
  return target instanceof Element && target.closest('[data-takes-files]') !== null;
}

/** Takes what is dropped on the window, but on what takes files itself; gives whether something is being dragged over it. */
export function useDrop(onFiles: (files: NamedFile[]) => void): boolean {
  const [hovering, setHovering] = useState(false);
  const take = useEffectEvent(onFiles);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const onOver = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(!isTakenThere(event));
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setHovering(false);
    };
    const onDrop = (event: DragEvent) => {
      setHovering(false);
      if (!carriesFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      if (isTakenThere(event)) return;
      void droppedFiles(event.dataTransfer).then((files) => {
        if (files.length > 0) take(files);
      });
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  return hovering;
}
