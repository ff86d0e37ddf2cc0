import type { Dialog } from 'electron';
import type { Shell } from '../../shared/ports.ts';

/** The system's folder picker. Closing it picks nothing, which is no error. */
export function dialogShell(dialog: Pick<Dialog, 'showOpenDialog'>): Shell {
  return {
    canPickFolder: true,
    async pickPaths() {
      // One dialog cannot offer files and folders together on Windows and Linux; folders are what a study comes in.
      const { canceled, filePaths } = await dialog.showOpenDialog({
        title: 'Import a folder',
        properties: ['openDirectory', 'multiSelections'],
      });
      return canceled ? [] : filePaths;
    },
  };
}
