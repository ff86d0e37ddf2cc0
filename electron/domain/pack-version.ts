/** Below 0 where `a` is the older of two versions MAJOR.MINOR.PATCH, above 0 where it is the newer (Semantic Versioning §11, numbers only). */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [a, b].map((version) => version.split('.').map(BigInt));
  for (const place of [0, 1, 2]) {
    const [x, y] = [one?.[place] ?? 0n, other?.[place] ?? 0n];
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}
