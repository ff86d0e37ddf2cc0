import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

interface NoticeProps {
  readonly tone?: 'info' | 'warning' | 'danger';
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

const ICONS = { info: Info, warning: TriangleAlert, danger: CircleAlert } as const;

/** Words that must be seen: a shape beside the colour, and room for the next step. */
export function Notice({ tone = 'info', children, action }: NoticeProps) {
  const Icon = ICONS[tone];
  return (
    <div className={`notice notice--${tone}`} role={tone === 'danger' ? 'alert' : 'status'}>
      <Icon size={16} aria-hidden />
      <div>{children}</div>
      {action}
    </div>
  );
}
