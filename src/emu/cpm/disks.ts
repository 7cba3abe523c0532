/**
 * The drives: which host file a CP/M name means, and the files that are being changed.
 *
 * A file is changed in memory and written to the host as a whole when it is closed, or when the program ends; until
 * then the earlier file is there. What the host changed meanwhile stays (write-back.ts). CP/M's own files have no length
 * but in records of 128 bytes: the last record of another length is read filled up with ^Z, and keeps its length unless
 * that record is written.
 *
 * However wild a program is, what it can take of this computer has bounds: a drive grows by no more than a real one
 * holds, in bytes and in names, and of all files together no more than HELD_BYTES are in memory.
 */
import { FolderRefusal, type Folder, type FolderFile } from './folder.js';
import { DIRECTORY_ENTRIES, MOST_RECORDS, RECORD } from './fcb.js';
import { FREE, PRICE, type HostWork } from './host-work.js';
import { pricedFolder } from './priced-folder.js';
import { writeBack, type Original } from './write-back.js';

export const DRIVES = 16;
const DRIVE_BYTES = MOST_RECORDS * RECORD;
const DIRECTORY_BYTES = DIRECTORY_ENTRIES * 32;
/** A few of the largest files that CP/M can have. */
const HELD_BYTES = 8 * DRIVE_BYTES;
const USERS = 16;
const CTRL_Z = 0x1a;
/** What CP/M can have in a name; the rest of the host's files are not shown. */
const NAME = /^[A-Z0-9!#$%&'()\-@^_`{}~+]{1,8}(\.[A-Z0-9!#$%&'()\-@^_`{}~+]{1,3})?$/;

export interface DiskFile {
  /** Eleven characters. */
  name: string;
  /** As it is spelt on the host, and how long it is there. */
  host: Pick<FolderFile, 'name' | 'size'>;
  bytes: number;
  records: number;
  readOnly: boolean;
  system: boolean;
}

/** A file in memory. */
interface Image {
  data: Uint8Array;
  length: number;
  changed: boolean;
  readOnly: boolean;
  /** What the host's file was, from the first change on. */
  original: Original | undefined;
  /** The host's size of the file at first. */
  size: number;
  /** Bytes that the host had room for when it was last asked. */
  room: number;
}

/** By how much programs have made a drive grow. */
interface Growth {
  bytes: number;
  names: number;
}

export interface Attributes {
  readOnly: boolean;
  system: boolean;
}

export interface Place {
  drive: number;
  user: number;
}

export class Disks {
  private readonly images = new Map<string, Image>();
  /** Attributes that programs have set; they live as long as the machine. */
  private readonly attributes = new Map<string, Attributes>();
  private readonly growth: Growth[] = Array.from({ length: DRIVES }, () => ({ bytes: 0, names: 0 }));
  /** Bytes of all images. */
  private held = 0;
  private readonly folders: (Folder | undefined)[];
  private readonly remarked = new Set<string>();

  /**
   * @param work what the folders' use is paid with
   * @param remark is told what the program can't know and its user should
   */
  constructor(
    folders: (Folder | undefined)[],
    private readonly work: Pick<HostWork, 'spend'> = FREE,
    private readonly remark: (words: string) => void = () => {},
  ) {
    this.folders = folders.map((folder) => folder && pricedFolder(folder, work));
  }

  has(drive: number): boolean {
    return this.folders[drive] !== undefined;
  }

  /** Files of a user area that fit a pattern of eleven characters, in the host's order. */
  find(place: Place, pattern: string): DiskFile[] {
    const found = new Map<string, DiskFile>();
    for (const { name, size, readOnly, system } of this.folder(place)?.list() ?? []) {
      const cpmName = fromHost(name);
      if (cpmName === undefined || found.has(cpmName) || !matches(cpmName, pattern)) continue;
      // What is behind the largest file of CP/M's cannot be reached.
      const bytes = Math.min(DRIVE_BYTES, this.images.get(key(place, cpmName))?.length ?? size);
      const set = this.attributes.get(key(place, cpmName));
      found.set(cpmName, {
        name: cpmName,
        host: { name, size },
        bytes,
        records: Math.ceil(bytes / RECORD),
        readOnly: readOnly || (set?.readOnly ?? false),
        system: set?.system ?? system ?? false,
      });
    }
    return [...found.values()];
  }

  get(place: Place, name: string): DiskFile | undefined {
    return this.find(place, name)[0];
  }

  /** Size of a file that is being read or written, without a look at the folder. */
  records(place: Place, name: string): number | undefined {
    const image = this.image(place, name);
    return image && Math.ceil(image.length / RECORD);
  }

  /** Bytes that a drive's files take, or that are missing to the 8 MB that it shows. */
  used(drive: number): number {
    const folder = this.folders[drive];
    if (folder?.capacity !== undefined) return Math.max(0, DRIVE_BYTES - DIRECTORY_BYTES - folder.free());
    let bytes = 0;
    for (let user = 0; user < USERS; user++)
      for (const file of this.find({ drive, user }, '?'.repeat(11))) bytes += file.records * RECORD;
    return bytes;
  }

  /** A program opens it: is there more than it will see? */
  opened(place: Place, name: string): void {
    const file = this.hostFile(place, name);
    if (!file || file.size <= DRIVE_BYTES || this.remarked.has(key(place, name))) return;
    this.remarked.add(key(place, name));
    this.remark(
      `${file.name} has ${file.size} bytes: CP/M sees the first ${DRIVE_BYTES} of them, and cannot change the file`,
    );
  }

  /** Make a file, empty at once on the host as CP/M's is in the directory. @throws FolderRefusal */
  make(place: Place, name: string): void {
    const folder = this.folder(place, true);
    if (!folder) throw new FolderRefusal('no such drive');
    if (fromHost(toHost(name)) !== name) throw new FolderRefusal('no name for a file');
    const there = this.hostFile(place, name);
    if (there?.readOnly) throw new FolderRefusal('read-only');
    const growth = this.growth[place.drive]!;
    if (!there && growth.names >= DIRECTORY_ENTRIES) throw new FolderRefusal('directory full');
    // An earlier file of the name stays until the new one is closed.
    const original = there && { bytes: folder.read(there.name, DRIVE_BYTES), size: there.size };
    if (!there) {
      folder.write(toHost(name), new Uint8Array(0));
      growth.names++;
    }
    growth.bytes -= Math.min(DRIVE_BYTES, this.images.get(key(place, name))?.length ?? there?.size ?? 0);
    this.hold(key(place, name), {
      data: new Uint8Array(0),
      length: 0,
      changed: there !== undefined,
      readOnly: false,
      original,
      size: there?.size ?? 0,
      room: 0,
    });
  }

  /** Copy a record to `into`; false where there is none. */
  readRecord(place: Place, name: string, record: number, into: Uint8Array, at: number): boolean {
    this.work.spend(PRICE.record);
    const image = this.image(place, name);
    const from = record * RECORD;
    if (!image || from >= image.length) return false;
    for (let i = 0; i < RECORD; i++) into[(at + i) & 0xffff] = from + i < image.length ? image.data[from + i]! : CTRL_Z;
    return true;
  }

  /** @throws FolderRefusal where the file may not be written or the disk is full */
  writeRecord(place: Place, name: string, record: number, from: Uint8Array, at: number): void {
    this.work.spend(PRICE.record);
    const image = this.image(place, name);
    if (!image) throw new FolderRefusal('no such file');
    if (image.readOnly) throw new FolderRefusal('read-only');
    const end = (record + 1) * RECORD;
    this.keepOriginal(image);
    if (end > image.length) {
      const growth = this.growth[place.drive]!;
      if (end > DRIVE_BYTES || growth.bytes + end - image.length > DRIVE_BYTES) throw new FolderRefusal('disk full');
      // Room for the whole file beside the earlier one, which is replaced when the new one is complete.
      if (end > image.room) image.room = this.folder(place)!.free(this.hostFile(place, name)?.name);
      if (end > image.room) throw new FolderRefusal('disk full');
      if (end > image.data.length) {
        const size = Math.min(DRIVE_BYTES, Math.max(end, 2 * image.data.length));
        this.makeRoom(size - image.data.length, image);
        const grown = new Uint8Array(size);
        grown.set(image.data.subarray(0, image.length));
        this.held += size - image.data.length;
        image.data = grown;
      }
      growth.bytes += end - image.length;
      // What lay behind the old end is fill, not data.
      image.data.fill(0, image.length, end);
      image.length = end;
    }
    for (let i = 0; i < RECORD; i++) image.data[record * RECORD + i] = from[(at + i) & 0xffff]!;
    image.changed = true;
  }

  /** Before the first change. */
  private keepOriginal(image: Image): void {
    if (image.original) return;
    this.makeRoom(image.length, image);
    image.original = { bytes: image.data.slice(0, image.length), size: image.size };
    this.held += image.length;
  }

  /** Write what has changed to the host. @throws FolderRefusal; the earlier file stays then, and the change in memory */
  close(place: Place, name: string, isCutOff = false): void {
    const image = this.images.get(key(place, name));
    const there = this.hostFile(place, name);
    if (!image && !there) throw new FolderRefusal('no such file');
    if (!image) return;
    if (image.changed) {
      const beside = writeBack(this.folder(place, true)!, {
        name: there?.name ?? toHost(name),
        there,
        bytes: image.data.slice(0, image.length),
        original: image.original,
        isCutOff,
      });
      if (beside !== undefined) this.remark(besideWords(there!.name, beside, isCutOff));
    }
    this.drop(key(place, name));
  }

  /** The program has ended: keep what it wrote. Returns the names that could not be written. */
  closeAll(isCutOff = false): string[] {
    const lost: string[] = [];
    for (const id of [...this.images.keys()]) {
      const { place, name } = fromKey(id);
      try {
        this.close(place, name, isCutOff);
      } catch (error) {
        if (!(error instanceof FolderRefusal)) throw error;
        this.drop(id);
        lost.push(toHost(name));
      }
    }
    return lost;
  }

  /** Files that a program has written to and not closed. */
  unclosed(): string[] {
    return [...this.images].filter(([, { changed }]) => changed).map(([id]) => toHost(fromKey(id).name));
  }

  /** Forget what has not been closed. */
  discard(): void {
    this.images.clear();
    this.held = 0;
    for (const growth of this.growth) growth.bytes = growth.names = 0;
  }

  private hold(id: string, image: Image): void {
    this.drop(id);
    this.makeRoom(image.data.length, image);
    this.images.set(id, image);
    this.held += image.data.length + (image.original?.bytes.length ?? 0);
  }

  private drop(id: string): void {
    const image = this.images.get(id);
    if (!image) return;
    this.held -= image.data.length + (image.original?.bytes.length ?? 0);
    this.images.delete(id);
  }

  /** Files that are as they are on the host can be read again. @throws FolderRefusal */
  private makeRoom(bytes: number, but: Image): void {
    if (this.held + bytes <= HELD_BYTES) return;
    for (const [id, image] of this.images) if (!image.changed && image !== but) this.drop(id);
    if (this.held + bytes > HELD_BYTES) throw new FolderRefusal('disk full');
  }

  /** @throws FolderRefusal */
  remove(place: Place, file: DiskFile | undefined): void {
    if (!file || file.readOnly) throw new FolderRefusal('read-only');
    const { name, host, bytes } = file;
    this.folder(place)!.remove(host.name);
    const growth = this.growth[place.drive]!;
    growth.bytes -= bytes;
    growth.names--;
    this.drop(key(place, name));
    this.attributes.delete(key(place, name));
  }

  /** @throws FolderRefusal also where the new name is taken */
  rename(place: Place, from: string, to: string): void {
    const there = this.hostFile(place, from);
    if (!there || there.readOnly) throw new FolderRefusal('read-only');
    if (this.hostFile(place, to) || fromHost(toHost(to)) !== to) throw new FolderRefusal('that name is taken, or none');
    this.folder(place)!.rename(there.name, toHost(to));
    const image = this.images.get(key(place, from));
    if (image) {
      this.images.delete(key(place, from));
      this.images.set(key(place, to), image);
    }
  }

  /** @throws FolderRefusal where there is no such file */
  setAttributes(place: Place, name: string, attributes: Attributes): void {
    const there = this.hostFile(place, name);
    if (!there) throw new FolderRefusal('no such file');
    const folder = this.folder(place)!;
    if (folder.setAttributes) folder.setAttributes(there.name, attributes);
    else this.attributes.set(key(place, name), attributes);
    // What has been written to it stays; whether it may be is asked anew.
    const image = this.images.get(key(place, name));
    if (image) image.readOnly = this.isReadOnly(place, this.hostFile(place, name)!);
  }

  /** The whole file, for the CCP to load. */
  contents(place: Place, name: string): Uint8Array | undefined {
    const image = this.image(place, name);
    return image?.data.slice(0, image.length);
  }

  private image(place: Place, name: string): Image | undefined {
    const id = key(place, name);
    const there = this.images.get(id);
    if (there) return there;
    const file = this.hostFile(place, name);
    if (!file) return undefined;
    const folder = this.folder(place)!;
    try {
      const data = folder.read(file.name, DRIVE_BYTES);
      const readOnly = this.isReadOnly(place, file);
      const image = {
        data,
        length: data.length,
        changed: false,
        readOnly,
        original: undefined,
        size: file.size,
        room: 0,
      };
      this.hold(id, image);
      return image;
    } catch (error) {
      if (error instanceof FolderRefusal) return undefined;
      throw error;
    }
  }

  /** What CP/M has not read as a whole, it can't write. */
  private isReadOnly(place: Place, { readOnly, size }: FolderFile): boolean {
    return readOnly || size > DRIVE_BYTES || !this.folder(place)!.writable();
  }

  private hostFile(place: Place, name: string): FolderFile | undefined {
    const file = this.folder(place)
      ?.list()
      .find((candidate) => fromHost(candidate.name) === name);
    const readOnly = this.attributes.get(key(place, name))?.readOnly ?? false;
    return file && { ...file, readOnly: file.readOnly || readOnly };
  }

  /** User 0 is the folder itself, the others are folders in it. */
  private folder({ drive, user }: Place, make = false): Folder | undefined {
    const root = this.folders[drive];
    return user === 0 ? root : root?.sub(`user${user}`, make);
  }
}

/** `NAME.TYP` of the host as eleven characters, or undefined where it is no CP/M name. */
function fromHost(name: string): string | undefined {
  const upper = name.toUpperCase();
  if (!NAME.test(upper)) return undefined;
  const [base = '', type = ''] = upper.split('.');
  return base.padEnd(8) + type.padEnd(3);
}

function toHost(name: string): string {
  const type = name.slice(8).trimEnd();
  return name.slice(0, 8).trimEnd() + (type === '' ? '' : `.${type}`);
}

function besideWords(name: string, beside: string, isCutOff: boolean): string {
  return isCutOff
    ? `${name} was not closed: it is as it was, and what the program wrote lies beside it in ${beside}`
    : `${name} was changed on this computer meanwhile: it stays, and what the program wrote lies beside it in ${beside}`;
}

function matches(name: string, pattern: string): boolean {
  for (let i = 0; i < 11; i++) if (pattern[i] !== '?' && pattern[i] !== name[i]) return false;
  return true;
}

function key({ drive, user }: Place, name: string): string {
  return `${drive}:${user}:${name}`;
}

function fromKey(id: string): { place: Place; name: string } {
  const [drive = '', user = ''] = id.split(':');
  return { place: { drive: Number(drive), user: Number(user) }, name: id.slice(drive.length + user.length + 2) };
}
