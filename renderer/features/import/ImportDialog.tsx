import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FolderOpen, FolderInput } from 'lucide-react';
import { useRef, useState } from 'react';
import { toOverreadError } from '../../../electron/shared/errors.ts';
import type { HostInfo } from '../../../electron/shared/session.ts';
import type { Stated } from '../../../electron/shared/study.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { type NamedFile, upload } from '../../api/upload.ts';
import { FactsFields } from '../../study/FactsFields.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { bytes, count } from '../../ui/words.ts';

interface ImportDialogProps {
  readonly host: HostInfo;
  readonly dropped: readonly NamedFile[];
  readonly onClose: () => void;
}

/** What to import, and what is known of plain images, whose files do not say it. */
export function ImportDialog({ host, dropped, onClose }: ImportDialogProps) {
  const queries = useQueryClient();
  const [paths, setPaths] = useState('');
  const [files, setFiles] = useState(dropped);
  const [facts, setFacts] = useState<Stated>({});
  const [sent, setSent] = useState(0);
  const chooser = useRef<HTMLInputElement>(null);
  const stop = useRef<AbortController | null>(null);
  const size = files.reduce((sum, { file }) => sum + file.size, 0);
  const lines = paths
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const start = useMutation({
    mutationFn: async () => {
      const stated = Object.keys(facts).length === 0 ? null : facts;
      if (files.length === 0) return api.importPaths(lines, stated);
      stop.current = new AbortController();
      const progress = (done: number, total: number) => setSent(total === 0 ? 0 : done / total);
      return upload(files, stated, progress, stop.current.signal);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.jobs });
      onClose();
    },
  });
  const pick = useMutation({
    mutationFn: api.pickPaths,
    onSuccess: (picked) => setPaths((now) => [now, ...picked.paths].filter((line) => line !== '').join('\n')),
  });
  // What was sent so far is removed again by `upload`.
  const close = () => {
    stop.current?.abort();
    onClose();
  };
  const failed = start.error !== null && toOverreadError(start.error).type !== 'cancelled';
  const nothing = files.length === 0 && lines.length === 0;
  return (
    <Dialog
      title="Import"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button tone="primary" disabled={nothing || start.isPending} onClick={() => start.mutate()}>
            <FolderInput size={14} aria-hidden />
            {start.isPending && files.length > 0
              ? `Sending ${Math.round(sent * 100)} %`
              : files.length > 0
                ? `Import ${filesWords(files.length)}`
                : 'Import'}
          </Button>
        </>
      }
    >
      {files.length > 0 ? (
        <p>
          <strong>{filesWords(files.length)}</strong>{' '}
          <span className="quiet">({bytes(size)}), the first:</span> <code>{files[0]?.path}</code>{' '}
          <Button tone="plain" onClick={() => setFiles([])}>
            Leave them out
          </Button>
        </p>
      ) : (
        <>
          <Field label="Files, folders or ZIPs on this computer, one path a line">
            <textarea
              className="input import-paths"
              rows={3}
              value={paths}
              spellCheck={false}
              placeholder="/media/cdrom"
              onChange={(event) => setPaths(event.target.value)}
            />
          </Field>
          <div className="import-choices">
            {host.canPickFolder ? (
              <Button onClick={() => pick.mutate()}>
                <FolderOpen size={14} aria-hidden /> Choose …
              </Button>
            ) : (
              <Button onClick={() => chooser.current?.click()}>
                <FolderOpen size={14} aria-hidden /> Choose files …
              </Button>
            )}
            <span className="quiet">or drop files, folders or a ZIP anywhere on the window</span>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              aria-label="Files to import"
              onChange={(event) =>
                setFiles(Array.from(event.target.files ?? [], (file) => ({ file, path: file.name })))
              }
            />
          </div>
        </>
      )}
      <fieldset className="facts">
        <legend>Plain images (PNG, JPEG, TIFF)</legend>
        <p className="quiet">
          Their files do not say what they show. Say it here for all images of this import; DICOM files keep
          what they say themselves.
        </p>
        <FactsFields facts={facts} onFacts={setFacts} modality />
      </fieldset>
      {pick.isError ? <ErrorNotice what="Nothing was chosen." error={pick.error} /> : null}
      {failed ? <ErrorNotice what="The import did not start." error={start.error} /> : null}
    </Dialog>
  );
}

function filesWords(files: number): string {
  return files === 1 ? '1 file' : `${count(files)} files`;
}
