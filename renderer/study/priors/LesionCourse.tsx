import type { LesionPoint, LesionTrack } from '../../../electron/shared/priors.ts';
import { Button } from '../../ui/Button.tsx';
import { WordsForReport } from './WordsForReport.tsx';
import { LesionPlot } from './LesionPlot.tsx';

interface LesionCourseProps {
  readonly track: LesionTrack;
  /** The study that is open. */
  readonly uid: string;
  readonly onInsert: ((words: string) => void) | null;
  readonly onUnlink: (point: LesionPoint) => void;
}

/** One lesion: a table with every number, the plot beside it, and its words for the report. */
export function LesionCourse({ track, uid, onInsert, onUnlink }: LesionCourseProps) {
  return (
    <section className="lesion" aria-label={`${track.label} over time`}>
      <h3>
        {track.label}{' '}
        <span className="quiet">{track.kind === 'node' ? 'node: by short axis' : 'by longest diameter'}</span>
      </h3>
      <div className="lesion__both">
        <table className="lesion__table">
          <thead>
            <tr>
              <th scope="col">Date</th>
              <th scope="col">
                Long <span className="quiet">mm</span>
              </th>
              <th scope="col">
                Short <span className="quiet">mm</span>
              </th>
              <th scope="col">
                Area <span className="quiet">mm²</span>
              </th>
              <th scope="col">
                Volume <span className="quiet">mm³</span>
              </th>
              <th scope="col">Change of long axis</th>
              <th scope="col">Doubling time</th>
              <th scope="col" title="As if this were the only target lesion">
                RECIST 1.1
              </th>
              <th scope="col">
                <span className="visually-hidden">Link</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {track.points.map((point) => (
              <tr key={`${point.studyInstanceUID} ${point.findingId}`} title={point.responseWords}>
                <th scope="row">
                  {point.date === '' ? 'no date' : point.date}
                  {point.studyInstanceUID === uid ? ' (this study)' : ''}
                </th>
                {point.size === null ? (
                  <td colSpan={4}>{point.unmeasured}</td>
                ) : (
                  <>
                    <td>{point.size.long.toFixed(1)}</td>
                    <td>{point.size.short.toFixed(1)}</td>
                    <td>{point.size.area.toFixed(0)}</td>
                    <td>{point.size.volume.toFixed(0)}</td>
                  </>
                )}
                <td>{changeWords(point)}</td>
                <td>{doublingWords(point)}</td>
                <td>{point.response ?? (point.responseWords === 'Baseline' ? 'baseline' : '–')}</td>
                <td>
                  {point.direct ? (
                    <Button tone="plain" onClick={() => onUnlink(point)}>
                      Unlink
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <LesionPlot track={track} />
      </div>
      <p className="quiet">{track.points.at(-1)?.responseWords}</p>
      <WordsForReport words={track.words} onInsert={onInsert} />
    </section>
  );
}

function changeWords({ change }: LesionPoint): string {
  if (change === null || change.longPercent === null) return '–';
  const sign = change.longPercent > 0 ? '+' : change.longPercent < 0 ? '−' : '';
  const rate =
    change.longPerYear === null
      ? ''
      : ` (${change.longPerYear < 0 ? '−' : '+'}${Math.abs(change.longPerYear).toFixed(1)} mm a year)`;
  return `${sign}${Math.abs(change.longPercent).toFixed(1)} %${rate}`;
}

function doublingWords({ change }: LesionPoint): string {
  if (change === null || change.doublingDays === null) return '–';
  const days = `${Math.round(Math.abs(change.doublingDays))} days`;
  return change.doublingDays > 0 ? days : `halved in ${days}`;
}
