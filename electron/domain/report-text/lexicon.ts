import type { CueName, EntityType, ReportWordsFile, WordEntity } from '../../shared/report-words.ts';
import { Phrases } from './phrases.ts';
import { foldPhrase } from './tokens.ts';

/** How two concepts stand to each other; `near`: both below a concept whose kinds may stand for one another. */
export type WordRelation = 'same' | 'narrower' | 'wider' | 'sign' | 'near' | 'none';

/** A phrase with a few words between its two halves ('heart … enlarged', 'dilated .. ureter'). */
export interface SplitPhrase {
  readonly id: string;
  readonly tail: readonly string[];
  /** The most words between the halves. */
  readonly most: number;
}

/** How many words '…' stands for, and how many '..', which stands for describing words only. */
export const FAR = 5;
export const NEAR = 2;

const NOTES: ReadonlySet<CueName> = new Set<CueName>([
  'priorValue',
  'distanceBefore',
  'distanceAfter',
  'communicated',
  'notCommunicated',
  'normalStatement',
  'asAbove',
  'ambiguousAnatomy',
]);
const PATHOLOGY: ReadonlySet<EntityType> = new Set(['finding', 'disease']);

/** The word file, made ready for finding its words in texts and for walking its hierarchy. Built once, then only read. */
export class Lexicon {
  readonly version: string;
  /** Findings, diseases, devices, procedures, medication. */
  readonly things = new Phrases<string>();
  readonly anatomy = new Phrases<string>();
  readonly split = new Phrases<SplitPhrase>();
  /** What the words around a finding say of it. */
  readonly cues = new Phrases<CueName>();
  /** Other phrases with a meaning of their own: earlier values, distances, 'communicated to', 'as above'. */
  readonly notes = new Phrases<CueName>();
  readonly #byId: ReadonlyMap<string, WordEntity>;
  /** Known concepts only, so it cannot outgrow the square of the file. */
  readonly #pairs = new Map<string, Map<string, WordRelation>>();
  readonly #groups = new Map<string, ReadonlyMap<string, readonly string[]>>();
  readonly #upwards = new Map<string, ReadonlySet<string>>();

  constructor(file: ReportWordsFile) {
    this.version = file.version;
    this.#byId = new Map(file.entities.map((entity) => [entity.id, entity]));
    for (const entity of file.entities) {
      for (const words of entity.words) this.#add(entity, words);
    }
    for (const [name, phrases] of Object.entries(file.cues) as [CueName, string[]][]) {
      for (const phrase of phrases) (NOTES.has(name) ? this.notes : this.cues).add(phrase, name);
    }
  }

  entity(id: string): WordEntity | undefined {
    return this.#byId.get(id);
  }

  typeOf(id: string): EntityType {
    return this.#byId.get(id)?.type ?? 'finding';
  }

  /** Whether any of the concepts, or one above it where `inherited`, carries the flag. */
  has(ids: readonly string[], flag: NonNullable<WordEntity['flags']>[number], inherited = false): boolean {
    for (const id of ids) {
      if (this.is(id, flag)) return true;
      if (!inherited) continue;
      for (const step of this.above(id)) if (this.is(step, flag)) return true;
    }
    return false;
  }

  /** Whether one concept carries the flag itself. */
  is(id: string | undefined, flag: NonNullable<WordEntity['flags']>[number]): boolean {
    return id !== undefined && (this.#byId.get(id)?.flags?.includes(flag) ?? false);
  }

  /** The groups of places that a place belongs to, itself or by what it is a part of, each with its members that it is or lies in. */
  groupsOf(id: string): ReadonlyMap<string, readonly string[]> {
    let known = this.#groups.get(id);
    if (known === undefined) {
      known = new Map(
        [...Map.groupBy(this.above(id), (step) => this.#byId.get(step)?.group ?? '')].filter(
          ([group]) => group !== '',
        ),
      );
      // A member of a row ('level:L4') has two digits at most: there are some hundreds.
      const colon = id.indexOf(':');
      if (colon !== -1) known = new Map([[id.slice(0, colon), [id]]]);
      this.#groups.set(id, known);
    }
    return known;
  }

  /** The concept and all wider ones. */
  above(id: string): ReadonlySet<string> {
    let path = this.#upwards.get(id);
    if (path === undefined) {
      const seen = new Set([id]);
      const open = [id];
      for (let step = open.pop(); step !== undefined; step = open.pop()) {
        for (const wider of this.#byId.get(step)?.is ?? []) {
          if (!seen.has(wider)) open.push(wider);
          seen.add(wider);
        }
      }
      path = seen;
      this.#upwards.set(id, path);
    }
    return path;
  }

  /** The closest relation between any concept of `a` and any of `b`; read as 'a is … than b'. */
  relation(a: readonly string[], b: readonly string[]): WordRelation {
    // By far the commonest: one concept each.
    if (a.length === 1 && b.length === 1) return this.#pair(a[0] ?? '', b[0] ?? '');
    let best: WordRelation = 'none';
    for (const one of a) {
      for (const other of b) {
        const found = this.#pair(one, other);
        if (ORDER.indexOf(found) < ORDER.indexOf(best)) best = found;
      }
    }
    return best;
  }

  #pair(a: string, b: string): WordRelation {
    if (a === b) return 'same';
    let row = this.#pairs.get(a);
    if (row === undefined) {
      row = new Map();
      this.#pairs.set(a, row);
    }
    let known = row.get(b);
    if (known === undefined) {
      known = this.#related(a, b);
      row.set(b, known);
    }
    return known;
  }

  #related(a: string, b: string): WordRelation {
    const general = (id: string): boolean => this.#byId.get(id)?.flags?.includes('general') ?? false;
    if (general(a) || general(b)) return 'none';
    if (this.above(a).has(b)) return 'narrower';
    if (this.above(b).has(a)) return 'wider';
    if (this.isSignOf(a, b) || this.isSignOf(b, a)) return 'sign';
    // Kinds of a vague concept lie directly below it; kinds of one that is a finding, such as a fracture, at any depth.
    const parents = (id: string): string[] => [id, ...(this.#byId.get(id)?.is ?? [])];
    const loose =
      [...this.above(a)].some((step) => this.above(b).has(step) && this.has([step], 'kin')) ||
      parents(a).some((step) => parents(b).includes(step) && this.has([step], 'loose'));
    return loose ? 'near' : 'none';
  }

  /** Whether the first, or something wider, is listed as a sign of the second or of something above or below it. */
  isSignOf(sign: string, of: string): boolean {
    return [...this.above(sign)].some((step) =>
      (this.#byId.get(step)?.signOf ?? []).some(
        (id) => id === of || this.above(of).has(id) || (this.above(id).has(of) && !this.has([of], 'loose')),
      ),
    );
  }

  #add(entity: WordEntity, words: string): void {
    const id = entity.denies === undefined ? entity.id : denial(entity.denies);
    const far = words.includes('…');
    const [head, tail] = words.split(far ? '…' : ' .. ');
    if (head !== undefined && tail !== undefined)
      this.split.add(head, { id, tail: foldPhrase(tail), most: far ? FAR : NEAR });
    else if (entity.type === 'anatomy') this.anatomy.add(words, entity.id);
    else this.things.add(words, id);
  }
}

/** A denied concept as the lists hold it until it is read. */
export const DENIAL = 'not:';

function denial(id: string): string {
  return `${DENIAL}${id}`;
}

const ORDER: readonly WordRelation[] = ['same', 'narrower', 'wider', 'sign', 'near', 'none'];

/** Whether a type names something that can be wrong with a patient. */
export function isPathology(type: EntityType): boolean {
  return PATHOLOGY.has(type);
}
