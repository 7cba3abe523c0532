/**
 * A CP/M board with RomWBW's XM at the far end of an in-memory line, in virtual time: prompt, echo, DIR, ERA, REN,
 * STAT, and XM with the waits, refusals and texts that were observed on ROM 2.9.1. Files live in a Map, so that
 * a test can ask what is on the board after a transfer went wrong.
 */
import { ByteReader } from '../../src/link/byte-reader.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { toBytes } from '../../src/seams/bytes.js';
import type { Clock } from '../../src/seams/clock.js';
import { PROGRAMS, stageOf } from './cpm-states.js';
import { ACK, CAN, checksum, crc16, CRC_REQUEST, EOT, NAK, SOH, STX } from '../../src/transfer/xmodem.js';

export interface FakeCpmOptions {
  /** Files on A:, by name. */
  files?: Record<string, Uint8Array>;
  /** Drive of XM.COM and STAT.COM; undefined: there is none. */
  toolDrive?: string;
  /** Bytes of disk A:. */
  diskBytes?: number;
  /** The disk changes what is written to it. */
  corrupt?: (file: Uint8Array) => Uint8Array;
  /** Time for writing 16 KB. */
  diskWriteMs?: number;
  /** Printed when the board starts. */
  bootText?: string;
  /** How it shows drive and user. */
  prompt?: (drive: string, user: number) => string;
  /** It begins another line of the screen after so many characters of a command, as CP/M 3 does. */
  wraps?: number;
  /** ^X shows the command before, as ZPM3's does: of the first one this is it. */
  recalls?: string;
  /** The user area where it stands; its programs and files are in user 0. */
  user?: number;
  /**
   * What it does when it is found: a program of cpm-states.ts; XM that was left as a receiver, in half a block, as a
   * sender, or in the middle of sending CHAT.COM; DOWNLOAD; or a line that was begun.
   */
  left?: string;
  /** Between XM's name and what it says as a sender. */
  sendPauseMs?: number;
  /** How it reports a disk error: as CP/M 2.2 unless given. */
  diskError?: (drive: string, why: string) => string;
  /** Drives that exist; another one is "Bdos Err … Select". */
  drives?: string;
  /** Where it stands behind such an error, in user 0; the same drive unless given. */
  bootDrive?: string;
  /** Drives that cannot be written. */
  readOnly?: string;
  /** Files that cannot be erased or replaced. */
  readOnlyFiles?: readonly string[];
  /** The classic card instead of RomWBW: DOWNLOAD on A:, and what is named here. */
  classic?: { upload?: boolean; dump?: boolean; /** Characters that the line loses. */ lose?: number[] };
}

const CONTROL = { C: 0x03, BS: 0x08, LF: 0x0a, CR: 0x0d, U: 0x15, X: 0x18 };
const PROMPT_MS = 5;
const BLOCK_MS = 87;
const REQUEST_MS = 10_300;
const PURGE_MS = 1_000;
const BYTE_MS = 1_000;

export class FakeCpm {
  readonly files: Map<string, Uint8Array>;
  /** Command lines that were run. */
  readonly commands: string[] = [];
  #drive = 'A';
  #user: number;
  #stopped = false;
  /** Characters that DOWNLOAD took, over all its runs. */
  #taken = 0;
  readonly #reader: ByteReader;

  constructor(
    private readonly link: ByteLink,
    private readonly clock: Clock,
    private readonly options: FakeCpmOptions = {},
  ) {
    this.files = new Map(Object.entries(options.files ?? {}));
    this.#reader = new ByteReader(link, clock);
    this.#user = options.user ?? 0;
  }

  get #prompt(): string {
    return this.options.prompt?.(this.#drive, this.#user) ?? `\r\n${this.#drive}>`;
  }

  /** And wait for a key. */
  async #diskError(drive: string, why: string): Promise<void> {
    await this.#say(this.options.diskError?.(drive, why) ?? `Bdos Err On ${drive}: ${why}`);
    while (!this.#stopped && (await this.#reader.byte(500)) === undefined);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Runs until `stop`, or until the line is lost. */
  async run(): Promise<void> {
    try {
      await this.#say(`${this.options.bootText ?? ''}`);
      await this.#wasLeft(this.options.left ?? '');
      await this.#say(this.#prompt);
      if (this.options.left?.startsWith('TYPED ')) this.link.unread(toBytes(this.options.left.slice(6)));
      while (!this.#stopped) {
        const line = await this.#readLine();
        if (line === undefined) continue;
        await this.#say('\r\n');
        await this.clock.sleep(PROMPT_MS);
        const words = line.trim().toUpperCase().split(/\s+/);
        if (words[0] !== '') {
          this.commands.push(line);
          await this.#command(words[0]!, words.slice(1));
        }
        await this.#say(this.#prompt);
      }
    } catch (error) {
      if (!this.#stopped && (error as Error).name !== 'LinkError') throw error;
    }
  }

  /** CP/M's line editor; undefined for a warm boot, or to look whether we are to stop. */
  async #readLine(): Promise<string | undefined> {
    let line = '';
    while (!this.#stopped) {
      const byte = await this.#reader.byte(500);
      if (byte === undefined) continue;
      if (byte === CONTROL.C && line === '') {
        await this.#say('^C');
        await this.clock.sleep(200);
        await this.#say(this.#prompt);
        return undefined;
      }
      if (byte === CONTROL.CR || byte === CONTROL.LF) {
        await this.#say('\r');
        return line;
      }
      if (byte === CONTROL.U) {
        line = '';
        await this.#say('#\r\n  ');
      } else if (byte === CONTROL.BS) {
        await this.#say('\b \b'.repeat(Math.min(1, line.length)));
        line = line.slice(0, -1);
      } else if (byte === CONTROL.X) {
        await this.#say('\b \b'.repeat(line.length));
        line = this.options.recalls === undefined ? '' : (this.commands.at(-1) ?? this.options.recalls);
        await this.#say(line);
      } else {
        line += String.fromCharCode(byte);
        await this.#say(byte < 0x20 ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte));
        if (line.length === this.options.wraps) await this.#say('\r\n');
      }
    }
    return undefined;
  }

  async #wasLeft(state: string): Promise<void> {
    const half = Uint8Array.of(SOH, 1, 254, ...Array.from({ length: 60 }, () => 0x55));
    if (state in PROGRAMS) await PROGRAMS[state]!(stageOf(this.link, this.clock, () => this.#stopped));
    else if (state === 'RECEIVER') await this.#receive('LEFT.TMP');
    else if (state === 'HALF BLOCK') {
      this.link.unread(half);
      await this.#receive('LEFT.TMP');
    } else if (state === 'SENDER') await this.#send('CHAT.COM');
    else if (state === 'SENDING') {
      this.link.unread(Uint8Array.of(CRC_REQUEST));
      await this.#send('CHAT.COM');
    } else if (state === 'DOWNLOAD') {
      this.link.unread(toBytes('U0\r\n:0123456'));
      await this.#classic('DOWNLOAD', 'LEFT.TMP');
    }
  }

  async #command(word: string, args: string[]): Promise<void> {
    const { drives = 'AB', toolDrive = 'B' } = this.options;
    const select = async (drive: string): Promise<boolean> => {
      if (drives.includes(drive)) return true;
      await this.#diskError(drive, 'Select');
      this.#user = 0;
      this.#drive = this.options.bootDrive ?? this.#drive;
      return false;
    };
    const place = (name = ''): [string, string] =>
      /^[A-P]:/.test(name) ? [name[0]!, name.slice(2)] : [this.#drive, name];
    const { classic } = this.options;
    const tools = classic || ('toolDrive' in this.options && !this.options.toolDrive) ? [] : ['XM.COM', 'STAT.COM'];
    const classicTools = classic
      ? ['A:DOWNLOAD.COM', ...(classic.upload ? ['A:UPLOAD.COM'] : []), ...(classic.dump ? ['C:DUMP.COM'] : [])]
      : [];
    const here = ([drive, file]: [string, string]): boolean =>
      this.#user === 0 &&
      ((drive === 'A' && this.files.has(file)) ||
        (drive === toolDrive && tools.includes(file)) ||
        classicTools.includes(`${drive}:${file}`));

    if (/^[A-P]:$/.test(word)) {
      if (await select(word[0]!)) this.#drive = word[0]!;
    } else if (word === 'USER') {
      this.#user = Number(args[0]);
    } else if (word === 'DIR') {
      const [drive, file] = place(args[0]);
      if (!(await select(drive))) return;
      const names = file === '' ? [...(drive === 'A' ? this.files.keys() : tools)] : here([drive, file]) ? [file] : [];
      const columns = names.map((name) =>
        name
          .split('.')
          .map((part, n) => part.padEnd(n === 0 ? 8 : 3))
          .join(' '),
      );
      await this.#say(columns.length > 0 ? `${drive}: ${columns.join(' : ')}` : 'NO FILE');
    } else if (word === 'ERA') {
      const [drive, file] = place(args[0]);
      if (!(await select(drive))) return;
      if (this.options.readOnlyFiles?.includes(file)) {
        await this.#diskError(drive, 'File R/O');
      } else if (drive !== 'A' || this.#user !== 0 || !this.files.delete(file)) await this.#say('NO FILE');
    } else if (word === 'REN') {
      const [to = '', from = ''] = args.join('').split('=');
      const file = this.files.get(from);
      if (this.files.has(to)) await this.#say('FILE EXISTS');
      else if (file === undefined) await this.#say('NO FILE');
      else {
        this.files.delete(from);
        this.files.set(to, file);
      }
    } else {
      const [drive, name] = place(word);
      if (!(await select(drive))) return;
      if (classicTools.includes(`${drive}:${name}.COM`)) await this.#classic(name, args[0]!);
      else if (this.#user !== 0 || drive !== toolDrive || !tools.includes(`${name}.COM`))
        await this.#say(`${word}?\r\n`);
      else if (name === 'STAT') {
        const records = (this.files.get(args[0]!)?.length ?? 0) / 128;
        const access = this.options.readOnlyFiles?.includes(args[0]!) ? 'R/O' : 'R/W';
        await this.#say(
          `\r\n Recs  Bytes  Ext Acc\r\n  ${records}    ${Math.ceil(records / 8)}k    1 ${access} A:${args[0]}\r\n`,
        );
      } else if (args[0] === 'S') await this.#send(args[1]!);
      else await this.#receive(args[1]!);
    }
  }

  /** DOWNLOAD, UPLOAD and DUMP of the classic card. */
  async #classic(tool: string, file: string): Promise<void> {
    const bytes = this.files.get(file) ?? new Uint8Array(0);
    const asHex = (part: Uint8Array): string => Buffer.from(part).toString('hex').toUpperCase();
    const ends = (length: number, sum: number): string => asHex(Uint8Array.of(length, sum));
    if (tool === 'UPLOAD') {
      const sum = bytes.reduce((total, byte) => total + byte, 0);
      return this.#say(`A:DOWNLOAD ${file}\r\nU0\r\n:${asHex(bytes)}>${ends(bytes.length, sum)}\r\n`);
    }
    if (tool === 'DUMP') {
      for (let at = 0; at < bytes.length; at += 16) {
        const row = asHex(bytes.subarray(at, at + 16)).replace(/../g, ' $&');
        await this.#say(`\r\n${at.toString(16).toUpperCase().padStart(4, '0')}${row}`);
      }
      return;
    }
    await this.clock.sleep(200);
    const next = async (): Promise<string> => {
      for (;;) {
        if (this.#stopped) return '>';
        const byte = await this.#reader.byte(500);
        if (byte === undefined) continue;
        if (!this.options.classic?.lose?.includes(this.#taken++)) return String.fromCharCode(byte);
      }
    };
    while ((await next()) !== ':') if (this.#stopped) return;
    const got: number[] = [];
    for (let dots = 0; ;) {
      const first = await next();
      if (first === '>') break;
      got.push(parseInt(first + (await next()), 16));
      if (got.length % 128 !== 0) continue;
      await this.clock.sleep(40);
      await this.#say(++dots % 64 === 0 ? '.\r\n' : '.');
      // A character that waits while the dot is printed is put aside and never looked at again.
      this.link.unread(this.link.drain().subarray(1));
    }
    const end = [await next(), await next(), await next(), await next()].join('');
    const due = ends(
      got.length,
      got.reduce((total, byte) => total + byte, 0),
    );
    const whole = Uint8Array.from(got);
    this.files.set(file, this.options.corrupt?.(whole) ?? whole);
    if (end.slice(2) !== due.slice(2)) await this.#say('\r\n======Checksum Error======');
    else if (end.slice(0, 2) !== due.slice(0, 2)) await this.#say('\r\n======File Length Error======');
    else await this.#say('\r\nOK');
  }

  async #receive(file: string): Promise<void> {
    const { diskBytes = 376 * 1024, readOnly = 'B', diskWriteMs = 0 } = this.options;
    await this.#say('\r\nXMODEM v12.5 - 07/13/86\r\n(128 byte protocol only)\r\nRBC, 06-Jun-2018 [WBW], COM0\r\n');
    if (this.files.has(file)) return this.#say('++ File exists, use a different name ++\r\n');
    if (readOnly.includes(this.#drive)) {
      await this.#say('\r\n');
      return this.#diskError(this.#drive, 'Bad Sector');
    }
    const used = [...this.files.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    await this.clock.sleep(100);
    await this.#say(`\r\nReceiving: A0:${file}\r\n${(diskBytes - used) >> 10}k available for uploads\r\n`);
    await this.#say('File open - ready to receive\r\nTo cancel: Ctrl-X, pause, Ctrl-X\r\n');
    const chunks: Uint8Array[] = [];
    let mode: 'crc' | 'checksum' = 'crc';
    let silences = 0;
    let errors = 0;
    let unwritten = 0;
    const size = (): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const bad = async (): Promise<void> => {
      while ((await this.link.read(PURGE_MS)) !== undefined);
      if (++errors === 5) mode = 'checksum';
      await this.#byte(NAK);
    };
    for (;;) {
      if (errors >= 10) return this.#say('\r\n\r\n++ Receive cancelled ++\r\n++ Partial file deleted ++\r\n');
      const head = await this.#reader.byte(REQUEST_MS);
      if (head === undefined) {
        if (++silences === 10) return this.#say('\r\n\r\n++ Receive cancelled ++\r\n++ Partial file deleted ++\r\n');
        await this.#byte(chunks.length > 0 || silences > 5 ? NAK : CRC_REQUEST);
        if (chunks.length === 0 && silences > 5) mode = 'checksum';
        continue;
      }
      if (head === CAN) {
        const next = await this.#reader.byte(5_000);
        if (next === CAN) return this.#say('\r\n\r\n++ Receive cancelled ++\r\n++ Partial file deleted ++\r\n');
        if (next !== undefined) this.link.unread(Uint8Array.of(next));
        continue;
      }
      if (head === EOT) {
        if (chunks.length === 0) return this.#say('\r\n\r\n++ Receive cancelled ++\r\n');
        await this.clock.sleep(diskWriteMs);
        if (used + size() > diskBytes) {
          await this.#byte(0);
          return this.#say('++ Error writing file ++\r\n\r\n++ Receive cancelled ++\r\n');
        }
        await this.#byte(ACK);
        const whole = Uint8Array.from(Buffer.concat(chunks));
        this.files.set(file, this.options.corrupt?.(whole) ?? whole);
        await this.clock.sleep(50);
        return this.#say('\r\nThanks for the upload\r\n');
      }
      if (head !== SOH && head !== STX) {
        await bad();
        continue;
      }
      const length = head === STX ? 1024 : 128;
      const rest = await this.#take(2 + length + (mode === 'crc' ? 2 : 1));
      const payload = rest?.subarray(2, 2 + length);
      const good =
        rest !== undefined &&
        rest[0]! + rest[1]! === 255 &&
        (mode === 'crc'
          ? crc16(payload!) === rest[2 + length]! * 256 + rest[3 + length]!
          : checksum(payload!) === rest[2 + length]!);
      if (!good) {
        await bad();
        continue;
      }
      const due = (chunks.length + 1) & 0xff;
      if (rest[0] === due) {
        chunks.push(payload!);
        errors = silences = 0;
        unwritten += length;
        if (unwritten >= 16_384) {
          unwritten = 0;
          await this.clock.sleep(diskWriteMs);
        }
      } else if (chunks.length === 0 || rest[0] !== ((due - 1) & 0xff)) {
        await this.clock.sleep(1_100);
        await this.#byte(CAN);
        await this.clock.sleep(1_000);
        this.files.set(file, Uint8Array.from(Buffer.concat(chunks)));
        return this.#say('\r\r\n++ XMODEM aborted ++\r\n');
      }
      await this.clock.sleep(length === 128 ? BLOCK_MS : 660);
      await this.#byte(ACK);
      // It looks once for the operator's Ctrl-X, and swallows what is there already.
      await this.clock.sleep(0.4);
      const early = this.link.drain();
      this.link.unread(early.subarray(1));
    }
  }

  async #send(file: string): Promise<void> {
    const bytes = this.files.get(file);
    if (bytes === undefined) return this.#say('++ File not found ++\r\n');
    await this.#say(`\r\nXMODEM v12.5\r\n`);
    // What comes meanwhile is kept by the BDOS, for the next command line.
    const { sendPauseMs } = this.options;
    if (sendPauseMs !== undefined) await this.clock.sleep(sendPauseMs);
    const early = sendPauseMs === undefined ? new Uint8Array(0) : this.link.drain();
    await this.#say(`Sending: ${file}\r\nTo cancel: Ctrl-X, pause, Ctrl-X\r\n`);
    await this.#sendBlocks(bytes);
    this.link.unread(early);
  }

  async #sendBlocks(bytes: Uint8Array): Promise<void> {
    let request = await this.#reader.byte(60_000);
    while (request !== CRC_REQUEST && request !== NAK) {
      if (request === undefined) return;
      const next = await this.#reader.byte(60_000);
      if (request === CAN && next === CAN) return this.#say('\r\n++ Send cancelled ++\r\n');
      request = next;
    }
    for (let at = 0, errors = 0; at < bytes.length && errors < 10;) {
      const number = (at / 128 + 1) & 0xff;
      const payload = bytes.subarray(at, at + 128);
      const crc = crc16(payload);
      const check = request === NAK ? [checksum(payload)] : [crc >> 8, crc & 0xff];
      await this.clock.sleep(40);
      await this.link.write(Uint8Array.of(SOH, number, 255 - number, ...payload, ...check));
      const answer = await this.#reader.byte(10_000);
      if (answer === ACK) {
        at += 128;
        errors = 0;
        // Anything else is an error, and ten of them end it.
      } else if (++errors === 10) return this.#say('\r\n++ Send file cancelled ++\r\n');
    }
    for (let n = 0; n < 10; n++) {
      await this.#byte(EOT);
      if ((await this.#reader.byte(10_000)) === ACK) return;
    }
  }

  async #take(count: number): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count;) {
      const arrival = await this.link.read(BYTE_MS);
      if (arrival === undefined) return undefined;
      const used = arrival.bytes.subarray(0, count - filled);
      bytes.set(used, filled);
      filled += used.length;
      this.link.unread(arrival.bytes.subarray(used.length));
    }
    return bytes;
  }

  #say(text: string): Promise<void> {
    return this.link.write(toBytes(text));
  }

  #byte(byte: number): Promise<void> {
    return this.link.write(Uint8Array.of(byte));
  }
}
