import { useState } from 'react';
import type { SavedView } from '../../../electron/shared/worklist.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { useViewChange } from './use-view-change.ts';

interface ViewNameDialogProps {
  readonly title: string;
  readonly name: string;
  /** On the button that does it. */
  readonly act: string;
  readonly onName: (name: string) => Promise<SavedView[]>;
  readonly onClose: (views: readonly SavedView[] | null) => void;
}

/** Asks for a view's name. */
export function ViewNameDialog({ title, name: before, act, onName, onClose }: ViewNameDialogProps) {
  const [name, setName] = useState(before);
  const change = useViewChange();
  const submit = () => {
    if (name.trim() !== '') change.mutate(() => onName(name.trim()), { onSuccess: onClose });
  };
  return (
    <Dialog
      title={title}
      onClose={() => onClose(null)}
      footer={
        <>
          <Button onClick={() => onClose(null)}>Cancel</Button>
          <Button tone="primary" disabled={name.trim() === '' || change.isPending} onClick={submit}>
            {act}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Field label="Name of the view">
          <input
            className="input"
            value={name}
            maxLength={60}
            data-autofocus
            placeholder="Night CT, my knees, …"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
      </form>
      <p className="quiet">
        It keeps the view, search, filters and order. It is yours alone; other readers do not see it.
      </p>
      {change.isError ? <ErrorNotice what="The view was not saved." error={change.error} /> : null}
    </Dialog>
  );
}
