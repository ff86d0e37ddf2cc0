import { TriangleAlert } from 'lucide-react';
import type { InstanceDetail } from '../../electron/shared/study.ts';
import type { ReactNode } from 'react';
import { edgeLettersOfImage } from '../../electron/shared/orientation.ts';
import { knownSpacing } from '../../electron/shared/measure.ts';
import { modalityUnit } from '../../electron/shared/frame-values.ts';
import { personName } from '../ui/words.ts';
import { shortNumber } from './format-measured.ts';
import { SliceNotices, SliceWords } from './SliceWords.tsx';
import type { StackState } from './shown.ts';

interface OverlayProps {
  readonly state: StackState;
  readonly count: number;
  /** Who and when; always beside the image. */
  readonly identity: ReactNode;
  /** Series and view. */
  readonly subject: ReactNode;
  readonly onRetry: () => void;
}

/** The words around an image. They describe the frame that is drawn, not the one that is on its way. */
export function Overlay({ state, count, identity, subject, onRetry }: OverlayProps) {
  const { shown, wanted } = state;
  // Marker of the imaged side, as the file states it for this very image.
  const laterality = shown?.frame.instance.laterality ?? '';
  const viewPosition = shown?.frame.instance.viewPosition ?? '';
  const letters = shown === null ? null : edgeLettersOfImage(shown.frame.image);
  const failed = shown?.view.status === 'failed' ? shown.view.error : null;
  return (
    <div className="overlay">
      <div className="overlay__corner overlay__corner--tl">
        {identity}
        {shown?.frame.instance.otherPatient === undefined ? null : (
          <OtherPatient {...shown.frame.instance.otherPatient} />
        )}
      </div>
      <div className="overlay__corner overlay__corner--tr">
        {subject}
        {viewPosition === '' ? null : <div>{viewPosition}</div>}
        {laterality === '' ? null : (
          <div className="overlay__side" data-testid="laterality" title="Laterality as the file states it">
            {laterality}
          </div>
        )}
        {shown === null ? null : <FileRemarks {...shown.frame.instance} />}
      </div>
      {letters === null ? null : (
        <>
          <div className="overlay__edge overlay__edge--left">{letters.left}</div>
          <div className="overlay__edge overlay__edge--right">{letters.right}</div>
          <div className="overlay__edge overlay__edge--top">{letters.top}</div>
          <div className="overlay__edge overlay__edge--bottom">{letters.bottom}</div>
        </>
      )}
      {shown === null ? null : (
        <div className="overlay__corner overlay__corner--bl" data-testid="view-numbers">
          <SliceNotices place={shown.frame.place} />
          <Numbers shown={shown} count={count} />
        </div>
      )}
      {shown === null || wanted !== shown.index ? (
        <div className="overlay__wait" role="status">
          loading image {wanted + 1} of {count}
        </div>
      ) : null}
      {failed === null ? null : (
        <div className="overlay__failed" role="alert">
          <TriangleAlert size={20} aria-hidden />
          <strong>This frame cannot be shown</strong>
          <p>{failed.message}</p>
          <p className="quiet">
            Image {(shown?.index ?? 0) + 1} of {count} · {failed.code}
          </p>
          {failed.type === 'unavailable' ? (
            <button type="button" className="button" onClick={onRetry}>
              Try again
            </button>
          ) : null}
        </div>
      )}
    </div>
  );
}

/** What was odd about the file of the image on the screen. */
function FileRemarks({ conflictOf, recovered }: Pick<InstanceDetail, 'conflictOf' | 'recovered'>) {
  return (
    <>
      {conflictOf === undefined ? null : <div className="overlay__word">another content under one UID</div>}
      {recovered === undefined ? null : <div className="overlay__word">from a mended file</div>}
    </>
  );
}

/** Threat: another patient's image under this study's name. Said on that image, in words, by the name in its file. */
function OtherPatient({ patientName, patientID }: NonNullable<InstanceDetail['otherPatient']>) {
  return (
    <div className="overlay__notice" role="alert">
      <TriangleAlert size={13} aria-hidden /> This image’s file names another patient:{' '}
      {personName(patientName)} · {patientID === '' ? 'no ID' : patientID}
    </div>
  );
}

function Numbers({ shown, count }: { shown: NonNullable<StackState['shown']>; count: number }) {
  const { window, voi, zoom, index, frame, inverted, view } = shown;
  const { spacingSource } = frame.image;
  const pixelSpacing = knownSpacing(frame.image.pixelSpacing, spacingSource);
  const decoded = view.status === 'decoded' ? view.decoded : null;
  const unit = decoded === null ? 'value' : modalityUnit(decoded.values);
  const colour = decoded?.samples === 3;
  // No pixels are drawn: there is no window that they are drawn by.
  if (view.status === 'failed') {
    return (
      <div>
        <SliceWords place={frame.place} index={index} count={count} />
      </div>
    );
  }
  return (
    <>
      <div>
        <span className="quiet">W</span> {shortNumber(Math.round(window.width * 10) / 10)}{' '}
        <span className="quiet">L</span> {shortNumber(Math.round(window.centre * 10) / 10)}
        {colour || unit.endsWith('value') ? null : <span className="quiet"> {unit}</span>}
        {voi.kind === 'TABLE' ? <span className="quiet"> VOI LUT</span> : null}
        {voi.kind === 'SIGMOID' ? <span className="quiet"> sigmoid</span> : null}
        {inverted ? <span className="overlay__word"> inverted</span> : null}
      </div>
      <div>
        <SliceWords place={frame.place} index={index} count={count} />
      </div>
      <div>
        <span className="quiet">zoom</span> {zoom.toFixed(2)}
        {pixelSpacing === null ? null : (
          <>
            <span className="quiet"> · screen</span> {(zoom / pixelSpacing[1]).toFixed(1)}{' '}
            <span className="quiet">px/mm{spacingSource === 'detector' ? ' at the detector' : ''}</span>
          </>
        )}
      </div>
      {decoded?.values.notes.map((note) => (
        <div key={note} className="overlay__note" data-testid="frame-note">
          {note}
        </div>
      ))}
    </>
  );
}
