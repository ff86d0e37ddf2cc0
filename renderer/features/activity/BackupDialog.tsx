import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Archive, ArchiveRestore } from 'lucide-react';
import { useState } from 'react';
import type { BackupInWindow, BackupState } from '../../../electron/shared/backup.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { when } from '../../ui/words.ts';

interface BackupDialogProps {
  readonly state: BackupState;
  readonly onClose: () => void;
}

const STATES = { good: 'verified', bad: 'BAD', 'not-verified': 'not verified' } as const;

function wordsOf({ id, createdAt, state }: BackupInWindow): string {
  return `${createdAt === null ? 'cannot be read' : when(createdAt)} · ${STATES[state]} (${id})`;
}

/** Makes a backup, and restores one into a folder of its own: never over the data that this window shows. */
export function BackupDialog({ state, onClose }: BackupDialogProps) {
  const queries = useQueryClient();
  const [target, setTarget] = useState(state.target ?? '');
  const [source, setSource] = useState('');
  const [directory, setDirectory] = useState('');
  const folder = target.trim();
  const list = useQuery({
    queryKey: ['backups', folder],
    queryFn: () => api.backups(folder),
    enabled: /^([/\\]|[A-Za-z]:)/.test(folder),
    staleTime: 0,
  });
  const onSuccess = async () => {
    await queries.invalidateQueries({ queryKey: keys.jobs });
    onClose();
  };
  const make = useMutation({ mutationFn: () => api.backUp(folder), onSuccess });
  const restore = useMutation({ mutationFn: () => api.restore(source, directory.trim()), onSuccess });
  const backups = list.data ?? [];
  const bad = backups.filter(({ state }) => state === 'bad');
  const chosen = backups.some(({ path, state }) => path === source && state !== 'bad') ? source : '';
  return (
    <Dialog title="Backups" onClose={onClose}>
      <Notice tone="warning">
        A backup holds patient data and the private keys of the readers, not encrypted: whoever reads it can
        sign as them. Keep it as safe as the data folder, and on another disc.
      </Notice>
      <Field label="Folder of the backups, the whole path">
        <input
          className="input"
          value={target}
          spellCheck={false}
          placeholder="/media/backup/overread"
          onChange={(event) => setTarget(event.target.value)}
        />
      </Field>
      <div className="backup-choices">
        <Button tone="primary" disabled={folder === '' || make.isPending} onClick={() => make.mutate()}>
          <Archive size={14} aria-hidden /> Back up now
        </Button>
        <span className="quiet">
          It is verified by restoring it beside. Work goes on meanwhile.
          {state.at === null || state.target === null
            ? ' None is made by itself: the policy can say when.'
            : ` By itself at ${state.at} to ${state.target}; ${state.keep ?? 0} are kept.`}
        </span>
      </div>
      {make.isError ? <ErrorNotice what="The backup did not start." error={make.error} /> : null}
      <fieldset className="facts">
        <legend>Restore</legend>
        <Field label="Backup">
          <select className="input" value={chosen} onChange={(event) => setSource(event.target.value)}>
            <option value="">
              {backups.length === bad.length ? 'No good backup in this folder' : 'Choose one of this folder'}
            </option>
            {backups.map((backup) => (
              <option key={backup.id} value={backup.path} disabled={backup.state === 'bad'}>
                {wordsOf(backup)}
              </option>
            ))}
          </select>
        </Field>
        {bad.length === 0 ? null : (
          <Notice tone="danger">
            {bad.length === 1 ? 'A backup here is damaged' : `${bad.length} backups here are damaged`} and
            cannot be restored: {bad.map(({ id }) => id).join(', ')}. ‘overread backup verify’ says what is
            wrong.
          </Notice>
        )}
        <Field label="New folder to restore to, the whole path">
          <input
            className="input"
            value={directory}
            spellCheck={false}
            placeholder="/home/reader/overread-restored"
            onChange={(event) => setDirectory(event.target.value)}
          />
        </Field>
        <div className="backup-choices">
          <Button
            disabled={chosen === '' || directory.trim() === '' || restore.isPending}
            onClick={() => restore.mutate()}
          >
            <ArchiveRestore size={14} aria-hidden /> Restore
          </Button>
          <span className="quiet">
            The data of this window stay as they are. To go back to a backup, close the window and call
            ‘overread restore’.
          </span>
        </div>
        {restore.isError ? <ErrorNotice what="The restore did not start." error={restore.error} /> : null}
      </fieldset>
      {list.isError ? <ErrorNotice what="The folder could not be read." error={list.error} /> : null}
    </Dialog>
  );
}
