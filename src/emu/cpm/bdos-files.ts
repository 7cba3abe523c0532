/**
 * The file half of the BDOS (calls 13 to 40; CP/M 2.2 Interface Guide, chapter 2): drives, users, the DMA address, and
 * for each call the disk that its FCB is about. The work is done in directory-calls.ts and record-calls.ts.
 */
import { BdosError } from './bdos-error.js';
import { BY_EXTENT, DirectoryCalls, FAILED, type SearchState } from './directory-calls.js';
import { DISK_PARAMETERS, EXTENTS_PER_MODULE, MOST_EXTENT, RECORD } from './disk-parameters.js';
import { DRIVES, type Disks } from './disks.js';
import { CR, EX, Fcb, NAME, RC, S2, WILDCARD } from './fcb.js';
import { FolderRefusal } from './folder.js';
import type { FolderDisk } from './folder-disk.js';
import { FREE, PRICE, type HostWork } from './host-work.js';
import { DMA_DEFAULT, DRIVE_BYTE } from './memory-map.js';
import { RecordCalls } from './record-calls.js';

const OK = 0;
const MOST_USER = 0x1f;
const DOLLAR = 0x24;
/** In the first byte of an FCB: a drive. 0 and `?` (3Fh) stand for the selected one. */
const DRIVE_BITS = 0x1f;
const MOST_DRIVE = 30;

export interface FileCallAddresses {
  /** Where the disk parameter block and the allocation vector are in the Z80's memory. */
  parameters: number;
  allocation: number;
}

/** What a call depends on beside its FCB, memory and the disks. */
export type BdosState = Readonly<
  Pick<BdosFiles, 'drive' | 'user'> &
    SearchState & { dma: number; isSelected: boolean; loggedIn: number; protectedDrives: number }
>;

export class BdosFiles {
  drive = 0;
  user = 0;
  private dma = DMA_DEFAULT;
  /** Has the drive been selected since the last warm boot? */
  private isSelected = false;
  /** Bit by drive: used since the last reset, and protected by call 28. */
  private loggedIn = 0;
  private protectedDrives = 0;
  private readonly directory = new DirectoryCalls();
  private readonly records: RecordCalls;

  /** By number, given DE. @throws BdosError */
  readonly calls: Record<number, (de: number) => number> = {
    13: () => this.reset(),
    14: (de) => this.select(de & 0xff),
    15: (de) => this.onFile(de, (fcb) => this.open(fcb)),
    16: (de) => this.onFile(de, (fcb) => this.close(fcb)),
    17: (de) => this.searchFirst(new Fcb(this.memory, de)),
    18: () => this.searchNext(),
    19: (de) => this.onFile(de, (fcb) => this.directory.erase(this.looked(fcb))),
    20: (de) => this.onRecord(de, (fcb) => this.records.readSequential(fcb, this.dma)),
    21: (de) => this.onRecord(de, (fcb) => this.records.writeSequential(fcb, this.dma)),
    22: (de) => this.onFile(de, (fcb) => this.make(fcb)),
    23: (de) => this.onFile(de, (fcb) => this.directory.rename(this.looked(fcb))),
    24: () => (this.selected(), this.loggedIn),
    25: () => this.drive,
    26: (de) => ((this.dma = de), OK),
    27: () => this.allocation(),
    28: () => this.protect(),
    29: () => this.protectedDrives,
    30: (de) => this.onFile(de, (fcb) => this.directory.setAttributes(this.looked(fcb))),
    31: () => (this.memory.set(DISK_PARAMETERS, this.at.parameters), this.at.parameters),
    32: (de) => this.userCode(de & 0xff),
    33: (de) => this.onRecord(de, (fcb) => this.records.readRandom(fcb, this.dma)),
    34: (de) => this.onRecord(de, (fcb) => this.records.writeRandom(fcb, this.dma)),
    35: (de) => this.onFile(de, (fcb) => this.fileSize(this.looked(fcb))),
    36: (de) => this.setRandom(new Fcb(this.memory, de)),
    37: (de) => this.resetDrives(de),
    // 38 and 39 are not of CP/M 2.2. New blocks are filled with zeros here by call 34 too.
    40: (de) => this.onRecord(de, (fcb) => this.records.writeRandom(fcb, this.dma)),
  };

  constructor(
    private readonly memory: Uint8Array,
    private readonly disks: Disks,
    private readonly at: FileCallAddresses,
    private readonly work: Pick<HostWork, 'spend'> = FREE,
  ) {
    this.records = new RecordCalls(memory, this.directory);
  }

  /** What a warm boot does: user and drive are those of the byte at 0004h, and drives are logged in when they are used. */
  warmBoot(): void {
    const wanted = this.memory[DRIVE_BYTE]!;
    this.user = wanted >> 4;
    this.drive = this.hasDrive(wanted & 0x0f) ? wanted & 0x0f : 0;
    this.memory[DRIVE_BYTE] = (this.user << 4) | this.drive;
    this.dma = DMA_DEFAULT;
    this.protectedDrives = this.loggedIn = 0;
    this.isSelected = false;
  }

  state(): BdosState {
    const { drive, user, dma, isSelected, loggedIn, protectedDrives } = this;
    return { drive, user, dma, isSelected, loggedIn, protectedDrives, ...this.directory.searchState };
  }

  putBack({ at, searched, ...state }: BdosState): void {
    Object.assign(this, state);
    this.directory.searchState = { at, searched };
    const disk = this.disks.disk(this.drive);
    if (this.isSelected && disk) this.look(disk);
  }

  hasDrive(drive: number): boolean {
    return this.disks.disk(drive) !== undefined;
  }

  /** @returns FFh where the drive has a file whose name begins with `$`, which the CCP asks for SUBMIT's sake */
  private reset(): number {
    this.protectedDrives = this.loggedIn = this.drive = 0;
    this.dma = DMA_DEFAULT;
    return this.use();
  }

  /** A drive that is selected already is not logged in again, whatever call 37 did to it. @throws BdosError */
  private select(drive: number): number {
    if (drive === this.drive && this.isSelected) return OK;
    this.drive = drive;
    return this.use();
  }

  /** After a warm boot the first call that needs the drive selects it. @throws BdosError */
  private selected(): void {
    if (!this.isSelected) this.use();
  }

  /** Log in the selected drive. @returns as `reset` @throws BdosError */
  private use(): number {
    const { drive } = this;
    const disk = drive < DRIVES ? this.disks.disk(drive) : undefined;
    if (!disk) throw new BdosError(drive, 'Select');
    this.isSelected = true;
    this.look(disk);
    if (((this.loggedIn >> drive) & 1) === 1) return OK;
    this.loggedIn |= 1 << drive;
    disk.login();
    const { directory } = disk;
    const isAsked = [...directory.taken()].some(
      (i) => directory.entry(i)[0] === this.user && directory.entry(i)[NAME] === DOLLAR,
    );
    return isAsked ? FAILED : OK;
  }

  private look(disk: FolderDisk): void {
    const { drive } = this;
    this.directory.select({ drive, disk, isProtected: () => ((this.protectedDrives >> drive) & 1) === 1 });
  }

  /**
   * A call on the drive of its FCB, whose first byte is the user's meanwhile, as in a directory entry. Behind the call
   * it is what it was, but for `?`, which becomes 0.
   */
  private onFile(at: number, work: (fcb: Fcb) => number): number {
    const fcb = new Fcb(this.memory, at);
    const given = fcb.byte(0);
    const drive = ((given & DRIVE_BITS) - 1) & 0xff;
    const selected = this.drive;
    this.selected();
    const isNamed = drive < MOST_DRIVE;
    if (isNamed) {
      fcb.set(0, given & ~DRIVE_BITS);
      this.select(drive);
    }
    fcb.set(0, fcb.byte(0) | this.user);
    const result = work(fcb);
    fcb.set(0, isNamed ? given : 0);
    this.select(selected);
    return result;
  }

  private onRecord(at: number, work: (fcb: Fcb) => number): number {
    this.work.spend(PRICE.record);
    return this.onFile(at, work);
  }

  private get disk(): FolderDisk {
    return this.directory.disk;
  }

  /** The folder is looked at again for calls that ask for a name. */
  private looked(fcb: Fcb): Fcb {
    this.disk.refresh(fcb.byte(0) & MOST_USER);
    return fcb;
  }

  private open(fcb: Fcb): number {
    fcb.set(S2, 0);
    const code = this.directory.open(this.looked(fcb));
    const file = code === FAILED ? undefined : this.disk.file(fcb.byte(0), fcb.name());
    if (file) this.disk.opened(file);
    return code;
  }

  /** The directory has it now; and the host the whole file. */
  private close(fcb: Fcb): number {
    const code = this.directory.close(fcb);
    const file = this.disk.file(fcb.byte(0), fcb.name());
    try {
      if (file) this.disk.save(file);
    } catch (error) {
      if (error instanceof FolderRefusal) return FAILED;
      throw error;
    }
    return code;
  }

  private make(fcb: Fcb): number {
    fcb.set(S2, 0);
    return this.directory.make(this.looked(fcb), true);
  }

  private searchFirst(fcb: Fcb): number {
    // On drive `?`: every entry there is, of all users, deleted ones too.
    if (fcb.byte(0) === WILDCARD) {
      this.selected();
      this.disk.refreshAll();
      return this.found(this.directory.search(fcb, 0));
    }
    if (fcb.byte(EX) !== WILDCARD) fcb.set(S2, 0);
    return this.onFile(fcb.at, () => this.found(this.directory.search(this.looked(fcb), BY_EXTENT)));
  }

  private searchNext(): number {
    const fcb = this.directory.searchedFcb;
    if (!fcb) return FAILED;
    return this.onFile(fcb.at, () => this.found(this.directory.searchOn()));
  }

  /** The record of the directory that was looked at last goes to the buffer, also where nothing was found. */
  private found(code: number): number {
    this.work.spend(PRICE.entry);
    const { directory } = this.disk;
    const { at } = this.directory;
    const record = directory.record(at < 0 ? Math.min(directory.used, directory.length - 1) : at);
    for (let i = 0; i < RECORD; i++) this.memory[(this.dma + i) & 0xffff] = record[i]!;
    return code;
  }

  private userCode(user: number): number {
    if (user === 0xff) return this.user;
    this.user = user & MOST_USER;
    return OK;
  }

  private protect(): number {
    this.selected();
    this.protectedDrives |= 1 << this.drive;
    // The original's searches look at the whole directory from now on.
    this.disk.directory.use(this.disk.directory.length - 1);
    return OK;
  }

  private resetDrives(drives: number): number {
    this.loggedIn &= ~drives;
    this.protectedDrives &= this.loggedIn;
    return OK;
  }

  /** Returns what its last search gives, and that is always FFh. */
  private fileSize(fcb: Fcb): number {
    const { directory } = this.disk;
    let records = 0;
    for (const at of this.directory.named(fcb))
      records = Math.max(records, recordNumber(directory.entry(at)[RC]!, directory.entry(at)[EX]!, directory.entry(at)[S2]!)); // prettier-ignore
    fcb.random = records;
    return FAILED;
  }

  private setRandom(fcb: Fcb): number {
    fcb.random = recordNumber(fcb.byte(CR), fcb.byte(EX), fcb.byte(S2));
    return OK;
  }

  private allocation(): number {
    this.selected();
    this.memory.set(this.disk.allocation.vector, this.at.allocation);
    return this.at.allocation;
  }
}

/** Of a record in its extent, in the file. */
function recordNumber(record: number, ex: number, s2: number): number {
  return (record + (ex & MOST_EXTENT) * 128 + (s2 & DRIVE_BITS) * EXTENTS_PER_MODULE * 128) & 0x1ffff;
}
