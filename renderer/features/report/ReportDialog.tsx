import { useMutation } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import { useState } from 'react';
import type {
  AcknowledgedWarning,
  ReportContent,
  ReportSectionKey,
  ReportView,
} from '../../../electron/shared/report.ts';
import type { StudyDetail } from '../../../electron/shared/study.ts';
import { patientLetterAddress, signedReportAddress } from '../../api/addresses.ts';
import { api } from '../../api/endpoints.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { once } from '../../ui/once.ts';
import { State } from '../../ui/State.tsx';
import { when } from '../../ui/words.ts';
import { PatientLetter } from './PatientLetter.tsx';
import { acknowledgement, type Place, placeOf, sameAcknowledgement } from './places.ts';
import { ReportAddenda } from './ReportAddenda.tsx';
import './report.css';
import { SectionField } from './SectionField.tsx';
import { useReport } from './use-report.ts';
import { WarningList } from './WarningList.tsx';

const PAGES = { report: 'Report', patient: 'Letter to the patient' } as const;

interface ReportDialogProps {
  readonly study: StudyDetail;
  readonly readerId: string;
  readonly onClose: () => void;
}

/** The report of the committed read: written, checked, signed, printed; and the letter to the patient. */
export function ReportDialog({ study, readerId, onClose }: ReportDialogProps) {
  const uid = study.studyInstanceUID;
  const { view, content, fresh, error, onContent, onView, keep } = useReport(uid);
  const [page, setPage] = useState<keyof typeof PAGES>('report');
  const [over, setOver] = useState<readonly AcknowledgedWarning[]>([]);
  const [focus, setFocus] = useState<{ place: Place; number: number } | null>(null);
  const sign = useMutation({
    mutationFn: async () => {
      const kept = await keep();
      return api.signReport(uid, kept?.content ?? content, over);
    },
    onSuccess: onView,
  });
  const begin = useMutation({
    mutationFn: (templateId: string) => api.beginReport(uid, templateId),
    onSuccess: onView,
  });
  if (view === undefined || content === undefined) {
    return (
      <Dialog title="Report" onClose={onClose}>
        {error === null ? (
          <State title="Drafting the report …" />
        ) : (
          <ErrorNotice what="The report could not be read." error={error} />
        )}
      </Dialog>
    );
  }
  const signed = view.signed !== null;
  const seen = view.warnings.every((warning) =>
    over.some((one) => sameAcknowledgement(one, acknowledgement(view, warning))),
  );
  const whyNot =
    view.cannotSign ?? (!seen ? 'Correct what the check objects to, or sign over each by name.' : null);
  const places = fresh ? view.warnings.map((warning) => placeOf(content, warning)) : [];
  const withText = (key: ReportSectionKey) => (text: string) =>
    onContent({
      ...content,
      sections: content.sections.map((one) => (one.key === key ? { ...one, text } : one)),
    });

  return (
    <Dialog
      wide
      title={signed ? 'Report, signed' : 'Report'}
      onClose={onClose}
      footer={
        <ReportFoot
          study={study}
          readerId={readerId}
          view={view}
          content={content}
          whyNot={whyNot}
          pending={sign.isPending || !fresh}
          onSign={() => sign.mutate()}
        />
      }
    >
      <Notices view={view} error={error} signError={sign.error} />
      <div className="report-head">
        <Tabs label="Which text" panel="report" names={PAGES} chosen={page} onChoose={setPage} />
        {signed ? null : (
          <TemplateChoice view={view} busy={begin.isPending} onBegin={(id) => begin.mutate(id)} />
        )}
      </div>
      <div id="report" role="tabpanel" aria-labelledby={`report-tab-${page}`} className="report-body">
        {page === 'report' ? (
          <>
            <div className="report-sections">
              {content.sections.map(({ key, heading, text }) => (
                <SectionField
                  key={key}
                  id={`report-${key}`}
                  heading={heading}
                  text={text}
                  readOnly={signed}
                  places={places.filter((place): place is Place => place?.key === key)}
                  focus={focus !== null && focus.place.key === key ? focus : null}
                  onText={withText(key)}
                />
              ))}
            </div>
            <div className="report-side">
              {signed ? (
                <ReportAddenda study={uid} view={view} onView={onView} />
              ) : (
                <WarningList
                  view={view}
                  fresh={fresh}
                  over={over}
                  onShow={(warning) => {
                    const place = placeOf(content, warning);
                    if (place !== null) setFocus((now) => ({ place, number: (now?.number ?? 0) + 1 }));
                  }}
                  onOver={(one, chosen) =>
                    setOver((now) => [
                      ...now.filter((other) => !sameAcknowledgement(other, one)),
                      ...(chosen ? [one] : []),
                    ])
                  }
                />
              )}
            </div>
          </>
        ) : (
          <PatientLetter
            patient={content.patient}
            readOnly={signed}
            onPatient={(patient) => onContent({ ...content, patient })}
          />
        )}
      </div>
    </Dialog>
  );
}

function Notices({
  view,
  error,
  signError,
}: {
  readonly view: ReportView;
  readonly error: unknown;
  readonly signError: unknown;
}) {
  return (
    <>
      {error === null ? null : <ErrorNotice what="The report is not kept." error={error} />}
      {signError === null ? null : <ErrorNotice what="The report was not signed." error={signError} />}
      {view.intact ? null : (
        <Notice tone="danger">
          This report is not as it was signed: its data were changed from outside. It is not exported.
        </Notice>
      )}
      {view.outdated ? (
        <Notice tone="warning">
          {view.signed === null
            ? 'Your read or a judgement changed since this draft was begun. Look it over, or begin it anew.'
            : 'A judgement changed after this report was signed. If it matters, write an addendum.'}
        </Notice>
      ) : null}
    </>
  );
}

interface TemplateChoiceProps {
  readonly view: ReportView;
  readonly busy: boolean;
  readonly onBegin: (templateId: string) => void;
}

/** Another template, or the same anew; what was written goes, so it takes a second press. */
function TemplateChoice({ view, busy, onBegin }: TemplateChoiceProps) {
  const [chosen, setChosen] = useState(view.content.template.id);
  const [asked, setAsked] = useState(false);
  return (
    <div className="report-template">
      <Field label="Template">
        <select
          className="input"
          value={chosen}
          onChange={(event) => {
            setChosen(event.target.value);
            setAsked(false);
          }}
        >
          {view.templates.map(({ id, version, name }) => (
            <option key={id} value={id}>
              {name} ({version})
            </option>
          ))}
        </select>
      </Field>
      {asked ? (
        <Button
          tone="danger"
          disabled={busy}
          onClick={() => {
            setAsked(false);
            onBegin(chosen);
          }}
        >
          Discard what is written
        </Button>
      ) : (
        <Button disabled={busy} onClick={() => setAsked(true)}>
          Begin anew …
        </Button>
      )}
    </div>
  );
}

interface ReportFootProps {
  readonly study: StudyDetail;
  readonly readerId: string;
  readonly view: ReportView;
  readonly content: ReportContent;
  readonly whyNot: string | null;
  readonly pending: boolean;
  readonly onSign: () => void;
}

function ReportFoot({ study, readerId, view, content, whyNot, pending, onSign }: ReportFootProps) {
  const uid = study.studyInstanceUID;
  const { signed } = view;
  if (signed === null) {
    return (
      <>
        <p className="report-foot__words" role="status">
          {whyNot ??
            (content.patient.reviewed
              ? 'For research use, not for diagnosis.'
              : 'The letter to the patient is not reviewed: it will not be exported.')}
        </p>
        <Button tone="primary" disabled={whyNot !== null || pending} onClick={once(onSign)}>
          Sign the report
        </Button>
      </>
    );
  }
  return (
    <>
      <p className="report-foot__words">
        Signed {when(signed.signedAt)} by {signed.readerName} · SHA-256 {signed.sha256.slice(0, 12)}… · for
        research use, not for diagnosis
      </p>
      {signed.content.patient.reviewed ? (
        <a
          className="button"
          href={patientLetterAddress(uid, readerId)}
          download={`letter ${study.patientID} ${study.date}.pdf`}
        >
          <FileText size={14} aria-hidden /> Letter as PDF
        </a>
      ) : null}
      <a
        className="button button--primary"
        href={signedReportAddress(uid, readerId)}
        download={`report ${study.patientID} ${study.date}.pdf`}
      >
        <FileText size={14} aria-hidden /> Report as PDF
      </a>
    </>
  );
}
