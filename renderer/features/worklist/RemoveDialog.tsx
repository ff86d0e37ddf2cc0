import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import type { StudySummary } from '../../../electron/shared/study.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { count, personName } from '../../ui/words.ts';

interface RemoveDialogProps {
  readonly study: StudySummary;
  readonly onClose: () => void;
}

/** Names what is destroyed before it is. */
export function RemoveDialog({ study, onClose }: RemoveDialogProps) {
  const queries = useQueryClient();
  const name = personName(study.patientName);
  const removal = useMutation({
    mutationFn: () => api.removeStudy(study.studyInstanceUID, study.patientName),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.studies });
      onClose();
    },
  });
  return (
    <Dialog
      title="Remove this study?"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button tone="danger" disabled={removal.isPending} onClick={() => removal.mutate()}>
            <Trash2 size={14} aria-hidden /> Remove the study of {name}
          </Button>
        </>
      }
    >
      <dl className="wl-facts">
        <dt>Patient</dt>
        <dd>
          {name} · {study.patientID}
        </dd>
        <dt>Study</dt>
        <dd>
          {study.description === '' ? study.modality : study.description} · {study.date}
        </dd>
        <dt>Contains</dt>
        <dd>
          {count(study.series)} series, {count(study.instances)}{' '}
          {study.instances === 1 ? 'instance' : 'instances'}
        </dd>
      </dl>
      <p>
        Its files are deleted from this workstation, with every read of it and everything made from it. This
        cannot be undone. The audit trail keeps that it was here and who removed it.
      </p>
      {removal.isError ? <ErrorNotice what="The study was not removed." error={removal.error} /> : null}
    </Dialog>
  );
}
