/** '+20.0', '−35.2', '0.0'. */
export function signed(value: number): string {
  const digits = Math.abs(value).toFixed(1);
  return digits === '0.0' ? digits : `${value > 0 ? '+' : '−'}${digits}`;
}
