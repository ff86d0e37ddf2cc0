import type { ReportContent } from '../../../electron/shared/report.ts';

type Patient = ReportContent['patient'];

interface PatientLetterProps {
  readonly patient: Patient;
  readonly readOnly: boolean;
  readonly onPatient: (patient: Patient) => void;
}

/** The words for the patient. A change takes back that they were reviewed. */
export function PatientLetter({ patient, readOnly, onPatient }: PatientLetterProps) {
  return (
    <div className="report-letter">
      <p className="quiet">
        Drafted in plain words from your findings. Read every sentence: it goes to the patient under your
        name, and only once you say that you have reviewed it.
      </p>
      <label htmlFor="patient-letter">Letter</label>
      <textarea
        id="patient-letter"
        className="input report-letter__text"
        value={patient.text}
        readOnly={readOnly}
        maxLength={20000}
        onChange={(event) => onPatient({ text: event.target.value, reviewed: false })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={patient.reviewed}
          disabled={readOnly || patient.text.trim() === ''}
          onChange={(event) => onPatient({ ...patient, reviewed: event.target.checked })}
        />
        I have reviewed these words and they may go to the patient
      </label>
    </div>
  );
}
