/**
 * How the BDOS reads and writes records, on from extent to extent and at random (calls 20, 21, 33, 34, 40), by what the
 * FCB says: the records of its extent and their blocks. Digital Research's order of events is kept, as programs see
 * it in the FCB; test/emu/cpm/original.test.ts has what theirs does.
 */
import type { DirectoryCalls } from './directory-calls.js';
import { FAILED } from './directory-calls.js';
import { BLOCKS_PER_EXTENT, EXTENT_MASK, MOST_EXTENT, MOST_MODULE, RECORD, RECORDS_PER_BLOCK, RECORDS_PER_EXTENT } from './disk-parameters.js'; // prettier-ignore
import { CR, EX, R0, RC, S2, TYPE, UNWRITTEN, type Fcb } from './fcb.js';
import { FolderRefusal } from './folder.js';

const OK = 0;
/** Reading: no such record. Writing: no further extent. */
const END = 1;
const DISK_FULL = 2;
const CANNOT_CLOSE = 3;
const NO_EXTENT = 4;
const DIRECTORY_FULL = 5;
const PAST_DISK = 6;
/** In S2 after a seek to an extent that there is not: no extent has this number. */
const NOWHERE = 0xc0;

type Way = 'sequential' | 'random';

export class RecordCalls {
  constructor(
    private readonly memory: Uint8Array,
    private readonly directory: DirectoryCalls,
  ) {}

  readSequential(fcb: Fcb, dma: number): number {
    return this.read(fcb, dma, 'sequential');
  }

  readRandom(fcb: Fcb, dma: number): number {
    return this.seek(fcb, 'read') || this.read(fcb, dma, 'random');
  }

  writeSequential(fcb: Fcb, dma: number): number {
    return this.write(fcb, dma, 'sequential');
  }

  writeRandom(fcb: Fcb, dma: number): number {
    return this.seek(fcb, 'write') || this.write(fcb, dma, 'random');
  }

  private read(fcb: Fcb, dma: number, way: Way): number {
    let record = fcb.byte(CR);
    if (record >= fcb.byte(RC)) {
      if (record !== RECORDS_PER_EXTENT || !this.nextExtent(fcb, 'read')) return END;
      record = 0;
    }
    const block = fcb.block(blockIndex(fcb, record));
    if (block === 0) return END;
    const bytes = this.directory.disk.blocks.record(block, record % RECORDS_PER_BLOCK);
    for (let i = 0; i < RECORD; i++) this.memory[(dma + i) & 0xffff] = bytes[i]!;
    fcb.set(CR, record + (way === 'sequential' ? 1 : 0));
    return OK;
  }

  /** @throws BdosError */
  private write(fcb: Fcb, dma: number, way: Way): number {
    const { directory } = this;
    directory.refuseProtectedDrive();
    directory.refuseProtected(fcb.byte(TYPE));
    const record = fcb.byte(CR);
    if (record >= RECORDS_PER_EXTENT) return END;
    const { disk } = directory;
    const k = blockIndex(fcb, record);
    const there = fcb.block(k);
    const block = there || disk.newBlock(k === 0 ? 0 : fcb.block(k - 1));
    if (block === 0) return DISK_FULL;
    try {
      const home = disk.homeOf(fcb, k);
      disk.blocks.writeRecord(block, record % RECORDS_PER_BLOCK, home, this.memory, dma);
    } catch (error) {
      if (!(error instanceof FolderRefusal)) throw error;
      if (there === 0) disk.allocation.free(block);
      return DISK_FULL;
    }
    if (there === 0) fcb.setBlock(k, block);
    // Only what the directory has to know makes an extent one to be closed.
    if (there === 0 || record >= fcb.byte(RC)) fcb.set(S2, fcb.byte(S2) & ~UNWRITTEN);
    if (record >= fcb.byte(RC)) fcb.set(RC, record + 1);
    if (way === 'random') return OK;
    fcb.set(CR, record + 1);
    // The next extent is opened or made at once, and without one the file ends here.
    if (record === RECORDS_PER_EXTENT - 1 && this.nextExtent(fcb, 'write')) fcb.set(CR, 0);
    return OK;
  }

  /** Close the extent and open the next, or make it. */
  private nextExtent(fcb: Fcb, to: 'read' | 'write'): boolean {
    const { directory } = this;
    directory.close(fcb);
    if (directory.at < 0) return false;
    const isClosed = directory.isMerged;
    const extent = (fcb.byte(EX) + 1) & MOST_EXTENT;
    fcb.set(EX, extent);
    if (extent === 0) {
      fcb.set(S2, (fcb.byte(S2) + 1) & 0xff);
      if ((fcb.byte(S2) & MOST_MODULE) === 0) return this.stay(fcb);
    }
    // In the same entry, which has just been closed?
    if (extent !== 0 && (extent & EXTENT_MASK) !== 0 && isClosed) directory.copyEntry(fcb);
    else if (directory.open(fcb) === FAILED) {
      if (to === 'read' || directory.make(fcb) === FAILED) return this.stay(fcb);
    }
    return true;
  }

  /** There is no further extent: nothing is to be closed. */
  private stay(fcb: Fcb): boolean {
    fcb.set(S2, fcb.byte(S2) | UNWRITTEN);
    return false;
  }

  /** To the record of R0 to R2. @returns OK or an error */
  private seek(fcb: Fcb, to: 'read' | 'write'): number {
    const low = fcb.byte(R0);
    const high = fcb.byte(R0 + 1);
    if (fcb.byte(R0 + 2) !== 0) return this.refuse(fcb, PAST_DISK);
    const extent = ((high << 1) | (low >> 7)) & MOST_EXTENT;
    const module = high >> 4;
    fcb.set(CR, low & (RECORDS_PER_EXTENT - 1));
    if (fcb.byte(EX) === extent && ((fcb.byte(S2) ^ module) & ~UNWRITTEN) === 0) return OK;
    const { directory } = this;
    if (directory.close(fcb) === FAILED) return this.refuse(fcb, CANNOT_CLOSE, NOWHERE);
    fcb.set(EX, extent);
    fcb.set(S2, module);
    if (directory.open(fcb) !== FAILED) return OK;
    if (to === 'read') return this.refuse(fcb, NO_EXTENT, NOWHERE);
    return directory.make(fcb) === FAILED ? this.refuse(fcb, DIRECTORY_FULL, NOWHERE) : OK;
  }

  private refuse(fcb: Fcb, code: number, module = fcb.byte(S2)): number {
    fcb.set(S2, module | UNWRITTEN);
    return code;
  }
}

/** Which of the entry's blocks a record of the FCB's extent is in. */
function blockIndex(fcb: Fcb, record: number): number {
  return (Math.floor(record / RECORDS_PER_BLOCK) + (fcb.byte(EX) & EXTENT_MASK) * BLOCKS_PER_EXTENT) & 7;
}
