/** The sender against a receiver that answers by a script, to the byte and the millisecond of virtual time. */
import { describe, expect, it } from 'vitest';
import { throughLink } from '../../src/link/through-link.js';
import { toBytes } from '../../src/seams/bytes.js';
import { ACK, CAN, EOT, NAK, SOH, STX, type TransferEvent } from '../../src/transfer/xmodem.js';
import { sendXmodem, type SendOptions } from '../../src/transfer/xmodem-send.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { linkPair } from '../fakes/link-pair.js';
import { sample } from './samples.js';

/** Bytes or text, after so many ms. */
type Answer = readonly [afterMs: number, what: readonly number[] | string];

interface Course {
  events: TransferEvent[];
  error: (Error & { reason?: object; hint?: string; where?: string }) | undefined;
  /** First byte, length and time of each write of the sender. */
  sent: [byte: number, length: number, atMs: number][];
  /** When the sender was done, cancelling included. */
  ms: number;
}

/** Four blocks of 128. @param opening what the board says before anything is sent */
async function send(
  answers: (n: number, first: number) => readonly Answer[],
  options: Partial<SendOptions> = { begin: 'crc' },
  opening: readonly Answer[] = [],
): Promise<Course> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  const course: Course = { events: [], error: undefined, sent: [], ms: 0 };
  let over = false;
  const say = async (all: readonly Answer[]): Promise<void> => {
    for (const [afterMs, what] of all) {
      await clock.sleep(afterMs);
      await b.write(typeof what === 'string' ? toBytes(what) : Uint8Array.from(what));
    }
  };
  const board = async (): Promise<void> => {
    await say(opening);
    while (!over) {
      const arrival = await b.read(100);
      if (arrival === undefined) continue;
      const { bytes, atMs } = arrival;
      course.sent.push([bytes[0]!, bytes.length, atMs]);
      await say(answers(course.sent.length - 1, bytes[0]!));
    }
  };
  const host = async (): Promise<void> => {
    try {
      for await (const event of sendXmodem(a, sample(400), { clock, ...options })) course.events.push(event);
    } catch (error) {
      course.error = error as Error;
    }
    course.ms = clock.now();
    await clock.sleep(200);
    over = true;
  };
  await clock.run(Promise.all([host(), board()]));
  return course;
}

const acked: readonly Answer[] = [[0, [ACK]]];
const firsts = ({ sent }: Course): number[] => sent.map(([byte]) => byte);
const lengths = ({ sent }: Course): number[] => sent.map(([, length]) => length);
const WHOLE = [SOH, SOH, SOH, SOH, EOT];

describe('a transfer without faults', () => {
  it('tells each block once', async () => {
    const course = await send(() => acked);
    const block = (n: number, doneBytes: number): TransferEvent => ({
      type: 'block',
      block: n,
      doneBytes,
      totalBytes: 400,
      retries: 0,
    });
    expect(course.events).toEqual([
      { type: 'start', mode: 'crc', blocks: 4, totalBytes: 400 },
      block(1, 128),
      block(2, 256),
      block(3, 384),
      block(4, 400),
      { type: 'done', blocks: 4, totalBytes: 400, retries: 0, confirmed: true },
    ]);
    expect(course.sent.map(([byte, length]) => [byte, length])).toEqual([
      ...Array<[number, number]>(4).fill([SOH, 133]),
      [EOT, 1],
    ]);
  });

  it('with checksums has shorter blocks', async () => {
    expect(lengths(await send(() => acked, { begin: 'checksum' }))).toEqual([132, 132, 132, 132, 1]);
  });
});

describe('the request', () => {
  const begin = async (...opening: Answer[]): Promise<[string | undefined, number | undefined]> => {
    const { events, sent } = await send(() => acked, { settings: { requestTimeoutMs: 1_000 } }, opening);
    return [events[0]?.type === 'start' ? events[0].mode : undefined, sent[0]?.[2]];
  };

  it.each<[string, Answer[], string | undefined, number | undefined]>([
    ['C and silence', [[5, 'C']], 'crc', 25],
    ['CK at once', [[5, 'CK']], 'crc', 5],
    ['NAK and silence', [[5, [NAK]]], 'checksum', 25],
    ['NAK K', [[5, [NAK, 0x4b]]], 'checksum', 5],
    ['a C that is a letter, then one that is none', [[5, 'CRC?'], [100, 'C']], 'crc', 125],
    ['a K by itself is none', [[5, 'K'], [100, 'C']], 'crc', 125],
    ['a C with a text soon behind it is none', [[5, 'C'], [10, 'RC']], 'crc', 35],
    ['one CAN is none, and cancels nothing', [[5, [CAN, 0x41, CAN, 0x43]]], 'crc', 25],
  ])('%s', async (_, opening, mode, atMs) => expect(await begin(...opening)).toEqual([mode, atMs])); // prettier-ignore

  it('that is none but a cancel ends it, and nothing is sent', async () => {
    const { error, sent, events } = await send(() => acked, {}, [[5, [CAN, CAN]]]);
    expect(error).toMatchObject({ message: 'the board cancelled at block 1 of 4', reason: { canceled: true } });
    expect([...sent, ...events]).toEqual([]);
  });

  it('that does not come: what came is said, and the board is told that we give up', async () => {
    const settings = { requestTimeoutMs: 1_000 };
    const nothing = await send(() => [], { settings });
    expect(nothing.error).toMatchObject({
      message: 'no receiver asked for the file within 1 s',
      hint: 'nothing at all came from the board; is a receiver running there?',
      where: 'pair:a',
      reason: { timedOut: true },
    });
    expect(nothing.sent).toEqual([
      [CAN, 1, 1_000],
      [CAN, 1, 1_300],
    ]);
    const words = await send(() => [], { settings }, [[5, 'NO FILE\r\n']]);
    expect(words.error).toMatchObject({ hint: 'what came is "NO FILE\\r\\n"' });
  });
});

describe('a block that goes again', () => {
  it('is told, with the reason, and how often', async () => {
    const { events } = await send((n) => (n === 1 || n === 2 ? [[0, [NAK]]] : acked));
    expect(events.filter(({ type }) => type === 'retry')).toEqual([
      { type: 'retry', block: 2, reason: 'refused', attempt: 2 },
      { type: 'retry', block: 2, reason: 'refused', attempt: 3 },
    ]);
    expect(events.at(-1)).toMatchObject({ retries: 2, confirmed: true });
  });

  it('after a silence, of which is told after 2 s', async () => {
    const { events, sent } = await send((n) => (n === 1 ? [] : acked), { begin: 'crc' });
    expect(events.slice(2, 5)).toEqual([
      { type: 'waiting', block: 2, ms: 2_000 },
      { type: 'retry', block: 2, reason: 'silence', attempt: 2 },
      { type: 'block', block: 2, doneBytes: 256, totalBytes: 400, retries: 1 },
    ]);
    expect(sent[2]![2] - sent[1]![2]).toBe(15_000);
  });

  it('after a short silence, of which nothing is told', async () => {
    const settings = { replyTimeoutMs: 2_000, tellWaitingMs: 2_000 };
    const { events, sent } = await send((n) => (n === 1 ? [] : acked), { begin: 'crc', settings });
    expect(events.map(({ type }) => type)).toEqual(['start', 'block', 'retry', 'block', 'block', 'block', 'done']);
    expect(sent[2]![2] - sent[1]![2]).toBe(2_000);
  });

  it('when the first was asked for anew, and an ACK on its way counts', async () => {
    const again = await send((n) => (n === 0 ? [[0, 'C']] : acked));
    expect(again.events[1]).toEqual({ type: 'retry', block: 1, reason: 'asked again', attempt: 2 });
    expect(lengths(again)).toEqual([133, 133, 133, 133, 133, 1]);
    const crossed = await send((n) => (n === 0 ? [[0, 'C'], [999, [ACK]]] : acked)); // prettier-ignore
    expect(firsts(crossed)).toEqual(WHOLE);
    // Of a later block it is only a letter.
    expect(firsts(await send((n) => (n === 1 ? [[0, 'C'], [1_500, [ACK]]] : acked)))).toEqual(WHOLE); // prettier-ignore
  });

  it('keeps the form that was asked for', async () => {
    const settings = { paceMs: 0 };
    for (const from of [0, 1])
      for (const [begin, length] of [
        ['crc', 133],
        ['checksum', 132],
      ] as const) {
        // prettier-ignore
        const course = await send((n) => (n >= from && n < from + 6 ? [[0, [NAK]]] : acked), { begin, settings });
        expect(lengths(course)).toEqual([...Array<number>(10).fill(length), 1]);
      }
  });
});

describe('a receiver that asks faster than it can be answered', () => {
  it.each([
    ['C', 'crc'],
    [String.fromCharCode(NAK), 'checksum'],
  ])('%j each 5 ms: begun after four, and its requests behind the first block are no answers', async (letter, mode) => {
    const asking = Array.from({ length: 30 }, (): Answer => [5, letter]);
    const course = await send((n) => (n === 0 ? [...asking, [20, [ACK]]] : acked), {}, asking.slice(0, 4));
    expect(course.events[0]).toMatchObject({ type: 'start', mode });
    expect(course.events.at(-1)).toMatchObject({ type: 'done', retries: 0 });
    expect(firsts(course)).toEqual(WHOLE);
  });

  it('twelve NAKs behind the first block are one refusal', async () => {
    const course = await send((n) => (n === 0 ? [[0, Array<number>(12).fill(NAK)]] : acked));
    expect(course.events.at(-1)).toMatchObject({ type: 'done', retries: 1 });
  });
});

describe('after a repeat', () => {
  /** Block 2 is refused once; to its repeat the board says this. */
  const repeated = (...answer: Answer[]): Promise<Course> =>
    send((n) => (n === 1 ? [[0, [NAK]]] : n === 2 ? answer : acked));

  it('a second ACK belongs to it, too', async () => {
    const course = await repeated([0, [ACK]], [900, [ACK]]);
    expect(firsts(course)).toEqual([SOH, ...WHOLE]);
    expect(course.events.at(-1)).toMatchObject({ retries: 1, confirmed: true });
  });

  it('a cancel behind the ACK ends it at once', async () => {
    for (const answer of [
      [[0, [ACK, CAN, CAN]]],
      [
        [0, [ACK]],
        [500, [CAN, CAN]],
      ],
    ] as Answer[][]) {
      const course = await repeated(...answer);
      expect(course.error).toMatchObject({
        message: 'the board cancelled the transfer at block 2 of 4',
        reason: { canceled: true },
      });
      expect(firsts(course)).toEqual([SOH, SOH, SOH]);
    }
  });

  it("so do the board's words", async () => {
    const course = await repeated([0, [ACK]], [10, '\r\nDISK FULL, SORRY\r\nA>']);
    expect(course.error!.message).toBe(
      'the board ended the transfer, saying "DISK FULL, SORRY\\r\\nA>", at block 2 of 4',
    );
    expect(firsts(course)).toEqual([SOH, SOH, SOH]);
  });

  it('a second NAK or a letter does not', async () => {
    expect(firsts(await repeated([0, [ACK]], [10, [NAK]]))).toEqual([SOH, ...WHOLE]);
    expect(firsts(await repeated([0, [ACK]], [10, 'X']))).toEqual([SOH, ...WHOLE]);
  });
});

describe('what is no answer', () => {
  it.each<[string, Answer]>([
    ['a CAN, another byte, a CAN', [0, [CAN, 0x41, CAN, ACK]]],
    ['eleven letters', [0, [...toBytes('eleven char'), ACK]]],
    ['controls and bytes beyond ASCII, however many', [0, [...Array<number>(20).fill(0x80), 0x7f, 0x1f, 0, ACK]]],
    ['a receiver that asks on and on', [0, [...toBytes('CKCKCKCKCKCKCKCK'), ACK]]],
  ])('%s', async (_, answer) => {
    const course = await send((n) => (n === 1 ? [answer] : acked));
    expect(firsts(course)).toEqual(WHOLE);
    expect(course.events.at(-1)).toMatchObject({ retries: 0 });
  });

  it('twelve letters are talk: it is heard out and shown', async () => {
    const course = await send((n) => (n === 1 ? [[0, 'twelve chars'], [200, ' and more']] : acked)); // prettier-ignore
    expect(course.error!.message).toBe('the board ended the transfer, saying "twelve chars and more", at block 2 of 4');
    expect(firsts(course)).toEqual([SOH, SOH]);
  });
});

describe('the end', () => {
  it('goes again after a NAK, and once after silence', async () => {
    const course = await send((_, first) => (first === EOT ? [] : acked));
    expect(course.error).toMatchObject({
      message: 'no answer from the board at the end, after block 4',
      reason: { timedOut: true },
    });
    expect(firsts(course)).toEqual([...WHOLE, EOT, CAN, CAN]);
    const [one, two, giveUp, last] = course.sent.slice(4).map(([, , atMs]) => atMs);
    expect([two! - one!, giveUp! - two!, last! - giveUp!]).toEqual([60_000, 60_000, 300]);
    expect(course.events.at(-2)).toEqual({ type: 'retry', block: 5, reason: 'silence', attempt: 2 });
    // A NAK between two silences: they are not in a row.
    let ends = 0;
    const noisy = await send((_, first) =>
      first === EOT ? ([[], [[0, [NAK]] as Answer], [], acked].flat(0)[ends++]! as Answer[]) : acked,
    );
    expect(firsts(noisy)).toEqual([...WHOLE, EOT, EOT, EOT]);
    expect(noisy.events.at(-1)).toMatchObject({ confirmed: true, retries: 3 });
  });

  it('is told to the board when the caller goes away', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const events = sendXmodem(a, sample(400), { clock, begin: 'crc' });
    await clock.run(events.next());
    await clock.run(events.return());
    expect([...b.drain()]).toEqual([CAN, CAN]);
    expect(clock.now()).toBe(300);
  });
});

describe('called off on a slow line', () => {
  it('at 1200 baud the receiver hears both CANs, behind the block of 1K that was on its way', async () => {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    const msPerByte = 10_000 / 1200;
    const abort = new AbortController();
    // The writer is held back by the wire.
    const slow = throughLink(a, {
      async write(bytes) {
        await clock.sleep(bytes.length * msPerByte);
        await a.write(bytes);
      },
    });
    Object.defineProperty(slow, 'baud', { value: 1200 });
    const heard: number[] = [];
    let over = false;
    const board = async (): Promise<void> => {
      while (!over) {
        const arrival = await b.read(100);
        if (arrival === undefined) continue;
        heard.push(arrival.bytes[0]!);
        if (arrival.bytes[0] === STX) await b.write(Uint8Array.of(ACK));
      }
    };
    const host = async (): Promise<void> => {
      const options: SendOptions = { clock, begin: 'crc', blockSize: 1024, signal: abort.signal };
      const sending = (async () => {
        for await (const _ of sendXmodem(slow, sample(4_096), options));
      })();
      await expect(sending).rejects.toThrow('interrupted at block 1 of 4');
      await clock.sleep(30_000);
      over = true;
    };
    void clock.sleep(1_000).then(() => abort.abort());
    await clock.run(Promise.all([host(), board()]));
    expect(heard).toEqual([STX, CAN, CAN]);
  });
});
