/**
 * How the BDOS finds, makes and closes the extents of files, on one disk at a time (CP/M 2.2 Interface Guide, chapter 2;
 * what the Guide leaves open is as Digital Research's own does it, see test/emu/cpm/original.test.ts).
 *
 * An FCB in use is a copy of a directory entry. What is written shows in it, and goes to the directory when the extent
 * is closed; until then the directory, and another FCB, know nothing of it.
 */
import { BdosError } from './bdos-error.js';
import { ENTRIES_PER_RECORD, type Directory } from './directory.js';
import { BLOCKS_PER_ENTRY } from './disk-parameters.js';
import { ATTRIBUTE, CR, ENTRY, EX, Fcb, MAP, NAME_LENGTH, nameIn, RC, S1, S2, TYPE, UNWRITTEN } from './fcb.js';
import { FolderRefusal } from './folder.js';
import type { FolderDisk } from './folder-disk.js';

export const FAILED = 0xff;
/** Bytes of an FCB that a search compares: the user and the name, or these and the extent. */
export const BY_NAME = 1 + NAME_LENGTH;
export const BY_EXTENT = S2 + 1;

/** The drive that a call is about. */
export interface Selected {
  readonly drive: number;
  readonly disk: FolderDisk;
  /** By call 28. */
  readonly isProtected: () => boolean;
}

/** What call 18 goes on with. */
interface Searched {
  readonly fcb: Fcb;
  readonly length: number;
}

export interface SearchState {
  at: number;
  searched: Searched | undefined;
}

export class DirectoryCalls {
  /** Index of the directory entry that the last search found; -1 at its end. */
  at = -1;
  /** Has the last close brought the FCB into the directory? */
  isMerged = false;
  private searched: Searched | undefined;
  private selected!: Selected;

  select(selected: Selected): void {
    this.selected = selected;
  }

  get searchState(): SearchState {
    return { at: this.at, searched: this.searched };
  }

  set searchState({ at, searched }: SearchState) {
    this.at = at;
    this.searched = searched;
  }

  get disk(): FolderDisk {
    return this.selected.disk;
  }

  get directory(): Directory {
    return this.disk.directory;
  }

  /** The place of the entry in its record, which many calls return. */
  get code(): number {
    return this.at < 0 ? FAILED : this.at % ENTRIES_PER_RECORD;
  }

  search(fcb: Fcb, length: number): number {
    this.searched = { fcb, length };
    this.at = -1;
    return this.searchOn();
  }

  /** The next entry that fits the FCB as it is now. @returns the directory code */
  searchOn(): number {
    const { fcb, length } = this.searched!;
    const { directory } = this;
    for (this.at++; this.at < directory.used; this.at++) if (directory.fits(this.at, fcb, length)) return this.code;
    this.at = -1;
    return FAILED;
  }

  /** The FCB of the last search, which call 18 is not given; none after a file was made. */
  get searchedFcb(): Fcb | undefined {
    return this.searched?.fcb;
  }

  /** Each entry that fits the name. */
  *named(fcb: Fcb): Generator<number> {
    for (this.search(fcb, BY_NAME); this.at >= 0; this.searchOn()) yield this.at;
  }

  /** @throws BdosError */
  refuseProtectedDrive(): void {
    const { drive, disk, isProtected } = this.selected;
    if (isProtected() || !disk.isWritable) throw new BdosError(drive, 'R/O');
  }

  /** @throws BdosError */
  refuseProtected(typeByte: number): void {
    if ((typeByte & ATTRIBUTE) !== 0) throw new BdosError(this.selected.drive, 'File R/O');
  }

  open(fcb: Fcb): number {
    const code = this.search(fcb, BY_EXTENT);
    if (this.at >= 0) this.copyEntry(fcb);
    return code;
  }

  /** The entry found into the FCB, whose extent stays: its records are none, or all, where the entry ends elsewhere. */
  copyEntry(fcb: Fcb): void {
    const entry = this.directory.entry(this.at);
    const extent = fcb.byte(EX);
    for (let i = 0; i < ENTRY; i++) fcb.set(i, entry[i]!);
    fcb.set(S2, entry[S2]! | UNWRITTEN);
    fcb.set(EX, extent);
    if (entry[EX] !== extent) fcb.set(RC, entry[EX]! < extent ? 0 : 128);
  }

  /** What the FCB has goes to its directory entry. @returns the directory code */
  close(fcb: Fcb): number {
    this.at = 0;
    this.isMerged = false;
    if (this.selected.isProtected() || (fcb.byte(S2) & UNWRITTEN) !== 0) return 0;
    if (this.search(fcb, BY_EXTENT) === FAILED) return FAILED;
    const entry = this.directory.entry(this.at).slice();
    if (this.wasNeverOpened(fcb, entry)) return this.code;
    const merged = new Fcb(entry, 0);
    for (let k = 0; k < BLOCKS_PER_ENTRY; k++) {
      if (fcb.block(k) === 0) fcb.setBlock(k, merged.block(k));
      if (merged.block(k) === 0) merged.setBlock(k, fcb.block(k));
      // Another FCB has given the file another block there.
      if (fcb.block(k) !== merged.block(k)) return (this.code - 1) & 0xff;
    }
    if (fcb.byte(EX) >= entry[EX]!) {
      entry[EX] = fcb.byte(EX);
      entry[RC] = fcb.byte(RC);
    }
    this.disk.setEntry(this.at, entry);
    this.isMerged = true;
    return this.code;
  }

  /**
   * An FCB without blocks and records, of a file that has some: the original would make the file end here, which on the
   * host would be the end of its content.
   */
  private wasNeverOpened(fcb: Fcb, entry: Uint8Array): boolean {
    const isEmpty = (of: Fcb): boolean => range(RC, CR).every((i) => of.byte(i) === 0);
    return isEmpty(fcb) && !isEmpty(new Fcb(entry, 0));
  }

  /**
   * A new extent, empty in the FCB and in the directory.
   * @param replacing what is there already, as a program wants it that makes a file @throws BdosError
   */
  make(fcb: Fcb, replacing = false): number {
    this.refuseProtectedDrive();
    this.searched = undefined;
    const user = fcb.byte(0);
    try {
      this.at = this.disk.make(user, fcb.name(), fcb.extent, replacing);
    } catch (error) {
      this.at = -1;
      return refused(error);
    }
    for (const i of [S1, ...range(RC, CR)]) fcb.set(i, 0);
    this.disk.setEntry(this.at, entryFrom(fcb));
    fcb.set(S2, fcb.byte(S2) | UNWRITTEN);
    return this.code;
  }

  /** @throws BdosError */
  erase(fcb: Fcb): number {
    this.refuseProtectedDrive();
    let code = FAILED;
    for (const at of this.named(fcb)) {
      const entry = this.directory.entry(at);
      this.refuseProtected(entry[TYPE]!);
      const file = this.fileOf(entry);
      try {
        if (file) this.disk.remove(file);
        this.disk.eraseEntry(at);
        code = 0;
      } catch (error) {
        if (refused(error) === FAILED) return FAILED;
      }
    }
    return code;
  }

  /** @throws BdosError */
  rename(fcb: Fcb): number {
    this.refuseProtectedDrive();
    const to = fcb.name(MAP + 1);
    fcb.set(MAP, fcb.byte(0));
    let code = FAILED;
    for (const at of this.named(fcb)) {
      const entry = this.directory.entry(at);
      this.refuseProtected(entry[TYPE]!);
      const file = this.fileOf(entry);
      try {
        if (file && file.name !== to) this.disk.rename(file, to);
      } catch (error) {
        return refused(error);
      }
      for (let i = 0; i < BY_NAME; i++) entry[i] = fcb.byte(MAP + i);
      code = 0;
    }
    return code;
  }

  setAttributes(fcb: Fcb): number {
    let code = FAILED;
    for (const at of this.named(fcb)) {
      const entry = this.directory.entry(at);
      const file = this.fileOf(entry);
      for (let i = 1; i < BY_NAME; i++) entry[i] = (entry[i]! & ~ATTRIBUTE) | (fcb.byte(i) & ATTRIBUTE);
      try {
        if (file) this.disk.setAttributes(file, attributesOf(entry));
      } catch (error) {
        return refused(error);
      }
      code = 0;
    }
    return code;
  }

  private fileOf(entry: Uint8Array): ReturnType<FolderDisk['file']> {
    return this.disk.file(entry[0]!, nameIn({ byte: (i) => entry[i]! }));
  }
}

/** An FCB's first 32 bytes, the name in capitals. */
function entryFrom(fcb: Fcb): Uint8Array {
  const name = fcb.name();
  return Uint8Array.from({ length: ENTRY }, (_, i) =>
    i >= 1 && i < BY_NAME ? name.charCodeAt(i - 1) | (fcb.byte(i) & ATTRIBUTE) : fcb.byte(i),
  );
}

function attributesOf(entry: Uint8Array): { readOnly: boolean; system: boolean } {
  return { readOnly: (entry[TYPE]! & ATTRIBUTE) !== 0, system: (entry[TYPE + 1]! & ATTRIBUTE) !== 0 };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function refused(error: unknown): number {
  if (error instanceof FolderRefusal) return FAILED;
  throw error;
}
