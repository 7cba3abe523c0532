/**
 * The drives: which host file a CP/M name means, and the files that are being changed.
 *
 * A file is changed in memory and written to the host as a whole when it is closed, or when the program ends; until
 * then the earlier file is there. CP/M's own files have no length but in records of 128 bytes: the last record of
 * another length is read filled up with ^Z, and keeps its length unless that record is written.
 */
import { FolderRefusal, type Folder, type FolderFile } from './folder.js';
import { RECORD } from './fcb.js';

export const DRIVES = 16;
const DRIVE_BYTES = 8 * 1024 * 1024;
const USERS = 16;
const CTRL_Z = 0x1a;
/** What CP/M can have in a name; the rest of the host's files are not shown. */
const NAME = /^[A-Z0-9!#$%&'()\-@^_`{}~+]{1,8}(\.[A-Z0-9!#$%&'()\-@^_`{}~+]{1,3})?$/;

export interface DiskFile {
  /** Eleven characters. */
  name: string;
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

  constructor(private readonly folders: (Folder | undefined)[]) {}

  has(drive: number): boolean {
    return this.folders[drive] !== undefined;
  }

  /** Files of a user area that fit a pattern of eleven characters, in the host's order. */
  find(place: Place, pattern: string): DiskFile[] {
    const found = new Map<string, DiskFile>();
    for (const { name, size, readOnly } of this.folder(place)?.list() ?? []) {
      const cpmName = fromHost(name);
      if (cpmName === undefined || found.has(cpmName) || !matches(cpmName, pattern)) continue;
      const bytes = this.images.get(key(place, cpmName))?.length ?? size;
      const set = this.attributes.get(key(place, cpmName));
      found.set(cpmName, {
        name: cpmName,
        bytes,
        records: Math.ceil(bytes / RECORD),
        readOnly: readOnly || (set?.readOnly ?? false),
        system: set?.system ?? false,
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

  /** Bytes that a drive's files take. */
  used(drive: number): number {
    let bytes = 0;
    for (let user = 0; user < USERS; user++)
      for (const file of this.find({ drive, user }, '?'.repeat(11))) bytes += file.records * RECORD;
    return bytes;
  }

  /** Make a file, empty at once on the host as CP/M's is in the directory. @throws FolderRefusal */
  make(place: Place, name: string): void {
    const folder = this.folder(place, true);
    if (!folder) throw new FolderRefusal('no such drive');
    if (fromHost(toHost(name)) !== name) throw new FolderRefusal('no name for a file');
    const there = this.hostFile(place, name);
    if (there?.readOnly) throw new FolderRefusal('read-only');
    // An earlier file of the name stays until the new one is closed.
    if (!there) folder.write(toHost(name), new Uint8Array(0));
    this.images.set(key(place, name), {
      data: new Uint8Array(0),
      length: 0,
      changed: there !== undefined,
      readOnly: false,
    });
  }

  /** Copy a record to `into`; false where there is none. */
  readRecord(place: Place, name: string, record: number, into: Uint8Array, at: number): boolean {
    const image = this.image(place, name);
    const from = record * RECORD;
    if (!image || from >= image.length) return false;
    for (let i = 0; i < RECORD; i++) into[(at + i) & 0xffff] = from + i < image.length ? image.data[from + i]! : CTRL_Z;
    return true;
  }

  /** @throws FolderRefusal where the file may not be written or the disk is full */
  writeRecord(place: Place, name: string, record: number, from: Uint8Array, at: number): void {
    const image = this.image(place, name);
    if (!image) throw new FolderRefusal('no such file');
    if (image.readOnly) throw new FolderRefusal('read-only');
    const end = (record + 1) * RECORD;
    if (end > image.length) {
      // Room for the whole file beside the earlier one, which is replaced when the new one is complete.
      if (end > DRIVE_BYTES || end > this.folder(place)!.free()) throw new FolderRefusal('disk full');
      if (end > image.data.length) {
        const grown = new Uint8Array(Math.max(end, 2 * image.data.length));
        grown.set(image.data.subarray(0, image.length));
        image.data = grown;
      }
      // What lay behind the old end is fill, not data.
      image.data.fill(0, image.length, end);
      image.length = end;
    }
    for (let i = 0; i < RECORD; i++) image.data[record * RECORD + i] = from[(at + i) & 0xffff]!;
    image.changed = true;
  }

  /** Write what has changed to the host. @throws FolderRefusal; the change is lost then, the earlier file stays */
  close(place: Place, name: string): void {
    const image = this.images.get(key(place, name));
    if (!image && !this.hostFile(place, name)) throw new FolderRefusal('no such file');
    if (!image) return;
    this.images.delete(key(place, name));
    if (image.changed) this.folder(place, true)!.write(this.hostName(place, name), image.data.slice(0, image.length));
  }

  /** The program has ended: keep what it wrote. Returns the names that could not be written. */
  closeAll(): string[] {
    const lost: string[] = [];
    for (const id of [...this.images.keys()]) {
      const { place, name } = fromKey(id);
      try {
        this.close(place, name);
      } catch (error) {
        if (!(error instanceof FolderRefusal)) throw error;
        lost.push(toHost(name));
      }
    }
    return lost;
  }

  /** Forget what has not been closed. */
  discard(): void {
    this.images.clear();
  }

  /** @throws FolderRefusal */
  remove(place: Place, name: string): void {
    const there = this.hostFile(place, name);
    if (!there || there.readOnly) throw new FolderRefusal('read-only');
    this.folder(place)!.remove(there.name);
    this.images.delete(key(place, name));
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
    if (!this.hostFile(place, name)) throw new FolderRefusal('no such file');
    this.attributes.set(key(place, name), attributes);
    this.images.delete(key(place, name));
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
    let data: Uint8Array;
    try {
      data = folder.read(file.name);
    } catch (error) {
      if (error instanceof FolderRefusal) return undefined;
      throw error;
    }
    const image = { data, length: data.length, changed: false, readOnly: file.readOnly || !folder.writable() };
    this.images.set(id, image);
    return image;
  }

  private hostFile(place: Place, name: string): FolderFile | undefined {
    const file = this.folder(place)
      ?.list()
      .find((candidate) => fromHost(candidate.name) === name);
    const readOnly = this.attributes.get(key(place, name))?.readOnly ?? false;
    return file && { ...file, readOnly: file.readOnly || readOnly };
  }

  /** A file keeps the spelling that it has on the host. */
  private hostName(place: Place, name: string): string {
    return this.hostFile(place, name)?.name ?? toHost(name);
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
