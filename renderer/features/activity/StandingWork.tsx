import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Archive, Cpu, FolderSearch, Sparkles } from 'lucide-react';
import { useState } from 'react';
import type { Activity } from '../../../electron/shared/activity.ts';
import { api } from '../../api/endpoints.ts';
import { keys } from '../../api/keys.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { ActivityRow } from './ActivityRow.tsx';
import { BackupDialog } from './BackupDialog.tsx';
import { backupWords, selfTestWords, watchedWords } from './words.ts';

/** What goes on by itself: always the same rows, at the same places. Of the models it says what the policy is and nothing of any study. */
export function StandingWork({ activity }: { readonly activity: Activity }) {
  const queries = useQueryClient();
  const steer = useMutation({
    mutationFn: (what: () => Promise<object>) => what(),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.activity }),
  });
  const [backups, setBackups] = useState(false);
  const { selfTest, watched, background, backup } = activity;
  return (
    <section className="activity-section" aria-labelledby="activity-standing">
      <header>
        <h3 id="activity-standing">By itself</h3>
      </header>
      {steer.isError ? <ErrorNotice what="That was not done." error={steer.error} /> : null}
      <ul className="activity-list activity-list--standing" tabIndex={0} aria-label="What goes on by itself">
        <ActivityRow
          icon={<Sparkles size={14} aria-hidden />}
          title="AI analysis"
          words={`${background ? 'reads new studies by itself' : 'reads a study when it is opened'}; what it does with one is shown after your commit.`}
        />
        <ActivityRow
          icon={<Cpu size={14} aria-hidden />}
          title="Self-test of devices"
          words={selfTestWords(selfTest)}
          {...(selfTest.state === 'running'
            ? { progress: { done: selfTest.done, total: selfTest.total === 0 ? null : selfTest.total } }
            : {})}
          {...(selfTest.state === 'failed' ? { tone: 'danger' } : {})}
        >
          {selfTest.state === 'running' ? (
            <Button aria-label="Stop the self-test" onClick={() => steer.mutate(api.stopSelfTest)}>
              Stop
            </Button>
          ) : (
            <Button aria-label="Run the self-test now" onClick={() => steer.mutate(api.runSelfTest)}>
              Run now
            </Button>
          )}
        </ActivityRow>
        <ActivityRow
          icon={<Archive size={14} aria-hidden />}
          title="Backup"
          words={backupWords(backup)}
          {...(backup.problem === null ? {} : { tone: 'danger' as const })}
        >
          <Button onClick={() => setBackups(true)}>Backups …</Button>
        </ActivityRow>
        {watched.length === 0 ? (
          <ActivityRow
            icon={<FolderSearch size={14} aria-hidden />}
            title="Watched folders"
            words="none; ‘overread serve --watch FOLDER’ watches one."
          />
        ) : null}
        {watched.map((one) => (
          <ActivityRow
            key={one.folder}
            icon={<FolderSearch size={14} aria-hidden />}
            title={`Watched folder ${lastPart(one.folder)}`}
            words={`${watchedWords(one)} ${one.folder}`}
            {...(one.state === 'unreadable' ? { tone: 'danger' } : {})}
          >
            {one.heldBack ? (
              <Button
                aria-label={`Let files in again: ${one.folder}`}
                onClick={() => steer.mutate(api.watchAgain)}
              >
                Let in again
              </Button>
            ) : null}
          </ActivityRow>
        ))}
      </ul>
      {backups ? <BackupDialog state={backup} onClose={() => setBackups(false)} /> : null}
    </section>
  );
}

/** The name of a folder without the way to it. */
function lastPart(folder: string): string {
  return folder.split(/[/\\]/).findLast((part) => part !== '') ?? folder;
}
