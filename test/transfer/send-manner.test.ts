/** What the sender learns from a line, by itself and over lines that are one way or another. */
import { describe, expect, it } from 'vitest';
import { Manner } from '../../src/transfer/send-manner.js';
import { damageHint, Damage } from '../../src/transfer/xmodem-damage.js';
import { receiveXmodem } from '../../src/transfer/xmodem-receive.js';
import { sendXmodem } from '../../src/transfer/xmodem-send.js';
import { SOH, STX, type TransferEvent } from '../../src/transfer/xmodem.js';
import { seeded } from '../random.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair, type LineOptions } from '../fakes/link-pair.js';
import { expectSame, sample } from './samples.js';

const taken = (manner: Manner, times: number): void => {
  for (let n = 0; n < times; n++) manner.taken();
};
const refused = (manner: Manner, first = false, sure = true): void => manner.refused({ first, sure });
const seen = ({ blockSize, paceMs, lost }: Manner): unknown[] => [blockSize, paceMs, lost];

describe('the size of blocks', () => {
  it('falls at the second refusal of one, and rises after 4 KB, then 8 KB', () => {
    const manner = new Manner(1024);
    taken(manner, 3);
    refused(manner);
    expect(manner.blockSize).toBe(1024);
    refused(manner);
    expect(manner.blockSize).toBe(128);
    taken(manner, 31);
    expect(manner.blockSize).toBe(128);
    manner.taken();
    expect(manner.blockSize).toBe(1024);
    // One that was only tried.
    refused(manner);
    expect(manner.blockSize).toBe(128);
    taken(manner, 63);
    expect(manner.blockSize).toBe(128);
    taken(manner, 2);
    refused(manner);
    expect(manner.blockSize).toBe(1024);
  });

  it('is as it was where the receiver may have the block', () => {
    const manner = new Manner(1024);
    manner.taken();
    for (let n = 0; n < 5; n++) refused(manner, false, false);
    expect(manner.blockSize).toBe(1024);
  });
});

describe('the pace', () => {
  it('is that of a cable without flow control, when a block at full speed is refused between paced ones, and again', () => {
    const manner = new Manner(1024);
    refused(manner, true);
    expect(seen(manner)).toEqual([128, 0, false]);
    refused(manner, true);
    expect(seen(manner)).toEqual([128, 1, false]);
    taken(manner, 2);
    expect(seen(manner)).toEqual([128, 0, false]);
    refused(manner);
    expect(seen(manner)).toEqual([128, 1, false]);
    taken(manner, 2);
    expect(seen(manner)).toEqual([128, 0, false]);
    refused(manner);
    expect(seen(manner)).toEqual([128, 1, true]);
    taken(manner, 32);
    expect(seen(manner)).toEqual([1024, 1, true]);
  });

  it('was noise, when one at full speed is taken', () => {
    const manner = new Manner(128);
    refused(manner, true);
    refused(manner, true);
    taken(manner, 3);
    for (let n = 0; n < 6; n++) refused(manner);
    expect(seen(manner)).toEqual([128, 0, false]);
  });

  it('is doubled where a whole transfer came to nothing at it', () => {
    const manner = new Manner(128);
    refused(manner, true);
    refused(manner, true);
    for (const due of [2, 4, 4]) {
      manner.again();
      expect(manner.paceMs).toBe(due);
    }
  });
});

describe('the gap', () => {
  it('grows with each refusal to what it was before all this, and no number is sent soon that ends a file', () => {
    const manner = new Manner(128);
    expect([3, 4, 23, 24, 25, undefined].map((number) => manner.gapMs(number))).toEqual([2, 10, 2, 10, 2, 10]);
    refused(manner);
    expect(manner.gapMs(5)).toBe(4);
    for (let n = 0; n < 4; n++) refused(manner);
    expect(manner.gapMs(5)).toBe(10);
  });

  it('there is none where none is needed', () => {
    const manner = new Manner(128, { gapMs: 0 });
    refused(manner);
    expect([4, 5, undefined].map((number) => manner.gapMs(number))).toEqual([0, 0, 0]);
  });
});

/** A file over a line, its blocks by their first bytes. */
async function sent(
  data: Uint8Array,
  toBoard: LineOptions,
): Promise<{ heads: string; events: TransferEvent[]; ms: number }> {
  const clock = new FakeClock();
  let heads = '';
  const tamper = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length > 100) heads += bytes[0] === STX ? 'K' : bytes[0] === SOH ? 's' : '?';
    return bytes;
  };
  const { a, b } = linkPair(clock, { toB: { msPerByte: 0.0868, tamper, ...toBoard }, toA: { msPerByte: 0.0868 } });
  const events: TransferEvent[] = [];
  const host = async (): Promise<void> => {
    for await (const event of sendXmodem(a, data, { clock, blockSize: 1024 })) events.push(event);
  };
  const [got] = await clock.run(Promise.all([receiveXmodem(b, { clock, check: 'crc' }), host()]));
  expectSame(got, data);
  return { heads, events, ms: clock.now() };
}

it.each([500, 700])('one flipped byte in %i: every file gets through, in blocks of 128', async (rate) => {
  for (let seed = 1; seed <= 20; seed++) {
    const dice = seeded(seed);
    const fault = (byte: number): number[] => [dice() < 1 / rate ? byte ^ (1 << Math.floor(dice() * 8)) : byte];
    const { heads } = await sent(sample(36_000, seed), { fault });
    expect(heads).toMatch(/^K+s/);
    // 5 KB went as 1K at most, tries included.
    expect(heads.replace(/s/g, '').length).toBeLessThan(20);
  }
});

it('a line without a fault: 1K to the last', async () => {
  expect((await sent(sample(5_000), {})).heads).toBe('KKKKssssssss');
});

it('a wrong block in the middle: again as it is; twice: in small ones, and 4 KB later as before', async () => {
  const once = (byte: number, index: number): number[] => [index === 1_500 ? byte ^ 1 : byte];
  expect((await sent(sample(4_096), { fault: once })).heads).toBe('KKKKK');
  const twice = (byte: number, index: number): number[] => [index === 1_500 || index === 2_500 ? byte ^ 1 : byte];
  expect((await sent(sample(9_216), { fault: twice })).heads).toBe(`KKK${'s'.repeat(32)}KKKK`);
});

describe('a line that damages one value', () => {
  const without = (...values: number[]): Uint8Array =>
    Uint8Array.from({ length: 128 }, (_, n) => 0x40 + (n % 64))
      .fill(0xfe, 0, 1)
      .map((byte, n) => values[n] ?? byte);

  it('is named, where the value stands in no block before', () => {
    const damage = new Damage();
    damage.taken(without(0x11));
    expect(damageHint(damage, without(0x11, 0x13))).toBe(
      'of all blocks this is the first with XOFF (13h): something on the way obeys XON/XOFF; switch it off at the serial server, the adapter or the board',
    );
    expect(damageHint(damage, without(0x11))).toBeUndefined();
  });

  it('or lets nothing through at all', () => {
    expect(damageHint(new Damage(), without())).toMatch(/^no block at all gets through whole: seven bits/);
  });

  it('over a line that eats XOFF, block and cause are said', async () => {
    const fault = (byte: number): number[] => (byte === 0x13 ? [] : [byte]);
    const data = new Uint8Array(600).fill(0x55);
    data[500] = 0x13;
    await expect(sent(data, { fault })).rejects.toMatchObject({
      message: 'the board refused the same block 7 times at block 4 of 5',
      hint: expect.stringContaining('the first with XOFF (13h)') as string,
    });
  });
});
