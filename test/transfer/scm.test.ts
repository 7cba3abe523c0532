/** The scm driver against a monitor in virtual time, with the habits that were observed on the real one. */
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/link/byte-reader.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { toBytes } from '../../src/seams/bytes.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { scmDriver } from '../../src/transfer/drivers/scm.js';
import { hexRecord, parseIntelHex } from '../../src/seams/intel-hex.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';
import { sample } from './samples.js';

/** A memory of 64 KB, ROM below 8000h; commands at a slow prompt, HEX at full speed. */
class FakeScm {
  readonly memory = new Uint8Array(65_536);
  readonly ran: number[] = [];
  stopped = false;
  constructor(
    private readonly link: ByteLink,
    private readonly clock: FakeClock,
    private readonly options: { loseDigit?: number; stuckFor?: number; deadRam?: number } = {},
  ) {}

  async run(): Promise<void> {
    const reader = new ByteReader(this.link, this.clock);
    let stuck = this.options.stuckFor ?? 0;
    let digits = 0;
    const next = async (): Promise<string> => {
      while (!this.stopped) {
        const byte = await reader.byte(500);
        if (byte !== undefined) return String.fromCharCode(byte);
      }
      return '\x1b';
    };
    let line = '';
    while (!this.stopped) {
      const key = await next();
      if (stuck > 0) {
        // Within a record everything is a digit.
        if (--stuck === 0) await this.say('\r\nBad command\r\n*');
      } else if (key === ':' && line === '') {
        // The loader: silent until the end record.
        let text = ':';
        while (!this.stopped && !/:00000001FF\r$/.test(text)) {
          const digit = await next();
          if (digits++ !== this.options.loseDigit) text += digit === text.at(-1) && digit === '\r' ? '' : digit;
        }
        let good = true;
        for (const row of text.split('\r').filter((part) => part !== ''))
          try {
            for (const { address, bytes } of parseIntelHex(`${row}\r:00000001FF`, 'x'))
              if (address >= 0x8000) this.memory.set(bytes, address);
          } catch {
            good = false;
          }
        if (this.options.deadRam !== undefined) this.memory[this.options.deadRam] = 0xff;
        await this.say(good ? 'Ready\r\n\r\n*' : 'File error\r\n\r\n*');
        await this.say('\r\n*');
      } else if (key === '\x1b') {
        line = '';
        await this.say('\r\n*');
      } else if (key === '\r') {
        await this.say('\r\n');
        const [command, argument] = line.split(' ');
        line = '';
        if (command === 'M') await this.show(parseInt(argument!, 16));
        else if (command === 'G') this.ran.push(parseInt(argument!, 16));
        else await this.say(command === '' ? '*' : 'Bad command\r\n*');
      } else {
        line += key;
        await this.say(key);
      }
    }
  }

  private async show(address: number): Promise<void> {
    for (let at = address; at < address + 128; at += 16) {
      const bytes = Buffer.from(this.memory.subarray(at, at + 16));
      const hex = bytes.toString('hex').toUpperCase().replace(/../g, '$& ');
      await this.say(`${at.toString(16).toUpperCase().padStart(4, '0')}: ${hex} ${'.'.repeat(16)}\r\n`);
    }
  }

  private say(text: string): Promise<void> {
    return this.link.write(toBytes(text));
  }
}

const asHex = (bytes: Uint8Array, address = 0x8000): Uint8Array => {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) rows.push(hexRecord(address + at, bytes.subarray(at, at + 16)));
  return toBytes([...rows, ':00000001FF', ''].join('\n'));
};

async function flash(
  bytes: Uint8Array,
  options: ConstructorParameters<typeof FakeScm>[2] = {},
  name = 'PROG.HEX',
): Promise<{ scm: FakeScm; error: Error | undefined }> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  const scm = new FakeScm(b, clock, options);
  let error: Error | undefined;
  const host = async (): Promise<void> => {
    try {
      const target = boardTarget(a, scmDriver(), clock);
      for await (const _ of target.load({ name, bytes }));
      await target.start('');
    } catch (thrown) {
      error = thrown as Error;
    }
    await clock.sleep(1000);
    scm.stopped = true;
  };
  await clock.run(Promise.all([host(), scm.run()]));
  return { scm, error };
}

describe('the Small Computer Monitor', () => {
  it('loads, reads back, runs', async () => {
    const { scm, error } = await flash(asHex(sample(3000)));
    expect(error).toBeUndefined();
    expect(scm.memory.subarray(0x8000, 0x8000 + 3000)).toEqual(sample(3000));
    expect(scm.ran).toEqual([0x8000]);
  });

  it('frees a loader that is stuck in a record', async () => {
    expect((await flash(asHex(sample(100)), { stuckFor: 500 })).error).toBeUndefined();
  });

  it('a lost digit is reported', async () => {
    const { error } = await flash(asHex(sample(300)), { loseDigit: 100 });
    expect(error!.message).toBe('the monitor did not take the file: a record was damaged on the way');
  });

  it('memory that does not keep a byte is found', async () => {
    const { error } = await flash(asHex(new Uint8Array(600)), { deadRam: 0x8123 });
    expect(error!.message).toBe('memory at 8123h differs from the program');
  });

  it('a CP/M program is refused with the way out', async () => {
    const { error } = await flash(sample(100), {}, 'CHAT.COM');
    expect(error).toMatchObject({ message: 'this board is at its monitor, and a .COM needs CP/M', exitStatus: 1 });
  });

  it('a program for ROM is refused', async () => {
    const { error } = await flash(asHex(sample(100), 0x100));
    expect(error!.message).toBe('the program wants to be at 0100h, where this board has ROM');
  });
});

describe('Intel HEX', () => {
  it('round trip', () => {
    const [segment] = parseIntelHex(Buffer.from(asHex(sample(100))).toString(), 'x.hex');
    expect(segment).toEqual({ address: 0x8000, bytes: sample(100) });
    expect(hexRecord(0x0030, Uint8Array.of(0x02, 0x33, 0x7a))).toBe(':0300300002337A1E');
  });

  const wrong: [string, string, string][] = [
    [':0300300002337A1F\n:00000001FF', 'x.hex:1', "the record's sum is wrong"],
    ['\nhello\n', 'x.hex:2', 'this is no Intel HEX record'],
    [':0400300002337A1E\n', 'x.hex:1', 'the record is longer or shorter than it says'],
    [':0300300002337A1E\n', 'x.hex', 'the end record is missing: the file is cut'],
  ];
  for (const [text, where, message] of wrong)
    it(message, () =>
      expect(() => parseIntelHex(text, 'x.hex')).toThrow(expect.objectContaining({ where, message }) as Error),
    );
});
