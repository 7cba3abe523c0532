/**
 * Where a byte came from: the places in the program of the bytes that it was made of, as a small number.
 *
 *     0                        nowhere: reckoned, read from a file, typed
 *     1 to 65536               that byte of the program, less one
 *     above                    a set of such places: what was added up
 */

/** Places in a set: a pointer, an index and an offset or two. */
const MOST_PLACES = 4;
/** Sets that are told apart: a program has a few thousand. What is beyond them came from nowhere. */
const MOST_SETS = 1 << 18;
const FIRST_SET = 0x10001;

export class Tags {
  private readonly sets: number[][] = [];
  private readonly byKey = new Map<string, number>();
  private readonly unions = new Map<number, number>();

  /** The places of a tag. */
  places(tag: number): readonly number[] {
    if (tag === 0) return [];
    return tag < FIRST_SET ? [tag - 1] : this.sets[tag - FIRST_SET]!;
  }

  /** What is made of both. */
  union(a: number, b: number): number {
    if (a === b || b === 0) return a;
    if (a === 0) return b;
    const key = a * (FIRST_SET + MOST_SETS) + b;
    let found = this.unions.get(key);
    if (found === undefined) this.unions.set(key, (found = this.enter(a, b)));
    return found;
  }

  private enter(a: number, b: number): number {
    const places = [...new Set([...this.places(a), ...this.places(b)])].slice(0, MOST_PLACES).sort((x, y) => x - y);
    const key = places.join();
    let tag = this.byKey.get(key);
    if (tag !== undefined) return tag;
    if (this.sets.length >= MOST_SETS) return 0;
    tag = FIRST_SET + this.sets.length;
    this.sets.push(places);
    this.byKey.set(key, tag);
    return tag;
  }
}
