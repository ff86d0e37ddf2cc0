import { HardDrive, LockOpen, WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import type { HostInfo } from '../../electron/shared/session.ts';
import { bytes } from '../ui/words.ts';

/** Where the program runs and what a person must know about it. */
export function StatusBar({ host, children }: { readonly host: HostInfo; readonly children?: ReactNode }) {
  return (
    <footer className="status-bar">
      <span className="status-bar__use">For research use, not for diagnosis</span>
      {children ?? <span className="status-bar__grow" />}
      {host.freeBytes === null ? null : (
        <span>
          <HardDrive size={13} aria-hidden /> disk {bytes(host.freeBytes)} free
        </span>
      )}
      <span>
        <WifiOff size={13} aria-hidden /> offline
      </span>
      {host.encrypted ? null : (
        <span className="status-bar__warning">
          <LockOpen size={13} aria-hidden /> not encrypted
        </span>
      )}
      <span>v{host.version}</span>
    </footer>
  );
}
