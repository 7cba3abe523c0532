/**
 * The content of a disk's blocks: that of the host's files, and what programs have written over it, which is all in
 * memory until it goes to the host as a whole file (folder-disk.ts).
 */
import type { Allocation } from './allocation.js';
import { BLOCK, DRIVE_BYTES, RECORD, RECORDS_PER_BLOCK } from './disk-parameters.js';
import { FolderRefusal, type Folder } from './folder.js';
import { recordsIn, type HostFile } from './host-file.js';

/** A few of the largest files that CP/M can have. */
const HELD_BYTES = 8 * DRIVE_BYTES;
const CTRL_Z = 0x1a;
const NOTHING = new Uint8Array(0);

/** What all drives share. */
export interface Shared {
  /** Bytes in memory. */
  held: number;
  /** Make room: forget what can be read from the host again. */
  forget: () => void;
  /** Is told what the program can't know and its user should. */
  remark: (words: string) => void;
}

/** Where a block is in a file. */
export interface Home {
  file: HostFile;
  index: number;
}

export class BlockStore {
  /** Bytes by which programs have made the drive grow. */
  private grown = 0;
  private readonly homes = new Map<number, Home>();
  /** Blocks whose content is not the host's. */
  private readonly written = new Map<number, Uint8Array>();
  /** Files with their content in memory. */
  private readonly images = new Set<HostFile>();

  constructor(
    private readonly allocation: Allocation,
    private readonly folderOf: (user: number) => Folder | undefined,
    private readonly shared: Shared,
  ) {}

  reset(): void {
    for (const file of this.images) this.forgetImage(file);
    for (const block of this.written.keys()) this.forgetBlock(block);
    this.homes.clear();
    this.grown = 0;
  }

  /** The block has the host's content, or as a new one zeros. */
  settle(block: number, home: Home | undefined): void {
    this.forgetBlock(block);
    if (home) this.homes.set(block, home);
    else this.homes.delete(block);
  }

  /** The 128 bytes of a record of a block. */
  record(block: number, record: number): Uint8Array {
    const written = this.written.get(block);
    const home = this.homes.get(block);
    const bytes = written ?? (home && this.imageOf(home.file)) ?? NOTHING;
    const start = record * RECORD + (written || !home ? 0 : home.index * BLOCK);
    if (start + RECORD <= bytes.length) return bytes.subarray(start, start + RECORD);
    // Behind the end of the host's file: ^Z in its last record.
    const partly = new Uint8Array(RECORD).fill(start < bytes.length ? CTRL_Z : 0);
    partly.set(bytes.subarray(start));
    return partly;
  }

  /**
   * @param home the file of the FCB's name and the block's place in it: whose a new block is
   * @throws FolderRefusal where the file may not be written or there is no more room
   */
  writeRecord(block: number, record: number, home: Home | undefined, from: Uint8Array, at: number): void {
    const known = this.homes.get(block);
    const isKnown = known !== undefined && !known.file.isGone;
    // A block that was given back belongs to no file, whatever an FCB says.
    const owner = isKnown ? known : this.allocation.isTaken(block) ? home : undefined;
    if (owner) this.allowWrite(owner, record);
    const bytes = this.written.get(block) ?? this.copyOf(block, known);
    for (let i = 0; i < RECORD; i++) bytes[record * RECORD + i] = from[(at + i) & 0xffff]!;
    if (!owner) return;
    const { file, index } = owner;
    if (!isKnown) {
      this.homes.set(block, owner);
      file.unclosed.set(index, block);
    }
    file.writtenRecords = Math.max(file.writtenRecords, index * RECORDS_PER_BLOCK + record + 1);
  }

  /** @throws FolderRefusal */
  private allowWrite({ file, index }: Home, record: number): void {
    if (file.isFixed) throw new FolderRefusal('read-only');
    const number = index * RECORDS_PER_BLOCK + record;
    const end = (number + 1) * RECORD;
    // Room for the whole file beside the earlier one, which is replaced when the new one is complete.
    if (end > file.size && end > file.room) file.room = this.folderOf(file.user)!.free(file.host);
    if (end > file.size && end > file.room) throw new FolderRefusal('disk full');
    this.grow(file, end);
    this.change(file);
    if (number === file.hostRecords - 1) file.isTailWritten = true;
  }

  /** Holes take room on the host, as blocks do on a disk. @throws FolderRefusal */
  private grow(file: HostFile, end: number): void {
    const more = Math.max(0, end - file.length);
    if (this.grown + more > DRIVE_BYTES) throw new FolderRefusal('disk full');
    this.grown += more;
    file.length += more;
  }

  /** A file has been deleted or is made anew: what it had may grow again. */
  shrink(file: HostFile): void {
    this.grown -= file.length;
  }

  /** @throws FolderRefusal */
  private copyOf(block: number, home: Home | undefined): Uint8Array {
    this.makeRoom(BLOCK);
    const bytes = new Uint8Array(BLOCK);
    if (home) for (let i = 0; i < RECORDS_PER_BLOCK; i++) bytes.set(this.record(block, i), i * RECORD);
    this.written.set(block, bytes);
    this.shared.held += BLOCK;
    return bytes;
  }

  /** Before the first change of a file: what is there is kept for comparison. @throws FolderRefusal */
  change(file: HostFile): void {
    if (file.isChanged) return;
    if (file.size > 0) {
      const bytes = this.imageOf(file);
      if (!bytes) throw new FolderRefusal('cannot be read');
      file.original = { bytes, size: file.size };
    }
    file.isChanged = true;
  }

  /**
   * The host has it as the directory has. Blocks with more than that keep it: an FCB that says fewer records hides the rest, and
   * a later one shows it again. The others settle.
   */
  saved(file: HostFile, size: number, blocks: [block: number, index: number][]): void {
    const most = Math.max(file.writtenRecords, file.hostRecords, file.hiddenRecords);
    const records = recordsIn(size);
    const isAll = most <= records;
    const hasMore = ([, index]: [number, number]): boolean => !isAll && (index + 1) * RECORDS_PER_BLOCK > records;
    for (const [block] of blocks.filter(hasMore)) this.hide(block);
    this.forgetImage(file);
    file.size = size;
    file.isChanged = file.isTailWritten = false;
    file.original = undefined;
    file.hiddenRecords = isAll ? 0 : most;
    if (file.writtenRecords <= records) file.writtenRecords = 0;
    for (const entry of blocks) if (!hasMore(entry)) this.settle(entry[0], { file, index: entry[1] });
  }

  /** What the host will no longer have of a block, as far as there is room in memory. */
  private hide(block: number): void {
    if (this.written.has(block)) return;
    try {
      this.copyOf(block, this.homes.get(block));
    } catch (error) {
      if (!(error instanceof FolderRefusal)) throw error;
    }
  }

  /** The host's content, of a file that is gone only where it is in memory. */
  imageOf(file: HostFile): Uint8Array | undefined {
    if (file.image || file.isGone || file.size === 0) return file.image;
    try {
      this.makeRoom(Math.min(DRIVE_BYTES, file.size));
      file.image = this.folderOf(file.user)?.read(file.host, DRIVE_BYTES);
    } catch (error) {
      if (error instanceof FolderRefusal) return undefined;
      throw error;
    }
    this.images.add(file);
    this.shared.held += file.image?.length ?? 0;
    return file.image;
  }

  /** @throws FolderRefusal */
  private makeRoom(bytes: number): void {
    if (this.shared.held + bytes > HELD_BYTES) this.shared.forget();
    if (this.shared.held + bytes > HELD_BYTES) throw new FolderRefusal('disk full');
  }

  /** What can be read from the host again, and what belongs to no file. */
  forget(): void {
    for (const file of this.images) if (!file.isChanged) this.forgetImage(file);
    for (const block of this.written.keys()) if (!this.allocation.isTaken(block)) this.forgetBlock(block);
  }

  forgetImage(file: HostFile): void {
    if (this.images.delete(file)) this.shared.held -= file.image?.length ?? 0;
    file.image = undefined;
  }

  /** Nothing is to be compared with its content any more. */
  unpin(file: HostFile): void {
    file.isChanged = false;
  }

  private forgetBlock(block: number): void {
    if (this.written.delete(block)) this.shared.held -= BLOCK;
  }
}
