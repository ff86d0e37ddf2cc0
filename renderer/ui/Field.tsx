import type { ReactNode } from 'react';

/** A control with its name above it; the name is the control's label. */
export function Field({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // The control is a child, which labels it without an id.
    <label className="field">
      <span>{label}</span>
      {children}
    </label>
  );
}
