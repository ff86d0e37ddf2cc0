import { useState } from 'react';
import type { HostInfo } from '../../../electron/shared/session.ts';
import type { NamedFile } from '../../api/upload.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { useDrop } from './use-drop.ts';
import './import.css';

interface ImportCenterProps {
  readonly host: HostInfo;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** How an import begins: what is dropped, and the dialog. What becomes of it: features/activity. */
export function ImportCenter({ host, open, onOpen }: ImportCenterProps) {
  const [dropped, setDropped] = useState<readonly NamedFile[]>([]);
  const hovering = useDrop((files) => {
    setDropped(files);
    onOpen(true);
  });
  return (
    <>
      {hovering ? (
        <div className="drop-veil" role="status">
          Drop to import: files, folders or a ZIP
        </div>
      ) : null}
      {open ? (
        <ImportDialog
          host={host}
          dropped={dropped}
          onClose={() => {
            setDropped([]);
            onOpen(false);
          }}
        />
      ) : null}
    </>
  );
}
