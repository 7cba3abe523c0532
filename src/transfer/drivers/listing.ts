/**
 * A file read back as a listing on the console, which has no check of its own: a line that damages one character in 3,000
 * damages forty rows of DUMP's for 36 KB. So it is read again, and each row counts for itself:
 *
 *     as it is due, in any reading        proven: damage does not make right what is wrong
 *     wrong in the same way, twice        so the file has it
 *     anything else                       read again
 */
import { fromHex, toHex } from '../../seams/bytes.js';

/** Bytes by the place where they stand in the file. */
export interface Reading {
  rows: ReadonlyMap<number, Uint8Array>;
  /** Each row stands where it was printed, whatever became of the others. */
  sure: boolean;
}

const ROW = 16;

export class Listing {
  readonly #unproven = new Map<number, Set<string>>();
  readonly #beyond = new Set<string>();
  #differs: { at: number; bytes: Uint8Array } | undefined;
  /** A reading was whole, and as long as is due; or ended sooner. */
  #longEnough = false;
  #sawEnd = false;

  /** @param due whole records */
  constructor(private readonly due: Uint8Array) {
    for (let at = 0; at < due.length; at += ROW) this.#unproven.set(at, new Set());
  }

  /** Each byte is as it is due. */
  get proven(): boolean {
    return this.#unproven.size === 0 && this.#differs === undefined && this.#longEnough;
  }

  /** Rows that no reading has proven. */
  get open(): number {
    return this.#unproven.size;
  }

  /** The file as it must be, going by its rows; undefined while that is not clear. */
  get file(): Uint8Array | undefined {
    if (this.#differs !== undefined) {
      const { at, bytes } = this.#differs;
      const file = new Uint8Array(Math.max(this.due.length, at + bytes.length));
      file.set(this.due);
      file.set(bytes, at);
      return file;
    }
    if (this.proven) return this.due;
    if (this.#unproven.size === 0) return undefined;
    // All before is proven, and of these no reading had any: the file ends there.
    const [first] = this.#unproven.keys();
    const rows = (this.due.length - first!) / ROW;
    const none = [...this.#unproven.values()].every((wrong) => wrong.size === 0);
    return this.#sawEnd && none && this.#unproven.size === rows ? this.due.subarray(0, first) : undefined;
  }

  take({ rows, sure }: Reading): void {
    this.#sawEnd ||= rows.size > 0 && sure;
    this.#longEnough ||= sure && [...rows.keys()].every((at) => at < this.due.length);
    for (const [at, wrong] of this.#unproven) {
      const row = rows.get(at);
      if (row === undefined) continue;
      const came = toHex(row);
      if (came === toHex(this.due.subarray(at, at + ROW))) this.#unproven.delete(at);
      else if (!sure) continue;
      else if (wrong.has(came)) this.#differs ??= { at, bytes: row };
      else wrong.add(came);
    }
    for (const [at, row] of rows) {
      if (at < this.due.length || !sure) continue;
      const came = `${at}:${toHex(row)}`;
      if (this.#beyond.has(came)) this.#differs ??= { at, bytes: row };
      this.#beyond.add(came);
    }
  }
}

/** DUMP prints lines of an address and 16 bytes. */
export function dumped(text: string): Reading {
  const rows = new Map<number, Uint8Array>();
  for (const row of text.matchAll(/^([0-9A-F]{4})((?: +[0-9A-F]{2}){16})\s*$/gim))
    rows.set(parseInt(row[1]!, 16), fromHex(row[2]!.replace(/ /g, '')));
  return { rows, sure: true };
}

/** UPLOAD prints what DOWNLOAD reads, with the command in front: a digit that is lost moves all behind it. */
export function uploaded(text: string, due: number): Reading {
  const digits = /:([^:>]*)>/.exec(text)?.[1]?.replace(/\s/g, '') ?? '';
  const rows = new Map<number, Uint8Array>();
  for (let at = 0; 2 * at < digits.length; at += ROW) {
    const row = digits.slice(2 * at, 2 * (at + ROW));
    if (/^(?:[0-9A-F]{2})+$/i.test(row)) rows.set(at, fromHex(row));
  }
  return { rows, sure: digits.length === 2 * due };
}
