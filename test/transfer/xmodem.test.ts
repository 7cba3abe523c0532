/** Our sender against our receiver over an in-memory line, in virtual time: sizes, modes, chunks, and faults. */
import { describe, expect, it } from 'vitest';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { TransferError } from '../../src/seams/errors.js';
import { ACK, CAN, checksum, crc16, EOT, NAK, SOH, STX, type TransferEvent } from '../../src/transfer/xmodem.js';
import { receiveXmodem, type ReceiveOptions } from '../../src/transfer/xmodem-receive.js';
import { sendXmodem, Unfinished, type SendOptions } from '../../src/transfer/xmodem-send.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair, type LineOptions } from '../fakes/link-pair.js';
import { expectSame, sample, SIZES } from './samples.js';

async function collect(events: AsyncIterable<TransferEvent>): Promise<TransferEvent[]> {
  const all: TransferEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

interface Outcome {
  got: Uint8Array | Error;
  events: TransferEvent[] | Error;
  ms: number;
}

/** One transfer, to whatever end it comes; fails only by hanging. */
async function transfer(
  data: Uint8Array,
  lines: { toBoard?: LineOptions; toHost?: LineOptions } = {},
  send: Partial<SendOptions> = {},
  receive: Partial<ReceiveOptions> = {},
): Promise<Outcome> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock, { toA: lines.toHost ?? {}, toB: lines.toBoard ?? {} });
  const asError = (error: unknown): Error => error as Error;
  const [events, got] = await clock.run(
    Promise.all([
      collect(sendXmodem(a, data, { clock, ...send })).catch(asError),
      receiveXmodem(b, { clock, ...receive }).catch(asError),
    ]),
  );
  return { got, events, ms: clock.now() };
}

const retriesIn = (outcome: Outcome): number => {
  if (outcome.events instanceof Error) throw outcome.events;
  const last = outcome.events.at(-1)!;
  if (last.type !== 'done') throw new Error('not done');
  return last.retries;
};

describe('check values', () => {
  // The catalogue's check input for CRC-16/XMODEM is "123456789", and its value 31C3.
  it('are the published ones', () => {
    const digits = Buffer.from('123456789');
    expect(crc16(digits)).toBe(0x31c3);
    expect(checksum(digits)).toBe(0xdd);
  });
});

describe('xmodem, both ends ours', () => {
  for (const blockSize of [128, 1024] as const)
    for (const check of ['crc', 'checksum'] as const)
      it(`all sizes, ${blockSize}-byte blocks, ${check}`, async () => {
        for (const size of SIZES) {
          const data = sample(size);
          const outcome = await transfer(data, {}, { blockSize }, { check });
          if (outcome.got instanceof Error) throw outcome.got;
          expectSame(outcome.got, data);
          expect(outcome.got.length).toBe(128 * Math.ceil(size / 128));
          expect(retriesIn(outcome)).toBe(0);
        }
      });

  it('sends 1K blocks with STX and the rest in blocks of 128', async () => {
    const heads: number[] = [];
    const data = sample(2 * 1024 + 130);
    const tamper = (bytes: Uint8Array): Uint8Array => {
      heads.push(bytes[0]!);
      return bytes;
    };
    const outcome = await transfer(data, { toBoard: { tamper } }, { blockSize: 1024 });
    expect((outcome.got as Uint8Array).length).toBe(2 * 1024 + 256);
    expect(heads).toEqual([STX, STX, SOH, SOH, EOT]);
  });

  it("a sender's words right behind its EOT are no damaged block, and are there for the next reader", async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock, { toB: { msPerByte: 0.0868, chunk: 1 } });
    const data = sample(128);
    const crc = crc16(data);
    const sender = async (): Promise<void> => {
      await a.read(10_000);
      await a.write(Uint8Array.of(SOH, 1, 254, ...data, crc >> 8, crc & 0xff));
      await a.read(10_000);
      await a.write(Uint8Array.of(EOT, ...Buffer.from('\r\nA>')));
    };
    const [got] = await clock.run(Promise.all([receiveXmodem(b, { clock, check: 'crc' }), sender()]));
    expectSame(got, data);
    await clock.run(clock.sleep(10));
    expect(Buffer.from(b.drain()).toString()).toBe('\r\nA>');
  });

  it('counts blocks and bytes', async () => {
    const outcome = await transfer(sample(300));
    expect(outcome.events).toEqual([
      { type: 'start', mode: 'crc', blocks: 3, totalBytes: 300 },
      { type: 'block', block: 1, doneBytes: 128, totalBytes: 300, retries: 0 },
      { type: 'block', block: 2, doneBytes: 256, totalBytes: 300, retries: 0 },
      { type: 'block', block: 3, doneBytes: 300, totalBytes: 300, retries: 0 },
      { type: 'done', blocks: 3, totalBytes: 300, retries: 0, confirmed: true },
    ]);
  });

  for (const [name, chunk] of [
    ['1 byte at a time', 1],
    ['random chunks', { upTo: 40, seed: 7 }],
    ['chunks of 10 KB', 10_240],
  ] as const)
    it(`does not care for chunks: ${name}`, async () => {
      const data = sample(5000);
      const lines = { toBoard: { chunk, msPerByte: 0.0868 }, toHost: { chunk, msPerByte: 0.0868 } };
      const outcome = await transfer(data, lines, { blockSize: 1024 });
      expectSame(outcome.got as Uint8Array, data);
      expect(retriesIn(outcome)).toBe(0);
    });

  it('starts without waiting where the receiver is known to listen', async () => {
    const outcome = await transfer(sample(1000), {}, { begin: 'crc' });
    expectSame(outcome.got as Uint8Array, sample(1000));
    expect(outcome.ms).toBeLessThan(1500);
  });

  it('two transfers at once, in different modes, do not disturb each other', async () => {
    const clock = new FakeClock();
    const one = linkPair(clock);
    const two = linkPair(clock);
    const [, , crc, sum] = await clock.run(
      Promise.all([
        collect(sendXmodem(one.a, sample(3000), { clock, blockSize: 1024 })),
        collect(sendXmodem(two.a, sample(2000), { clock })),
        receiveXmodem(one.b, { clock, check: 'crc' }),
        receiveXmodem(two.b, { clock, check: 'checksum' }),
      ]),
    );
    expectSame(crc!, sample(3000));
    expectSame(sum!, sample(2000));
  });
});

/** Faults by the place of a byte or a write, one at a time; the file must arrive all the same. */
describe('faults that a transfer survives', () => {
  const BLOCK = 133;
  const data = sample(1000);
  const nthByte =
    (place: number, instead: (byte: number) => number[]) =>
    (byte: number, index: number): number[] =>
      index === place ? instead(byte) : [byte];
  const nthAck = (n: number, instead: number[]): LineOptions => {
    let acks = 0;
    return { fault: (byte) => (byte === ACK && ++acks === n ? instead : [byte]) };
  };

  const cases: [string, { toBoard?: LineOptions; toHost?: LineOptions }, number][] = [
    ['a flipped data byte', { toBoard: { fault: nthByte(2 * BLOCK + 50, (b) => [b ^ 0x10]) } }, 1],
    ['a flipped block number', { toBoard: { fault: nthByte(2 * BLOCK + 1, (b) => [b ^ 1]) } }, 1],
    ['a flipped head, become EOT', { toBoard: { fault: nthByte(2 * BLOCK, () => [EOT]) } }, 1],
    ['a flipped head, become CAN', { toBoard: { fault: nthByte(2 * BLOCK, () => [CAN]) } }, 1],
    ['a dropped data byte', { toBoard: { fault: nthByte(3 * BLOCK + 77, () => []) } }, 1],
    ['a dropped head', { toBoard: { fault: nthByte(3 * BLOCK, () => []) } }, 1],
    ['a doubled byte', { toBoard: { fault: nthByte(BLOCK + 9, (b) => [b, b]) } }, 1],
    ['noise before a block', { toBoard: { fault: nthByte(4 * BLOCK, (b) => [0xff, 0x00, b]) } }, 1],
    ['a lost block', { toBoard: { tamper: (bytes, n) => (n === 3 ? Uint8Array.of() : bytes) } }, 1],
    ['a lost first block', { toBoard: { tamper: (bytes, n) => (n === 0 ? Uint8Array.of() : bytes) } }, 1],
    ['a damaged first block', { toBoard: { fault: nthByte(60, (b) => [b ^ 1]) } }, 1],
    ['a lost ACK', { toHost: nthAck(3, []) }, 1],
    ['a lost ACK of the first block', { toHost: nthAck(1, []) }, 1],
    ['a lost ACK of the last block', { toHost: nthAck(8, []) }, 1],
    ['a damaged ACK', { toHost: nthAck(3, [0x46]) }, 1],
    ['an ACK become NAK', { toHost: nthAck(3, [NAK]) }, 1],
    ['a doubled ACK', { toHost: nthAck(3, [ACK, ACK]) }, 0],
    ['noise before an ACK', { toHost: nthAck(3, [0, 0xff, 0x43, ACK]) }, 0],
    ['a single CAN', { toHost: nthAck(3, [CAN, ACK]) }, 0],
    ['a lost EOT', { toBoard: { tamper: (bytes, n) => (n === 8 ? Uint8Array.of() : bytes) } }, 1],
  ];
  for (const [name, lines, retries] of cases)
    for (const blockSize of [128, 1024] as const)
      it(`${name} (${blockSize})`, async () => {
        // With 1K blocks, seven of 128 would be one: then the places lie elsewhere, and the count may differ.
        const outcome = await transfer(blockSize === 128 ? data : sample(9 * 1024), lines, { blockSize });
        if (outcome.got instanceof Error) throw outcome.got;
        expectSame(outcome.got, blockSize === 128 ? data : sample(9 * 1024));
        if (blockSize === 128) expect(retriesIn(outcome)).toBe(retries);
      });

  it('a NAKed EOT is repeated', async () => {
    const outcome = await transfer(data, { toHost: nthAck(9, [NAK]) }, {});
    // Our receiver has ended after its ACK, so nobody answers the second EOT: the sender says so, and the file is whole.
    expectSame(outcome.got as Uint8Array, data);
    expect(outcome.events).toBeInstanceOf(TransferError);
  });
});

/** A scripted receiver: for each write of the sender, what it answers. */
async function against(
  answers: (packet: Uint8Array, n: number) => number[] | string,
  options: Partial<SendOptions> = {},
  data = sample(400),
): Promise<{ events: TransferEvent[]; error: Error | undefined; sent: Uint8Array[]; ms: number; left: Uint8Array }> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  const sent: Uint8Array[] = [];
  const events: TransferEvent[] = [];
  let over = false;
  const board = async (): Promise<void> => {
    while (!over) {
      const packet = await b.read(50);
      if (packet === undefined) continue;
      sent.push(packet.bytes);
      const answer = answers(packet.bytes, sent.length - 1);
      await b.write(Uint8Array.from(typeof answer === 'string' ? Buffer.from(answer, 'latin1') : answer));
    }
  };
  let error: Error | undefined;
  const host = async (): Promise<void> => {
    try {
      for await (const event of sendXmodem(a, data, { clock, begin: 'crc', ...options })) events.push(event);
    } catch (thrown) {
      error = thrown as Error;
    }
    // Let the board take what was sent last.
    await clock.sleep(100);
    over = true;
  };
  await clock.run(Promise.all([host(), board()]));
  return { events, error, sent, ms: clock.now(), left: a.drain() };
}

describe('what a sender meets', () => {
  const firstBytes = (sent: Uint8Array[]): number[] => sent.map((packet) => packet[0]!);

  it('CAN CAN behind the ACK of a repeated block: ends there, too', async () => {
    const { error, sent } = await against((_, n) => (n === 1 ? [NAK] : n === 2 ? [ACK, CAN, CAN] : [ACK]));
    expect(error!.message).toBe('the board cancelled the transfer at block 2 of 4');
    expect(sent.length).toBe(3);
  });

  it('CAN CAN: ends at once, names the block, and sends nothing more', async () => {
    const { error, sent } = await against((_, n) => (n === 2 ? [CAN, CAN] : [ACK]));
    expect(error).toBeInstanceOf(TransferError);
    expect(error!.message).toBe('the board cancelled the transfer at block 3 of 4');
    expect(sent.length).toBe(3);
  });

  it('silence: ten tries, then a clear end, and CAN CAN to the board', async () => {
    const { error, sent, ms } = await against((_, n) => (n >= 2 ? [] : [ACK]));
    expect(error!.message).toBe('no answer from the board at block 3 of 4');
    expect((error as TransferError).reason.timedOut).toBe(true);
    expect(firstBytes(sent)).toEqual([...Array<number>(12).fill(SOH), CAN, CAN]);
    expect(Math.floor(ms / 1000)).toBe(150);
  });

  it('silence from the first block on: a board that must be reset', async () => {
    const { error } = await against(() => []);
    expect(error!.message).toBe('no answer from the board at block 1 of 4');
    expect((error as TransferError).hint).toBe(
      'if the board stays silent, reset it: RomWBW 2.9 dies of the first bytes at full speed once DDT was run',
    );
  });

  it('NAK for ever: CRC in each try, and after the seventh an end that may be begun again', async () => {
    const { error, sent } = await against((_, n) => (n >= 1 ? [NAK] : [ACK]));
    expect(error!.message).toBe('the board refused the same block 7 times at block 2 of 4');
    expect(error).toBeInstanceOf(Unfinished);
    expect(sent.slice(1).map((packet) => packet.length)).toEqual([133, 133, 133, 133, 133, 133, 133, 1, 1]);
  });

  it('a receiver that changes to the checksum silently is not followed: 8 bits are no check in the middle of a file', async () => {
    let naks = 0;
    const { error, sent } = await against((packet, n) => {
      if (packet[0] === EOT || n === 0) return [ACK];
      if (packet.length > 1 && naks++ < 5) return [NAK];
      return packet.length === 132 ? [ACK] : [NAK];
    });
    expect(error).toBeInstanceOf(Unfinished);
    expect(sent.filter(({ length }) => length === 132)).toEqual([]);
  });

  it('a NAK storm counts once', async () => {
    const { error, events } = await against((_, n) => (n === 1 ? Array<number>(30).fill(NAK) : [ACK]));
    expect(error).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ type: 'done', retries: 1 });
  });

  it('EOT is repeated until it is acknowledged', async () => {
    let ends = 0;
    const { error, sent } = await against((packet) => (packet[0] === EOT && ++ends < 4 ? [NAK] : [ACK]));
    expect(error).toBeUndefined();
    expect(firstBytes(sent)).toEqual([SOH, SOH, SOH, SOH, EOT, EOT, EOT, EOT]);
  });

  it('a slow disk is waited for, and told', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const events: TransferEvent[] = [];
    const host = async (): Promise<void> => {
      for await (const event of sendXmodem(a, sample(300), { clock, begin: 'crc' })) events.push(event);
    };
    const board = async (): Promise<void> => {
      for (let n = 0; n < 4; n++) {
        await b.read(60_000);
        if (n === 1) await clock.sleep(9_000);
        await b.write(Uint8Array.of(ACK));
      }
    };
    await clock.run(Promise.all([host(), board()]));
    expect(events.map((event) => event.type)).toEqual(['start', 'block', 'waiting', 'block', 'block', 'done']);
  });

  it("the board's own words instead of an answer end it, and are shown", async () => {
    const words = '\r\n\r\n++ Receive cancelled ++\r\n++ Partial file deleted ++\r\n\r\nA>';
    const { error, sent } = await against((_, n) => (n === 2 ? words : [ACK]));
    expect(error!.message).toContain('Receive cancelled');
    expect(error!.message).toContain('at block 3 of 4');
    expect(sent.length).toBe(3);
  });

  it('words after EOT without an ACK are left for the caller to read', async () => {
    const { error, events, left } = await against((packet) => (packet[0] === EOT ? 'Thanks for the upload' : [ACK]));
    expect(error).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ type: 'done', confirmed: false });
    expect(Buffer.from(left).toString()).toBe('Thanks for the upload');
  });

  it('CK after the first block: K is not taken for an answer', async () => {
    const { error, sent } = await against((_, n) => (n === 0 ? [0x43, 0x4b, ACK] : [ACK]));
    expect(error).toBeUndefined();
    expect(sent.length).toBe(5);
  });

  it('C instead of an ACK for the first block: it goes again', async () => {
    const { error, sent } = await against((_, n) => (n === 0 ? [0x43] : [ACK]));
    expect(error).toBeUndefined();
    expect(firstBytes(sent)).toEqual([SOH, SOH, SOH, SOH, SOH, EOT]);
  });

  it('waits 2 ms between an ACK and the next block, and 10 before block 4 (EOT!) and the end', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const times: number[] = [];
    const board = async (): Promise<void> => {
      for (let n = 0; n < 5; n++) {
        await b.read(60_000);
        times.push(clock.now());
        await b.write(Uint8Array.of(ACK));
      }
    };
    await clock.run(Promise.all([collect(sendXmodem(a, sample(400), { clock, begin: 'crc' })), board()]));
    expect(times).toEqual([0, 2, 4, 14, 24]);
  });

  it('nobody there: says how long it waited and what came', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    await b.write(Buffer.from('A>'));
    const sending = clock.run(collect(sendXmodem(a, sample(1), { clock })));
    await expect(sending).rejects.toMatchObject({
      message: 'no receiver asked for the file within 60 s',
      hint: 'what came is "A>"',
    });
  });

  for (const [name, request, mode] of [
    ['C at the end of text', 'Receiving via CON with CRCsC', 'crc'],
    ['CK', 'CK', 'crc'],
    ['NAK', '\x15', 'checksum'],
    ['NAK after tired Cs', 'C\r\nC\x15', 'checksum'],
  ] as const)
    it(`request: ${name}`, async () => {
      const clock = new FakeClock();
      const { a, b } = linkPair(clock);
      await b.write(Buffer.from(request, 'latin1'));
      const board = async (): Promise<void> => {
        for (let n = 0; n < 2; n++) {
          await b.read(60_000);
          await b.write(Uint8Array.of(ACK));
        }
      };
      const [events] = await clock.run(Promise.all([collect(sendXmodem(a, sample(5), { clock })), board()]));
      expect(events![0]).toMatchObject({ type: 'start', mode });
    });

  it('an abort cancels on the board and says where', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const abort = new AbortController();
    void b.read(1000).then(() => abort.abort());
    const sending = clock.run(collect(sendXmodem(a, sample(400), { clock, begin: 'crc', signal: abort.signal })));
    await expect(sending).rejects.toMatchObject({ message: 'interrupted at block 1 of 4', reason: { canceled: true } });
    expect([...b.drain()].slice(-2)).toEqual([CAN, CAN]);
  });

  it('a lost line fails at once with the block', async () => {
    const clock = new FakeClock();
    const pair = linkPair(clock);
    const board = async (link: ByteLink): Promise<void> => {
      for (let n = 0; n < 2; n++) {
        await link.read(1000);
        await link.write(Uint8Array.of(ACK));
      }
      await link.read(1000);
      pair.cut();
    };
    const all = Promise.all([collect(sendXmodem(pair.a, sample(400), { clock, begin: 'crc' })), board(pair.b)]);
    await expect(clock.run(all)).rejects.toMatchObject({
      message: 'pair went away at block 3 of 4',
      exitStatus: 3,
      reason: { disconnected: true },
    });
  });
});

/** A scripted sender. */
describe('what a receiver meets', () => {
  const block = (number: number, fill: number): number[] => {
    const payload = new Uint8Array(128).fill(fill);
    const crc = crc16(payload);
    return [SOH, number & 0xff, ~number & 0xff, ...payload, crc >> 8, crc & 0xff];
  };
  async function receive(script: number[][]): Promise<{ got: Uint8Array | Error; answers: number[]; ms: number }> {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const answers: number[] = [];
    const sender = async (): Promise<void> => {
      for (const bytes of script) {
        const answer = await a.read(120_000);
        answers.push(...(answer?.bytes ?? []));
        await a.write(Uint8Array.from(bytes));
      }
    };
    const work = receiveXmodem(b, { clock }).catch((error: unknown) => error as Error);
    const [got] = await clock.run(Promise.all([work, sender()]));
    answers.push(...a.drain());
    return { got, answers, ms: clock.now() };
  }

  it('takes a duplicate once', async () => {
    const { got, answers } = await receive([block(1, 1), block(1, 1), block(2, 2), [EOT]]);
    expect([...(got as Uint8Array)]).toEqual([...Array<number>(128).fill(1), ...Array<number>(128).fill(2)]);
    expect(answers).toEqual([0x43, ACK, ACK, ACK, ACK]);
  });

  it('gives up when a block is missing', async () => {
    const { got, answers } = await receive([block(1, 1), block(3, 3)]);
    expect((got as Error).message).toBe('the sender is at block 3 (of 256) where 2 was due: data is lost');
    expect(answers.slice(-2)).toEqual([CAN, CAN]);
  });

  it('block numbers wrap', async () => {
    const script = Array.from({ length: 300 }, (_, n) => block(n + 1, n & 0xff));
    const { got } = await receive([...script, [EOT]]);
    expect((got as Uint8Array).length).toBe(300 * 128);
    expect((got as Uint8Array)[299 * 128]).toBe(299 & 0xff);
  });

  it('CAN CAN from the sender', async () => {
    const { got } = await receive([block(1, 1), [CAN, CAN]]);
    expect((got as Error).message).toBe('the sender cancelled the transfer at block 2');
  });

  it('a sender that falls silent: ten NAKs, then CAN CAN', async () => {
    const { got, answers, ms } = await receive([block(1, 1)]);
    expect((got as Error).message).toBe('no data from the sender at block 2, 10 times in a row');
    expect(answers).toEqual([0x43, ACK, ...Array<number>(9).fill(NAK), CAN, CAN]);
    expect(Math.round(ms / 1000)).toBe(102);
  });

  it('nobody there: a minute of requests, the first four for CRC', async () => {
    const { got, answers, ms } = await receive([]);
    expect((got as Error).message).toBe('no sender answered 20 requests');
    expect(answers).toEqual([...Array<number>(4).fill(0x43), ...Array<number>(16).fill(NAK)]);
    expect(ms).toBe(60_000);
  });
});
