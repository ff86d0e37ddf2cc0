import { useQuery } from '@tanstack/react-query';
import type { Job } from '../../../electron/shared/job.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { JobList } from './JobList.tsx';
import { StandingWork } from './StandingWork.tsx';
import { StudyWorkList } from './StudyWorkList.tsx';

interface ActivityPanelProps {
  readonly jobs: readonly Job[];
  /** The study on the screen; null in the worklist. */
  readonly study: string | null;
  readonly onReport: (job: Job) => void;
  readonly onClose: () => void;
}

/** The one place that shows all that runs. It has one size, and its rows stay where they are while it is open. */
export function ActivityPanel({ jobs, study, onReport, onClose }: ActivityPanelProps) {
  const activity = useQuery({
    queryKey: [...keys.activity, study],
    queryFn: () => api.activity(study),
    staleTime: 0,
  });
  return (
    <Dialog title="What runs" onClose={onClose}>
      <div className="activity">
        {activity.isError ? (
          <div>
            <ErrorNotice what="What runs could not be read." error={activity.error} />
            <Button onClick={() => void activity.refetch()}>Try again</Button>
          </div>
        ) : activity.data === undefined ? (
          <p className="quiet">Asking the workstation …</p>
        ) : (
          <>
            <StandingWork activity={activity.data} />
            <JobList jobs={jobs} onReport={onReport} />
            <StudyWorkList studies={activity.data.studies} />
          </>
        )}
      </div>
    </Dialog>
  );
}
