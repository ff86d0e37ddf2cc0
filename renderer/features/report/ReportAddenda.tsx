import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReportView } from '../../../electron/shared/report.ts';
import { api } from '../../api/endpoints.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { when } from '../../ui/words.ts';

interface ReportAddendaProps {
  readonly study: string;
  readonly view: ReportView;
  readonly onView: (view: ReportView) => void;
}

/** What was added to a signed report, and a field for more. */
export function ReportAddenda({ study, view, onView }: ReportAddendaProps) {
  const [text, setText] = useState('');
  const [id, setId] = useState(() => crypto.randomUUID());
  const add = useMutation({
    mutationFn: () => api.addReportAddendum(study, text, id),
    onSuccess: (next) => {
      onView(next);
      setText('');
      setId(crypto.randomUUID());
    },
  });
  return (
    <section className="report-addenda" aria-label="Addenda to the report">
      <h3>Addenda</h3>
      {view.addenda.length === 0 ? <p className="quiet">None.</p> : null}
      <ol className="addenda">
        {view.addenda.map(({ id: key, number, text: words, signedAt, sha256 }) => (
          <li key={key}>
            <p className="impression">{words}</p>
            <p className="quiet">
              Addendum {number} · signed {when(signedAt)} · SHA-256 {sha256.slice(0, 12)}…
            </p>
          </li>
        ))}
      </ol>
      <form
        className="report-addenda__form"
        onSubmit={(event) => {
          event.preventDefault();
          // Twice pressed is once signed.
          if (!add.isPending) add.mutate();
        }}
      >
        {add.isError ? <ErrorNotice what="The addendum was not added." error={add.error} /> : null}
        <Field label="Addendum to the signed report">
          <textarea
            className="input"
            rows={3}
            value={text}
            maxLength={20000}
            onChange={(event) => setText(event.target.value)}
          />
        </Field>
        <Button type="submit" disabled={text.trim() === '' || add.isPending}>
          Sign and add
        </Button>
      </form>
    </section>
  );
}
