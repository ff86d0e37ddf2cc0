import type { Device } from '../shared/analysis.ts';
import type { CancelSignal, GoldenCheck, PackIdentity } from '../shared/ports.ts';
import type { ChildRunner } from './child-runner.ts';
import type { PackShelf } from './pack-shelf.ts';

/** Runs the goldens of one pack in the child. */
export async function checkGoldens(
  { runner, shelf }: { readonly runner: ChildRunner; readonly shelf: PackShelf },
  packId: string,
  device: Device,
  signal?: CancelSignal,
  exactly?: PackIdentity,
): Promise<{ device: string; checks: GoldenCheck[] }> {
  const { directory, manifestSha256 } = shelf.pack(packId, exactly);
  let checks: GoldenCheck[] = [];
  const runtime = await runner.run(
    { type: 'goldens', pack: { directory, manifestSha256 }, device },
    {
      onReply: (reply) => {
        if (reply.type === 'golden') checks.push(reply.check);
      },
      onRestart: () => {
        checks = [];
      },
    },
    signal,
  );
  return { device: runtime.device, checks };
}
