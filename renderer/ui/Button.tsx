import type { ButtonHTMLAttributes, ReactNode } from 'react';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly tone?: 'normal' | 'primary' | 'danger' | 'plain';
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A button of the house; never submits a form unless told so by `type`. */
export function Button({ tone = 'normal', wide = false, className, type = 'button', ...rest }: ButtonProps) {
  const classes = ['button', `button--${tone}`, wide ? 'button--wide' : '', className ?? ''];
  return <button type={type} className={classes.filter(Boolean).join(' ')} {...rest} />;
}
