import { stopOf, stoppedWords } from '../../domain/model-switch.ts';
import { Refused } from '../../shared/errors.ts';
import type { ModelSwitch } from '../../shared/ledger-ports.ts';
import { parseModelChoice } from '../../shared/model-name.ts';
import type { Clock, PackInspector, Store } from '../../shared/ports.ts';

export interface SwitchRequest {
  readonly store: Pick<Store, 'ledger' | 'audit' | 'transaction'>;
  readonly packs: Pick<PackInspector, 'onShelf'>;
  readonly clock: Clock;
  /** `ID` for every version of it, those to come too, or `ID@VERSION`. */
  readonly named: string;
  readonly reason: string;
  readonly actor: string;
}

/** How a model stands after the switch. */
export interface SwitchedModel {
  readonly id: string;
  readonly version: string | null;
  readonly stopped: boolean;
  readonly reason: string;
  readonly at: string;
}

/** A word that stays on the trail, and goes to every screen where the result would be. */
function requireReason(reason: string): string {
  const words = reason.trim();
  if (words === '' || words.length > 300)
    throw new Refused('reason-missing', 'Say why with --reason, in 1 to 300 characters: readers see it.');
  return words;
}

function requireKnown({ store, packs, named }: SwitchRequest): { id: string; version: string } {
  const { id, version } = parseModelChoice(named);
  const here = packs.onShelf().filter((pack) => pack.id === id);
  const known = version === null ? here.length > 0 : here.some((pack) => pack.version === version);
  const thrown = store.ledger.switches().some((one) => one.modelId === id && one.version === (version ?? ''));
  if (known || thrown) return { id, version: version ?? '' };
  throw new Refused(
    'model-unknown',
    `There is no model ${named} here, so nothing was changed. 'overread models list' shows what there is.`,
    { named },
  );
}

function throwOne(
  { store, clock, actor }: SwitchRequest,
  modelId: string,
  version: string,
  stopped: boolean,
  reason: string,
): ModelSwitch {
  const one: ModelSwitch = { modelId, version, stopped, reason, at: clock.now(), actor };
  store.ledger.throwSwitch(one);
  store.audit.append({
    actor,
    action: stopped ? 'stop-model' : 'start-model',
    studyInstanceUID: null,
    detail: { id: modelId, version: version === '' ? null : version, reason, at: one.at },
  });
  return one;
}

/**
 * Stops a model, or one version of it: from the next study on it does not run, and its result says that it was stopped, when and why. What it gave
 * before stays, with the same words beside it. Audited.
 *
 * @throws Refused `model-unknown`, `reason-missing`.
 */
export function stopModel(request: SwitchRequest): SwitchedModel {
  const reason = requireReason(request.reason);
  return request.store.transaction(() => {
    const { id, version } = requireKnown(request);
    const { at } = throwOne(request, id, version, true, reason);
    return { id, version: version === '' ? null : version, stopped: true, reason, at };
  });
}

/**
 * Lets a stopped model run again; without a version, every version of it that was stopped. Studies that nobody has committed a read of are read by it then. Audited.
 *
 * @throws Refused `model-unknown`, `model-not-stopped`; `reason-missing`.
 */
export function startModel(request: SwitchRequest): SwitchedModel {
  const reason = requireReason(request.reason);
  const { store } = request;
  return store.transaction(() => {
    const { id, version } = requireKnown(request);
    const switches = store.ledger.switches();
    const lifted = switches.filter(
      (one) => one.stopped && one.modelId === id && (version === '' || one.version === version),
    );
    if (lifted.length === 0) {
      const whole = version !== '' && stopOf(switches, id, version) !== undefined;
      throw new Refused(
        'model-not-stopped',
        whole
          ? `${stoppedWords(switches, id, version)}. All versions of ${id} are stopped together: 'overread models start ${id}' starts them.`
          : `${request.named} is not stopped; nothing was changed.`,
      );
    }
    const thrown = lifted.map((one) => throwOne(request, id, one.version, false, reason));
    return {
      id,
      version: version === '' ? null : version,
      stopped: false,
      reason,
      at: thrown[0]?.at ?? request.clock.now(),
    };
  });
}
