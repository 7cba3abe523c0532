/**
 * A folder of this computer as a disk of CP/M's: with a directory, with blocks that have numbers, and with an allocation
 * vector, so that the BDOS above can do what Digital Research's does.
 *
 *     host's files ──► directory entries ──► blocks of 4 KB: the host's content, or what was written over it
 *          ▲                                                                     │
 *          └──────────── the whole file, when it is closed or the program ends ──┘
 *
 * The folder is looked at again whenever a program asks for a name: files that came, went or changed their length on the
 * host do so here, unless the program has written to them. CP/M's own files have no length but in records: the last
 * record of another length is read filled up with ^Z, and the length stays unless that record is written.
 *
 * However wild a program is, what it can take of this computer has bounds: a drive grows by no more than a real one
 * holds, in bytes and in names, and of all drives together no more than HELD_BYTES are in memory.
 */
import { Allocation } from './allocation.js';
import { BlockStore, type Home, type Shared } from './block-store.js';
import { Directory, fileKey, keyOf } from './directory.js';
import { BLOCK, BLOCKS, BLOCKS_PER_ENTRY, BLOCKS_PER_EXTENT, DIRECTORY_BLOCKS, DIRECTORY_ENTRIES, DRIVE_BYTES, EXTENT_MASK, EXTENTS_PER_MODULE, MOST_RECORDS, RECORD, RECORDS_PER_BLOCK, RECORDS_PER_EXTENT } from './disk-parameters.js'; // prettier-ignore
import { blocksIn, extentOf, groupOf, setBlock } from './entry.js';
import { ATTRIBUTE, ENTRY, EX, type Fcb, NAME, RC, S2, TYPE } from './fcb.js';
import { FolderRefusal, type Folder, type FolderFile } from './folder.js';
import { fromHost, HostFile, isCpmName, toHost } from './host-file.js';
import { besideWords, writeBack } from './write-back.js';

/** Users 16 to 31 exist for the BDOS, if not for the CCP. */
const USERS = 32;

export class FolderDisk {
  readonly directory = new Directory();
  readonly allocation: Allocation;
  /** By user and name. */
  private readonly files = new Map<string, HostFile>();
  readonly blocks: BlockStore;
  /** May files be made and changed here, when it was last looked at? */
  isWritable = true;
  /** Blocks that are not the programs' doing, and directory entries that are. */
  private hostBlocks = 0;
  private newEntries = 0;
  private readonly remarked = new Set<string>();

  constructor(
    private readonly folder: Folder,
    private readonly shared: Shared,
  ) {
    const { capacity = DRIVE_BYTES } = folder;
    this.allocation = new Allocation(Math.max(0, BLOCKS - DIRECTORY_BLOCKS - Math.floor(capacity / BLOCK)));
    this.blocks = new BlockStore(this.allocation, (user) => this.folderOf(user), shared);
  }

  /** A disk that is put in: nothing is known of it. */
  reset(): void {
    this.blocks.reset();
    for (const index of this.directory.taken()) this.directory.erase(index);
    this.allocation.clear();
    this.files.clear();
    this.hostBlocks = this.newEntries = 0;
  }

  refreshAll(): void {
    for (let user = 0; user < USERS; user++) this.refresh(user);
  }

  /** As at the first use after a reset: the folder is read, and blocks that belong to no file are free again. */
  login(): void {
    this.refreshAll();
    this.allocation.clear();
    for (const index of this.directory.taken())
      for (const block of blocksIn(this.directory.entry(index))) if (block !== 0) this.allocation.take(block);
    // What the original would give away here is still to be kept.
    for (const file of this.files.values()) for (const block of file.unclosed.values()) this.allocation.take(block);
    this.directory.recount();
  }

  /** Look at the folder of a user area again. */
  refresh(user: number): void {
    const listed = this.listed(user);
    this.isWritable = this.folder.writable();
    for (const [key, file] of this.files) {
      if (file.user !== user || file.isUnclosed) continue;
      const there = listed.get(file.name);
      if (!there || there.size !== file.size || there.name !== file.host) this.drop(key, file);
      else if (there.readOnly !== file.isHostProtected) {
        file.isHostProtected = there.readOnly;
        file.isProtected = there.readOnly || file.isTooLong;
        this.showProtection(file);
      }
    }
    const added = [...listed].filter(([name]) => !this.files.has(fileKey(user, name)));
    const blocks = added.reduce((sum, [, { size }]) => sum + Math.ceil(Math.min(size, DRIVE_BYTES) / BLOCK), 0);
    // Not all of it can have numbers: the large ones are left out.
    if (blocks > this.allocation.left) added.sort(([, a], [, b]) => a.size - b.size);
    for (const [name, there] of added) this.add(user, name, there);
  }

  private listed(user: number): Map<string, FolderFile> {
    const listed = new Map<string, FolderFile>();
    for (const there of this.folderOf(user)?.list() ?? []) {
      const name = fromHost(there.name);
      if (name !== undefined && !listed.has(name)) listed.set(name, there);
    }
    return listed;
  }

  private add(user: number, name: string, there: FolderFile): void {
    const file = new HostFile(user, name, there.name, there);
    const records = file.hostRecords;
    const blocks = Math.ceil(records / RECORDS_PER_BLOCK);
    if (blocks > this.allocation.left)
      return this.remarkOnce(there.name, `${there.name} is not shown: CP/M cannot count that many blocks on a drive`);
    this.files.set(fileKey(user, name), file);
    this.hostBlocks += blocks;
    for (let first = 0; first === 0 || first < blocks; first += BLOCKS_PER_ENTRY) {
      const last = Math.max(first, Math.min(blocks, first + BLOCKS_PER_ENTRY) - 1);
      const extent = Math.floor(last / BLOCKS_PER_EXTENT);
      const entry = this.entryOf(file, extent);
      entry[RC] = Math.min(RECORDS_PER_EXTENT, records - extent * RECORDS_PER_EXTENT);
      for (let index = first; index < Math.min(blocks, first + BLOCKS_PER_ENTRY); index++) {
        const block = this.allocation.takeNear(index === first ? 0 : blocksIn(entry)[index - first - 1]!);
        this.blocks.settle(block, { file, index });
        setBlock(entry, index - first, block);
      }
      if (there.system) entry[TYPE + 1]! |= ATTRIBUTE;
      this.directory.set(this.directory.firstEmpty(), entry);
    }
    this.showProtection(file);
  }

  private entryOf(file: HostFile, extent: number): Uint8Array {
    const entry = new Uint8Array(ENTRY);
    entry[0] = file.user;
    for (let i = 0; i < file.name.length; i++) entry[NAME + i] = file.name.charCodeAt(i);
    entry[EX] = extent % EXTENTS_PER_MODULE;
    entry[S2] = Math.floor(extent / EXTENTS_PER_MODULE);
    return entry;
  }

  /** It is no longer on the host, or another one is there. */
  private drop(key: string, file: HostFile): void {
    for (const index of this.entriesOf(file)) {
      const before = this.allocation.taken;
      this.freeBlocks(index);
      this.hostBlocks -= before - this.allocation.taken;
      this.directory.erase(index);
    }
    this.release(key, file);
    this.blocks.unpin(file);
  }

  private release(key: string, file: HostFile): void {
    file.isGone = true;
    this.files.delete(key);
    if (file.replaced) this.blocks.unpin(file.replaced);
  }

  private readonly entriesOf = ({ user, name }: HostFile): number[] => this.directory.of(user, name);

  private showProtection(file: HostFile): void {
    for (const index of this.entriesOf(file)) {
      const entry = this.directory.entry(index);
      entry[TYPE] = (entry[TYPE]! & ~ATTRIBUTE) | (file.isProtected ? ATTRIBUTE : 0);
    }
  }

  file(user: number, name: string): HostFile | undefined {
    return this.files.get(fileKey(user, name));
  }

  /** A program opens it: is there more than it will see? Content that nobody has changed is read anew. */
  opened(file: HostFile): void {
    if (file.isTooLong)
      this.remarkOnce(
        file.host,
        `${file.host} has ${file.size} bytes: CP/M sees the first ${DRIVE_BYTES} of them, and cannot change the file`,
      );
    if (!file.isUnclosed) this.blocks.forgetImage(file);
  }

  private remarkOnce(about: string, words: string): void {
    if (this.remarked.has(about)) return;
    this.remarked.add(about);
    this.shared.remark(words);
  }

  /**
   * A new file or a further extent of one, as in the original empty in the directory at once; on the host too.
   * @param replacing there may be such a file already: it is replaced, on the host when the new one is closed
   * @throws FolderRefusal
   * @returns the index of the entry's place
   */
  make(user: number, name: string, extent: number, replacing: boolean): number {
    const key = fileKey(user, name);
    if (user >= USERS || !isCpmName(name)) throw new FolderRefusal('no name for a file');
    const earlier = this.files.get(key);
    if (earlier?.isProtected && replacing) throw new FolderRefusal('read-only');
    const isWhole = replacing && extent <= EXTENT_MASK;
    const replaced = !replacing
      ? []
      : this.directory
          .of(user, name)
          .filter((i) => isWhole || groupOf(this.directory.entry(i)) === (extent & ~EXTENT_MASK));
    if (replaced.length === 0 && this.newEntries >= DIRECTORY_ENTRIES) throw new FolderRefusal('directory full');
    if (!earlier) this.folderOf(user, true)!.write(toHost(name), new Uint8Array(0));
    else if (replacing) this.blocks.change(earlier);
    for (const index of replaced) this.eraseEntry(index);
    this.newEntries++;
    if (!earlier || isWhole) {
      const file = new HostFile(user, name, earlier?.host ?? toHost(name), { size: 0, readOnly: false });
      if (earlier) {
        this.blocks.shrink(earlier);
        file.original = earlier.original;
        file.isChanged = true;
        // Its content is in memory as long as this one is not closed.
        file.replaced = earlier.replaced ?? earlier;
        earlier.replaced = undefined;
        this.release(key, earlier);
      }
      this.files.set(key, file);
    }
    return this.directory.firstEmpty();
  }

  /** An entry's place and blocks are free again. */
  eraseEntry(index: number): void {
    this.freeBlocks(index);
    this.directory.erase(index);
    this.newEntries--;
  }

  private freeBlocks(index: number): void {
    for (const block of blocksIn(this.directory.entry(index))) this.allocation.free(block);
  }

  /** The file of the entry leaves the host; its entries the caller erases. @throws FolderRefusal */
  remove(file: HostFile): void {
    if (file.isFixed) throw new FolderRefusal('read-only');
    const there = this.listed(file.user).get(file.name);
    if (there) this.folderOf(file.user)!.remove(there.name);
    this.blocks.shrink(file);
    this.release(fileKey(file.user, file.name), file);
    this.blocks.unpin(file);
  }

  /** On the host; its entries the caller renames. @throws FolderRefusal also where the new name is taken */
  rename(file: HostFile, to: string): void {
    if (file.isFixed) throw new FolderRefusal('read-only');
    if (!isCpmName(to) || this.file(file.user, to)) throw new FolderRefusal('that name is taken, or none');
    this.folderOf(file.user)!.rename(file.host, toHost(to));
    this.files.delete(fileKey(file.user, file.name));
    file.name = to;
    file.host = toHost(to);
    this.files.set(fileKey(file.user, to), file);
  }

  /** Attributes that the entries have been given. @throws FolderRefusal where the host does not keep them */
  setAttributes(file: HostFile, attributes: { readOnly: boolean; system: boolean }): void {
    const folder = this.folderOf(file.user)!;
    if (folder.setAttributes) {
      folder.setAttributes(file.host, attributes);
      file.isHostProtected = attributes.readOnly;
    }
    file.isProtected = attributes.readOnly || file.isTooLong;
    this.showProtection(file);
  }

  /** A new block for a file, its records zeros. @returns 0 where the disk is full */
  newBlock(near: number): number {
    if (this.allocation.taken - this.hostBlocks >= BLOCKS - DIRECTORY_BLOCKS) return 0;
    const block = this.allocation.takeNear(near);
    if (block !== 0) this.blocks.settle(block, undefined);
    return block;
  }

  /** The file that an FCB's user and name stand for, and the place in it of one of the FCB's blocks. */
  homeOf(fcb: Fcb, k: number): Home | undefined {
    const file = this.file(fcb.byte(0), fcb.name());
    return file && { file, index: (fcb.extent & ~EXTENT_MASK) * BLOCKS_PER_EXTENT + k };
  }

  /** An entry goes to the directory with what a program has done to its file. @throws FolderRefusal */
  setEntry(index: number, entry: Uint8Array): void {
    const file = this.files.get(keyOf(entry));
    if (file) this.blocks.change(file);
    this.directory.set(index, entry);
    if (!file) return;
    const first = groupOf(entry) * BLOCKS_PER_EXTENT;
    blocksIn(entry).forEach((block, k) => {
      if (file.unclosed.get(first + k) === block) file.unclosed.delete(first + k);
    });
  }

  /**
   * Write a file to the host if it has been changed.
   * @throws FolderRefusal; the earlier file stays then, and the change in memory
   */
  save(file: HostFile, isCutOff = false): void {
    if (!file.isChanged) return;
    const there = this.listed(file.user).get(file.name);
    const bytes = this.content(file);
    const beside = writeBack(this.folderOf(file.user, true)!, {
      name: there?.name ?? toHost(file.name),
      there,
      bytes,
      original: file.original,
      isCutOff,
    });
    if (file.replaced) this.blocks.unpin(file.replaced);
    file.replaced = undefined;
    this.blocks.saved(file, bytes.length, this.blocksOf(file));
    if (beside === undefined) return;
    this.shared.remark(besideWords(there!.name, beside, isCutOff));
    this.drop(fileKey(file.user, file.name), file);
  }

  /** The end of a program: files are closed for it, and written. @returns names that could not be */
  closeAll(isCutOff: boolean): string[] {
    const lost: string[] = [];
    for (const [key, file] of [...this.files]) {
      if (!file.isUnclosed) continue;
      try {
        this.closeFor(file);
        this.save(file, isCutOff);
      } catch (error) {
        if (!(error instanceof FolderRefusal)) throw error;
        lost.push(toHost(file.name));
      }
      // Its entries are made anew, as those of any file of the host.
      this.drop(key, file);
    }
    return lost;
  }

  /** Names of files that a program has written to and not closed. */
  unclosed = (): string[] => [...this.files.values()].filter((file) => file.isUnclosed).map(({ name }) => toHost(name));

  /** Blocks and records that a program wrote and did not bring into the directory come there. */
  private closeFor(file: HostFile): void {
    this.blocks.change(file);
    for (const [index, block] of file.unclosed) {
      const entry = this.entryFor(file, index) ?? this.newEntryFor(file, index);
      if (blocksIn(entry)[index % BLOCKS_PER_ENTRY] === 0) setBlock(entry, index % BLOCKS_PER_ENTRY, block);
    }
    file.unclosed.clear();
    const last = file.writtenRecords - 1;
    const entry = this.entryFor(file, Math.floor(last / RECORDS_PER_BLOCK));
    const extent = Math.floor(last / RECORDS_PER_EXTENT);
    if (!entry || extent < extentOf(entry)) return;
    const records = (last % RECORDS_PER_EXTENT) + 1;
    entry[RC] = extent === extentOf(entry) ? Math.max(entry[RC]!, records) : records;
    entry[EX] = extent % EXTENTS_PER_MODULE;
  }

  /** The entry for a block of a file. */
  private entryFor(file: HostFile, index: number): Uint8Array | undefined {
    return this.entriesOf(file)
      .map((at) => this.directory.entry(at))
      .find((entry) => groupOf(entry) * BLOCKS_PER_EXTENT === index - (index % BLOCKS_PER_ENTRY));
  }

  private newEntryFor(file: HostFile, index: number): Uint8Array {
    const at = this.directory.firstEmpty();
    this.directory.set(at, this.entryOf(file, Math.floor(index / BLOCKS_PER_EXTENT)));
    return this.directory.entry(at);
  }

  /** A file as its directory entries have it: records of zeros where it has no blocks. */
  content(file: HostFile): Uint8Array {
    const records = this.recordsOf(file);
    const bytes = new Uint8Array(records * RECORD);
    for (const [block, index] of this.blocksOf(file))
      for (let i = 0; i < RECORDS_PER_BLOCK && index * RECORDS_PER_BLOCK + i < records; i++)
        bytes.set(this.blocks.record(block, i), index * BLOCK + i * RECORD);
    const isLengthKept = records === file.hostRecords && !file.isTailWritten && file.original?.size === file.size;
    return isLengthKept || !file.isChanged ? bytes.subarray(0, file.size) : bytes;
  }

  /** An entry without blocks is no part of the content, wherever it stands, and none beyond the largest file. */
  private recordsOf(file: HostFile): number {
    const ends = this.entriesOf(file)
      .map((index) => this.directory.entry(index))
      .filter((entry) => blocksIn(entry).some((block) => block !== 0))
      .map((entry) => extentOf(entry) * RECORDS_PER_EXTENT + entry[RC]!);
    return Math.max(0, ...ends.filter((end) => end <= MOST_RECORDS));
  }

  /** Its blocks with their places in it. */
  private blocksOf(file: HostFile): [block: number, index: number][] {
    return this.entriesOf(file).flatMap((at) => {
      const entry = this.directory.entry(at);
      const first = groupOf(entry) * BLOCKS_PER_EXTENT;
      return blocksIn(entry).flatMap((block, k): [number, number][] => (block === 0 ? [] : [[block, first + k]]));
    });
  }

  /** User 0 is the folder itself, the others are folders in it. */
  private folderOf(user: number, make = false): Folder | undefined {
    return user === 0 ? this.folder : this.folder.sub(`user${user}`, make);
  }
}
