/**
 * The console command processor: the `A>` prompt with DIR, ERA, REN, TYPE, SAVE, USER, drive changes, programs, and
 * SUBMIT's A:$$$.SUB. What it prints is what CP/M 2.2 prints. Ours are EXIT, to leave the emulator, and that only ^C
 * stops DIR and TYPE, so that lines typed (or piped) ahead are not lost.
 */
import type { BdosConsole, Part } from './bdos-console.js';
import type { BdosFiles } from './bdos-files.js';
import { inCapitals, parseFcb } from './command-tail.js';
import type { Disks, Place } from './disks.js';
import { RECORD } from './fcb.js';
import { FolderRefusal } from './folder.js';
import { TPA, type MemoryMap } from './memory-map.js';

const LINE_SIZE = 127;
const CTRL_Z = 0x1a;
const EVERYTHING = '?'.repeat(11);
const NAMES_A_LINE = 4;
const SUBMIT_FILE = '$$$     SUB';
const PAGE = 256;

/** A program to start, with what was typed behind its name. */
interface Started {
  bytes: Uint8Array;
  tail: string;
}

type Builtin = (words: string) => Part;

export class Ccp {
  private readonly builtins: Record<string, Builtin> = {
    DIR: (words) => this.dir(words),
    ERA: (words) => this.era(words),
    REN: (words) => this.ren(words),
    TYPE: (words) => this.type(words),
    SAVE: (words) => this.save(words),
    USER: (words) => this.user(words),
  };

  constructor(
    private readonly memory: Uint8Array,
    private readonly map: MemoryMap,
    private readonly console: BdosConsole,
    private readonly disks: Disks,
    private readonly files: BdosFiles,
  ) {}

  /** Read and do commands until one starts a program; undefined for EXIT. */
  *command(): Part<Started | undefined> {
    for (;;) {
      yield* this.print(`\r\n${letter(this.files.drive)}>`);
      const line = (yield* this.line()).trim();
      if (line === '' || line.startsWith(';')) continue;
      if (line === 'EXIT') return undefined;
      const { fcb, end } = parseFcb(line, 0);
      const name = text(fcb);
      const rest = line.slice(end);
      if (/^[A-P]:$/.test(line)) yield* this.changeDrive(fcb[0]! - 1);
      else if (fcb[0] === 0 && this.builtins[name.trimEnd()]) yield* this.builtins[name.trimEnd()]!(rest);
      else {
        const program = this.program(fcb);
        if (program === undefined || name.includes('?')) yield* this.complain(line);
        else if (program.length > this.map.ccp - TPA) yield* this.print('\r\nBAD LOAD');
        else {
          yield* this.print('\r\n');
          return { bytes: program, tail: rest };
        }
      }
    }
  }

  /** The next line of A:$$$.SUB, which is its last record, or one that is typed. */
  private *line(): Part<string> {
    const submitted = this.submitted();
    if (submitted !== undefined) {
      yield* this.print(submitted);
      // A list of empty lines prints nothing, and a long one is written anew at each.
      yield 'time';
      return inCapitals(submitted);
    }
    // Where the original's buffer is; it is read with call 10 like any program's.
    const buffer = this.map.ccp + 6;
    this.memory[buffer] = LINE_SIZE;
    yield* this.console.readLine(this.memory, buffer);
    const typed = this.memory.subarray(buffer + 2, buffer + 2 + this.memory[buffer + 1]!);
    return inCapitals(String.fromCharCode(...typed));
  }

  private submitted(): string | undefined {
    const place = { drive: 0, user: this.files.user };
    const data = this.disks.contents(place, SUBMIT_FILE);
    if (!data) return undefined;
    const left = Math.ceil(data.length / RECORD) - 1;
    const record = data.subarray(Math.max(0, left) * RECORD);
    try {
      this.disks.remove(place, this.disks.get(place, SUBMIT_FILE));
      if (left > 0) {
        this.disks.make(place, SUBMIT_FILE);
        for (let i = 0; i < left; i++) this.disks.writeRecord(place, SUBMIT_FILE, i, data, i * RECORD);
        this.disks.close(place, SUBMIT_FILE);
      }
    } catch (error) {
      if (!(error instanceof FolderRefusal)) throw error;
      return undefined;
    }
    return left < 0 ? undefined : String.fromCharCode(...record.subarray(1, 1 + record[0]!));
  }

  private program(fcb: Uint8Array): Uint8Array | undefined {
    const place = { drive: fcb[0] === 0 ? this.files.drive : fcb[0]! - 1, user: this.files.user };
    const type = text(fcb).slice(8).trim();
    if (type !== '' && type !== 'COM') return undefined;
    return this.disks.contents(place, `${text(fcb).slice(0, 8)}COM`);
  }

  private *changeDrive(drive: number): Part {
    if (this.disks.has(drive)) this.files.calls[14]!(drive);
    else yield* this.print(`\r\nBdos Err On ${letter(drive)}: Select`);
  }

  private *dir(words: string): Part {
    const { place, name } = this.named(words);
    const files = this.disks.find(place, name.trim() === '' ? EVERYTHING : name).filter((file) => !file.system);
    if (files.length === 0) return yield* this.print('\r\nNO FILE');
    for (const [i, file] of files.entries()) {
      yield* this.print(i % NAMES_A_LINE === 0 ? `\r\n${letter(place.drive)}: ` : ' : ');
      yield* this.print(`${file.name.slice(0, 8)} ${file.name.slice(8)}`);
      if (yield* this.console.interrupted()) return;
    }
  }

  private *era(words: string): Part {
    const { place, name } = this.named(words);
    if (name === EVERYTHING) {
      yield* this.print('\r\nALL (Y/N)?');
      if ((yield* this.line()).trim() !== 'Y') return;
    }
    const files = this.disks.find(place, name);
    if (files.length === 0) return yield* this.print('\r\nNO FILE');
    yield* this.attempt(place, () => files.forEach((file) => this.disks.remove(place, file)));
  }

  /** REN new=old */
  private *ren(words: string): Part {
    const to = parseFcb(words, 0);
    const rest = words.slice(to.end).trimStart();
    const { place, name } = this.named(/^[=_]/.test(rest) ? rest.slice(1) : '');
    const wanted = text(to.fcb);
    if (name.trim() === '' || wanted.trim() === '' || `${name}${wanted}`.includes('?'))
      return yield* this.complain(words.trim());
    if (this.disks.get(place, wanted)) return yield* this.print('\r\nFILE EXISTS');
    if (!this.disks.get(place, name)) return yield* this.print('\r\nNO FILE');
    yield* this.attempt(place, () => this.disks.rename(place, name, wanted));
  }

  private *type(words: string): Part {
    const { place, name } = this.named(words);
    const data = name.includes('?') ? undefined : this.disks.contents(place, name);
    if (!data) return yield* this.complain(words.trim());
    yield* this.print('\r\n');
    for (const byte of data) {
      if (byte === CTRL_Z || (yield* this.console.interrupted())) return;
      yield* this.console.write(byte);
    }
  }

  /** SAVE pages name: the TPA from 0100h. */
  private *save(words: string): Part {
    const match = /^\s*(\d+)\s+(\S.*)$/.exec(words);
    const { place, name } = this.named(match?.[2] ?? '');
    const pages = Number(match?.[1]);
    if (!match || name.trim() === '' || name.includes('?') || pages > 255) return yield* this.complain(words.trim());
    yield* this.attempt(place, () => {
      this.disks.make(place, name);
      for (let i = 0; i < (pages * PAGE) / RECORD; i++)
        this.disks.writeRecord(place, name, i, this.memory, TPA + i * RECORD);
      this.disks.close(place, name);
    });
  }

  private *user(words: string): Part {
    const user = Number(words.trim());
    if (!/^\s*\d+\s*$/.test(words) || user > 15) return yield* this.complain(words.trim());
    this.files.user = user;
  }

  private *attempt(place: Place, work: () => void): Part {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FolderRefusal)) throw error;
      yield* this.print(`\r\nBdos Err On ${letter(place.drive)}: ${error.message}`);
    }
  }

  /** As the original answers what it does not know. */
  private *complain(words: string): Part {
    yield* this.print(`\r\n${words.split(/\s/)[0]}?`);
  }

  private named(words: string): { place: Place; name: string } {
    const { fcb } = parseFcb(words.trim(), 0);
    return { place: { drive: fcb[0] === 0 ? this.files.drive : fcb[0]! - 1, user: this.files.user }, name: text(fcb) };
  }

  private *print(words: string): Part {
    for (let i = 0; i < words.length; i++) yield* this.console.write(words.charCodeAt(i));
  }
}

function text(fcb: Uint8Array): string {
  return String.fromCharCode(...fcb.subarray(1, 12));
}

function letter(drive: number): string {
  return String.fromCharCode(0x41 + drive);
}
