import { useState } from 'react';
import type { LesionTrack, OpenPrior } from '../../../electron/shared/priors.ts';
import type { ReaderFinding } from '../../../electron/shared/read.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { Field } from '../../ui/Field.tsx';
import { ResponsePanel } from './ResponsePanel.tsx';
import { LesionCourse } from './LesionCourse.tsx';
import { useLesions } from './use-priors.ts';

export type CoursePage = 'lesions' | 'response';
const PAGES: Readonly<Record<CoursePage, string>> = { lesions: 'Lesions', response: 'Response (RECIST 1.1)' };

interface LesionDialogProps {
  readonly uid: string;
  readonly readerId: string;
  readonly findings: readonly ReaderFinding[];
  /** The prior that is open beside; null where none is. */
  readonly opened: OpenPrior | null;
  readonly onInsert: ((words: string) => void) | null;
  readonly onFlush?: () => Promise<unknown>;
  /** Which page is shown first. */
  readonly first: CoursePage;
  readonly onClose: () => void;
}

/** Change over time, on two pages: lesion by lesion, and the response of all of them by RECIST 1.1. */
export function LesionDialog({
  uid,
  readerId,
  findings,
  opened,
  onInsert,
  onFlush,
  first,
  onClose,
}: LesionDialogProps) {
  const [page, setPage] = useState(first);
  const { tracks, link } = useLesions(uid, readerId, onFlush);
  const named = findings.filter(({ label }) => label.trim() !== '');
  const before = opened?.own?.findings ?? [];
  const [finding, setFinding] = useState(named[0]?.id ?? '');
  const [priorFinding, setPriorFinding] = useState(before[0]?.id ?? '');
  const join = async (asked: {
    findingId: string;
    prior: string;
    priorFindingId: string;
    linked: boolean;
  }) => {
    await onFlush?.();
    link.mutate({ id: crypto.randomUUID(), ...asked });
  };
  const why = whyNot(opened, named.length, before.length);
  return (
    <Dialog wide title="Change over time" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      <Tabs
        label="Change over time"
        panel="course"
        names={PAGES}
        chosen={page}
        first={first}
        onChoose={setPage}
      />
      <div id="course" role="tabpanel" aria-labelledby={`course-tab-${page}`}>
        {page === 'response' ? (
          <ResponsePanel
            uid={uid}
            readerId={readerId}
            onInsert={onInsert}
            {...(onFlush === undefined ? {} : { onFlush })}
          />
        ) : (
          <div className="lesions">
            <p>
              Sizes are the diameters that you state of a finding, else the extents of the mark that you drew,
              which are no measurements of tissue: the area is that of the ellipse with these axes, the volume
              that of an ellipsoid whose third axis is as long as the short one. Of a mark there are
              millimetres only where the file states the pixel spacing in the patient. For research use, not
              for diagnosis.
            </p>
            {why === null && opened !== null ? (
              <form
                className="lesions__link"
                aria-label="Link two findings"
                onSubmit={(event) => {
                  event.preventDefault();
                  void join({
                    findingId: finding,
                    prior: opened.prior.studyInstanceUID,
                    priorFindingId: priorFinding,
                    linked: true,
                  });
                }}
              >
                <Field label="Finding of this study">
                  <select
                    className="input"
                    value={finding}
                    onChange={(event) => setFinding(event.target.value)}
                  >
                    {findings.map(({ id, label }, index) =>
                      label.trim() === '' ? null : (
                        <option key={id} value={id}>
                          {index + 1} {label}
                        </option>
                      ),
                    )}
                  </select>
                </Field>
                <Field label={`Is the same lesion as your finding of ${opened.prior.date}`}>
                  <select
                    className="input"
                    value={priorFinding}
                    onChange={(event) => setPriorFinding(event.target.value)}
                  >
                    {before.map(({ id, label }, index) => (
                      <option key={id} value={id}>
                        {index + 1} {label}
                      </option>
                    ))}
                  </select>
                </Field>
                <Button type="submit" disabled={link.isPending}>
                  Link
                </Button>
              </form>
            ) : (
              <p className="quiet">{why}</p>
            )}
            {link.isError ? <ErrorNotice what="The link was not recorded." error={link.error} /> : null}
            {tracks.isError ? (
              <ErrorNotice what="The lesions could not be read." error={tracks.error} />
            ) : null}
            {(tracks.data ?? []).map((track) => (
              <LesionCourse
                key={track.findingId}
                track={track}
                uid={uid}
                onInsert={onInsert}
                onUnlink={(point) =>
                  void join({
                    findingId: track.findingId,
                    prior: point.studyInstanceUID,
                    priorFindingId: point.findingId,
                    linked: false,
                  })
                }
              />
            ))}
            {nothing(tracks.data) ? <p>No finding of this study is linked with one of a prior.</p> : null}
          </div>
        )}
      </div>
    </Dialog>
  );
}

function nothing(tracks: readonly LesionTrack[] | undefined): boolean {
  return tracks !== undefined && tracks.length === 0;
}

function whyNot(opened: OpenPrior | null, findings: number, before: number): string | null {
  if (opened === null)
    return 'Open a prior beside (J) to link a finding of this study with one of your read of it.';
  if (opened.own === null)
    return 'You have no committed read of this prior whose findings may be shown here.';
  if (before === 0) return 'Your read of this prior has no finding.';
  return findings === 0 ? 'Mark and name a finding of this study to link it.' : null;
}
