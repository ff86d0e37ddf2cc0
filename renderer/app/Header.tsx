import { ArrowLeft, ChartLine, Keyboard, UserRound } from 'lucide-react';
import type { Reader } from '../../electron/shared/session.ts';
import type { Route } from './route.ts';
import { Button } from '../ui/Button.tsx';

interface HeaderProps {
  readonly reader: Reader | null;
  readonly screen: Route['screen'];
  readonly onLedger: () => void;
  readonly onWorklist: () => void;
  readonly onReader: () => void;
  readonly onHelp: () => void;
}

/** Product, way back, reader, help. */
export function Header({ reader, screen, onLedger, onWorklist, onReader, onHelp }: HeaderProps) {
  return (
    <header className="header">
      {screen !== 'worklist' ? (
        <Button tone="plain" onClick={onWorklist}>
          <ArrowLeft size={15} aria-hidden /> Worklist
        </Button>
      ) : null}
      <h1 className="header__name">Overread</h1>
      <div className="header__grow" id="header-study" />
      {reader === null || screen !== 'worklist' ? null : (
        <Button tone="plain" onClick={onLedger}>
          <ChartLine size={15} aria-hidden /> Ledger <kbd>L</kbd>
        </Button>
      )}
      <Button tone="plain" onClick={onHelp} aria-label="Keyboard and mouse">
        <Keyboard size={15} aria-hidden /> <kbd>?</kbd>
      </Button>
      {reader === null ? null : (
        <Button tone="plain" onClick={onReader} aria-label={`Reader ${reader.name}: change`}>
          <UserRound size={15} aria-hidden /> {reader.name}
        </Button>
      )}
    </header>
  );
}
