/**
 * The file half of the BDOS (calls 13 to 40), over host folders (CP/M 2.2 Interface Guide, chapter 2).
 *
 * A file is found by drive, user and name at every call, so a program may copy or move its FCB. Where Digital
 * Research's BDOS would print "Bdos Err" and reboot (read-only file or drive, drive that does not exist) the call
 * gives its error code instead, and the program goes on.
 */
import { type Disks, DRIVES, type DiskFile, type Place } from './disks.js';
import { allocationMap, EXTENTS_PER_ENTRY, Fcb, MOST_RECORDS, RECORD, recordsInExtent, RECORDS_PER_EXTENT } from './fcb.js'; // prettier-ignore
import { FolderRefusal } from './folder.js';
import { FREE, PRICE, type HostWork } from './host-work.js';
import { DMA_DEFAULT, DRIVE_BYTE } from './memory-map.js';

const OK = 0;
/** Directory calls: not found, or not done. */
const FAILED = 0xff;
/** Sequential and random access. */
const END_OF_FILE = 1;
const DISK_FULL = 2;
const NO_EXTENT = 4;
const PAST_DISK = 6;
const ENTRY = 32;
/** Directory entries of a deleted file; fills the rest of a searched record. */
const EMPTY = 0xe5;

/** A drive of 8 MB in blocks of 4 KB with 1,024 directory entries, as a disk parameter block. */
const DISK_PARAMETERS = [
  64, 0, // SPT: records in a track
  5, 31, 1, // BSH BLM EXM: 4 KB, two extents an entry
  2047 & 255, 2047 >> 8, // DSM: highest block
  1023 & 255, 1023 >> 8, // DRM: highest entry
  255, 0, // AL0 AL1: the directory's eight blocks
  0, 0, // CKS: fixed
  0, 0, // OFF
]; // prettier-ignore
const BLOCKS = 2048;
const DIRECTORY_BLOCKS = 8;
const BLOCK = 4096;
const ALLOCATION_BYTES = BLOCKS / 8;

export interface FileCallAddresses {
  /** Where the disk parameter block and the allocation vector are in the Z80's memory. */
  parameters: number;
  allocation: number;
}

export class BdosFiles {
  drive = 0;
  user = 0;
  private dma = DMA_DEFAULT;
  /** Directory entries that the search in progress has still to give. */
  private found: Iterator<Uint8Array, undefined> = [].values();
  /** Bit by drive: used since the last reset, and protected by call 28. */
  private login = 1;
  private readOnly = 0;

  /** By number, given DE. */
  readonly calls: Record<number, (de: number) => number> = {
    13: () => this.reset(),
    14: (de) => this.select(de & 0xff),
    15: (de) => this.open(this.fcb(de)),
    16: (de) => this.close(this.fcb(de)),
    17: (de) => this.searchFirst(this.fcb(de)),
    18: () => this.searchNext(),
    19: (de) => this.erase(this.fcb(de)),
    20: (de) => this.readSequential(this.fcb(de)),
    21: (de) => this.writeSequential(this.fcb(de)),
    22: (de) => this.make(this.fcb(de)),
    23: (de) => this.change(this.fcb(de), (fcb, place) => this.disks.rename(place, fcb.name(), fcb.newName)),
    24: () => this.login,
    25: () => this.drive,
    26: (de) => ((this.dma = de), OK),
    27: () => this.allocation(),
    28: () => ((this.readOnly |= 1 << this.drive), OK),
    29: () => this.readOnly,
    30: (de) => this.change(this.fcb(de), (fcb, place) => this.disks.setAttributes(place, fcb.name(), fcb.attributes)),
    31: () => (this.memory.set(DISK_PARAMETERS, this.at.parameters), this.at.parameters),
    32: (de) => this.userCode(de & 0xff),
    33: (de) => this.readRandom(this.fcb(de)),
    34: (de) => this.writeRandom(this.fcb(de)),
    35: (de) => this.fileSize(this.fcb(de)),
    36: (de) => this.setRandom(this.fcb(de)),
    37: (de) => ((this.login &= ~de), (this.readOnly &= ~de), OK),
    // 38 and 39 are not of CP/M 2.2. Gaps are filled with zeros here by call 34 too.
    40: (de) => this.writeRandom(this.fcb(de)),
  };

  constructor(
    private readonly memory: Uint8Array,
    private readonly disks: Disks,
    private readonly at: FileCallAddresses,
    private readonly work: Pick<HostWork, 'spend'> = FREE,
  ) {}

  /** What a warm boot sets back: the buffer; drive and user stay. */
  warmBoot(): void {
    this.dma = DMA_DEFAULT;
    this.found = [].values();
    this.memory[DRIVE_BYTE] = (this.user << 4) | this.drive;
  }

  private fcb(at: number): Fcb {
    return new Fcb(this.memory, at);
  }

  private place(fcb: Fcb): Place {
    // A search on drive `?` is for the default drive, all users.
    const drive = fcb.drive === 0 || fcb.drive === 0x3f ? this.drive : fcb.drive - 1;
    return { drive, user: this.user };
  }

  private reset(): number {
    this.drive = 0;
    this.dma = DMA_DEFAULT;
    this.login = 1;
    this.readOnly = 0;
    return OK;
  }

  private select(drive: number): number {
    if (drive >= DRIVES || !this.disks.has(drive)) return FAILED;
    this.drive = drive;
    this.login |= 1 << drive;
    this.memory[DRIVE_BYTE] = (this.user << 4) | drive;
    return OK;
  }

  private userCode(user: number): number {
    if (user === 0xff) return this.user;
    this.user = user & 0x0f;
    return OK;
  }

  private open(fcb: Fcb): number {
    const file = this.disks.find(this.place(fcb), fcb.name())[0];
    if (!file) return FAILED;
    this.disks.opened(this.place(fcb), file.name);
    // A wild name becomes the one that was found.
    for (let i = 0; i < 11; i++) fcb.set(1 + i, attributed(file, i));
    fcb.clearModule();
    if (fcb.extent > 0 && recordsInExtent(file.records, fcb.extent) === 0) return FAILED;
    fcb.showSize(file.records);
    return OK;
  }

  /** Not held up by a protected drive: nothing can have been written to it. */
  private close(fcb: Fcb): number {
    try {
      this.disks.close(this.place(fcb), fcb.name());
      return OK;
    } catch (error) {
      return refused(error, FAILED);
    }
  }

  private make(fcb: Fcb): number {
    const place = this.place(fcb);
    if (fcb.isWild || this.isProtected(place.drive)) return FAILED;
    // Programs of CP/M 1.4's time make the next extent themselves.
    if (fcb.extent > 0 && this.disks.get(place, fcb.name())) return OK;
    return this.change(fcb, () => {
      this.disks.make(place, fcb.name());
      fcb.clearModule();
      fcb.showSize(0);
    });
  }

  private erase(fcb: Fcb): number {
    const place = this.place(fcb);
    const files = this.disks.find(place, fcb.name());
    if (files.length === 0) return FAILED;
    return this.change(fcb, () => files.forEach((file) => this.disks.remove(place, file)));
  }

  /** A call that changes the directory: 0, or FFh where there is no such file or it may not be. */
  private change(fcb: Fcb, work: (fcb: Fcb, place: Place) => void): number {
    const place = this.place(fcb);
    try {
      if (this.isProtected(place.drive)) return FAILED;
      work(fcb, place);
      return OK;
    } catch (error) {
      return refused(error, FAILED);
    }
  }

  private isProtected(drive: number): boolean {
    return ((this.readOnly >> drive) & 1) === 1;
  }

  private searchFirst(fcb: Fcb): number {
    const place = this.place(fcb);
    const everyone = fcb.drive === 0x3f;
    const users = everyone ? Array.from({ length: 16 }, (_, user) => user) : [this.user];
    const extent = everyone || fcb.allExtents ? undefined : fcb.extent;
    const name = everyone ? '?'.repeat(11) : fcb.name();
    const { disks } = this;
    this.found = (function* () {
      for (const user of users)
        for (const file of disks.find({ drive: place.drive, user }, name)) yield* directoryEntries(file, user, extent);
      return undefined;
    })();
    return this.searchNext();
  }

  /** The entry at the start of the buffer, as if it were the first of the four in its record. */
  private searchNext(): number {
    this.work.spend(PRICE.entry);
    const entry = this.found.next().value;
    if (!entry) return FAILED;
    for (let i = 0; i < RECORD; i++) this.memory[(this.dma + i) & 0xffff] = i < ENTRY ? entry[i]! : EMPTY;
    return 0;
  }

  private readSequential(fcb: Fcb): number {
    if (!this.stepExtent(fcb)) return END_OF_FILE;
    if (!this.disks.readRecord(this.place(fcb), fcb.name(), fcb.record, this.memory, this.dma)) return END_OF_FILE;
    this.show(fcb);
    fcb.cr++;
    return OK;
  }

  private writeSequential(fcb: Fcb): number {
    if (!this.stepExtent(fcb)) return DISK_FULL;
    const code = this.write(fcb);
    if (code === OK) fcb.cr++;
    return code;
  }

  /**
   * CR 128, left by the last access, is the first record of the next extent. Behind the last extent that a file can
   * have there is none: the call ends there and changes nothing, as the counters would begin again at the file's start.
   */
  private stepExtent(fcb: Fcb): boolean {
    const next = fcb.cr < RECORDS_PER_EXTENT ? fcb.extent : fcb.extent + 1;
    if (next * RECORDS_PER_EXTENT >= MOST_RECORDS) return false;
    if (next === fcb.extent) return true;
    fcb.extent = next;
    fcb.cr = 0;
    return true;
  }

  private write(fcb: Fcb): number {
    const place = this.place(fcb);
    if (this.isProtected(place.drive)) return DISK_FULL;
    try {
      this.disks.writeRecord(place, fcb.name(), fcb.record, this.memory, this.dma);
    } catch (error) {
      return refused(error, DISK_FULL);
    }
    this.show(fcb);
    return OK;
  }

  private show(fcb: Fcb): void {
    fcb.showSize(this.disks.records(this.place(fcb), fcb.name()) ?? 0);
  }

  private readRandom(fcb: Fcb): number {
    const record = fcb.random;
    if (record >= MOST_RECORDS) return PAST_DISK;
    this.seek(fcb, record);
    if (this.disks.readRecord(this.place(fcb), fcb.name(), record, this.memory, this.dma)) {
      this.show(fcb);
      return OK;
    }
    const records = this.disks.records(this.place(fcb), fcb.name()) ?? 0;
    return recordsInExtent(records, fcb.extent) > 0 ? END_OF_FILE : NO_EXTENT;
  }

  private writeRandom(fcb: Fcb): number {
    const record = fcb.random;
    if (record >= MOST_RECORDS) return PAST_DISK;
    this.seek(fcb, record);
    return this.write(fcb);
  }

  /** Sequential access goes on with the same record after a random one. */
  private seek(fcb: Fcb, record: number): void {
    fcb.extent = Math.floor(record / RECORDS_PER_EXTENT);
    fcb.cr = record % RECORDS_PER_EXTENT;
  }

  private fileSize(fcb: Fcb): number {
    const file = this.disks.get(this.place(fcb), fcb.name());
    fcb.random = file?.records ?? 0;
    return file ? OK : FAILED;
  }

  private setRandom(fcb: Fcb): number {
    fcb.random = fcb.record;
    return OK;
  }

  /** Bit by block, first block in bit 7: the directory's, and as many as the files take. */
  private allocation(): number {
    const blocks = DIRECTORY_BLOCKS + Math.ceil(this.disks.used(this.drive) / BLOCK);
    for (let i = 0; i < ALLOCATION_BYTES; i++) {
      const full = Math.min(8, Math.max(0, blocks - 8 * i));
      this.memory[this.at.allocation + i] = 0xff00 >> full;
    }
    return this.at.allocation;
  }
}

/** A file's directory entries, two extents each; the one that holds `extent`, or all. */
function* directoryEntries(file: DiskFile, user: number, extent: number | undefined): Generator<Uint8Array> {
  const last = Math.max(0, Math.ceil(file.records / RECORDS_PER_EXTENT) - 1);
  for (let first = 0; first <= last; first += EXTENTS_PER_ENTRY) {
    if (extent !== undefined && Math.floor(extent / EXTENTS_PER_ENTRY) * EXTENTS_PER_ENTRY !== first) continue;
    const shown = Math.min(last, first + EXTENTS_PER_ENTRY - 1);
    const entry = new Uint8Array(ENTRY);
    entry[0] = user;
    for (let i = 0; i < 11; i++) entry[1 + i] = attributed(file, i);
    entry[12] = shown % 32;
    entry[14] = Math.floor(shown / 32);
    entry[15] = recordsInExtent(file.records, shown);
    entry.set(allocationMap(file.records, first), 16);
    yield entry;
  }
}

/** A character of the name with its attribute: read-only on the first of the type, system on the second. */
function attributed(file: DiskFile, i: number): number {
  const on = (i === 8 && file.readOnly) || (i === 9 && file.system);
  return file.name.charCodeAt(i) | (on ? 0x80 : 0);
}

function refused(error: unknown, code: number): number {
  if (error instanceof FolderRefusal) return code;
  throw error;
}
