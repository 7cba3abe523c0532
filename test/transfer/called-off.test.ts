/**
 * A flash that ends before its end, at every point: called off, or its line lost. It ends soon, and what it says is on the
 * board is on the board.
 */
import { describe, expect, it } from 'vitest';
import type { LinkError } from '../../src/seams/errors.js';
import { toBytes } from '../../src/seams/bytes.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { examine } from '../../src/transfer/doctor.js';
import type { Driver } from '../../src/transfer/drivers/driver.js';
import { downloadDriver } from '../../src/transfer/drivers/download.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { receiveXmodem } from '../../src/transfer/xmodem-receive.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeCpm, type FakeCpmOptions } from '../fakes/fake-cpm.js';
import { linkPair, type LineOptions } from '../fakes/link-pair.js';
import { sample } from './samples.js';

const WIRE: LineOptions = { msPerByte: 0.0868, latencyMs: 1 };
const OLD = sample(256, 99);
const NEW = sample(2_560, 3);
/** The signal is heard, and then the board is tidied up, or the last step taken to its end. */
const HEARD_MS = 300;
const TIDY_MS = 10_000;
const POINTS = Array.from({ length: 40 }, (_, n) => n / 40);

interface End {
  error: LinkError | undefined;
  files: Map<string, Uint8Array>;
  tookMs: number;
  steps: string[];
}

/** Flash, and after `atMs` do that. */
async function ended(
  driver: Driver,
  board: FakeCpmOptions,
  atMs: number,
  what: 'call off' | 'cut' = 'call off',
): Promise<End> {
  const clock = new FakeClock();
  const pair = linkPair(clock, { toA: WIRE, toB: WIRE });
  const cpm = new FakeCpm(pair.b, clock, { ...board, files: { 'CHAT.COM': OLD } });
  const abort = new AbortController();
  const steps: string[] = [];
  let error;
  let endedMs = 0;
  const host = async (): Promise<void> => {
    try {
      const target = boardTarget(pair.a, driver, clock, { signal: abort.signal });
      for await (const { step } of target.load({ name: 'CHAT.COM', bytes: NEW })) steps.push(step);
    } catch (thrown) {
      error = thrown as LinkError;
    } finally {
      endedMs = clock.now();
      cpm.stop();
    }
  };
  void clock.sleep(atMs).then(() => (what === 'cut' ? pair.cut() : abort.abort()));
  await clock.run(Promise.all([host(), cpm.run()]));
  return { error, files: cpm.files, tookMs: endedMs - atMs, steps };
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.from(a.subarray(0, b.length)).equals(Buffer.from(b));

/** Is what the hint says so? */
function isTrue(hint: string, files: Map<string, Uint8Array>): boolean {
  const [chat, temporary] = [files.get('CHAT.COM'), files.get('Z80LM.$$$')];
  if (/may be left as Z80LM\.\$\$\$/.test(hint)) return same(chat, OLD);
  if (hint.includes('the new program is there beside it as Z80LM.$$$')) return same(chat, OLD) && same(temporary, NEW);
  if (hint.includes('the old CHAT.COM may be erased already')) return same(temporary, NEW);
  if (hint.includes('as CHAT.COM or still as Z80LM.$$$')) return same(chat, NEW) || same(temporary, NEW);
  const unchanged = /no program on the board was changed|the CHAT\.COM on the board is the old one/.test(hint);
  return unchanged && same(chat, OLD) && temporary === undefined;
}

const BOARDS: [string, () => Driver, FakeCpmOptions][] = [
  ['XM', romwbwDriver, {}],
  ['DOWNLOAD', downloadDriver, { drives: 'ABC', classic: { dump: true } }],
];

describe.each(BOARDS)('a flash by %s', (_, driver, board) => {
  it('that is called off ends soon, tidies up, and says what is on the board', async () => {
    const whole = await ended(driver(), board, 1e9);
    expect(whole.error).toBeUndefined();
    const totalMs = 1e9 + whole.tookMs;
    const messages = new Set<string>();
    let left = 0;
    for (const point of POINTS) {
      const { error, files, tookMs, steps } = await ended(driver(), board, point * totalMs);
      expect(tookMs, `at ${point}`).toBeLessThan(HEARD_MS + TIDY_MS);
      if (error === undefined) {
        // Behind the last moment to call it off.
        expect(steps.at(-1)).toBe('done');
        expect(same(files.get('CHAT.COM'), NEW)).toBe(true);
        continue;
      }
      expect(error, `at ${point}`).toMatchObject({ exitStatus: 3, reason: { canceled: true } });
      messages.add(error.message.replace(/\d+/g, 'N'));
      expect([point, error.hint, isTrue(error.hint ?? '', files)]).toEqual([point, error.hint, true]);
      // The board answers, so nothing is left there; but a sender that waits with its EOT hears no CAN.
      if (error.hint!.includes('may be left')) left++;
      else expect([point, ...files.keys()]).toEqual([point, 'CHAT.COM']);
    }
    expect(left).toBeLessThan(3);
    expect([...messages].every((message) => message.startsWith('interrupted'))).toBe(true);
    expect([...messages].length).toBeGreaterThan(3);
  });

  it('whose line is lost says what is on the board', async () => {
    const totalMs = 1e9 + (await ended(driver(), board, 1e9)).tookMs;
    for (const point of POINTS) {
      const { error, files, tookMs } = await ended(driver(), board, point * totalMs, 'cut');
      expect(tookMs).toBeLessThan(HEARD_MS);
      expect(error, `at ${point}`).toMatchObject({ reason: { disconnected: true } });
      expect([point, error!.hint, isTrue(error!.hint ?? '', files)]).toEqual([point, error!.hint, true]);
    }
  });
});

describe('on a line where nothing answers', () => {
  for (const atMs of [10, 2_000, 5_500, 8_000])
    it(`flash hears of it at once (after ${atMs} ms)`, async () => {
      const clock = new FakeClock();
      const { a } = linkPair(clock);
      const abort = new AbortController();
      const load = async (): Promise<void> => {
        const target = boardTarget(a, romwbwDriver(), clock, { signal: abort.signal });
        for await (const _ of target.load({ name: 'CHAT.COM', bytes: NEW }));
      };
      void clock.sleep(atMs).then(() => abort.abort());
      await expect(clock.run(load())).rejects.toMatchObject({
        message: expect.stringMatching(/^interrupted while waiting for the prompt$/),
        hint: 'no program on the board was changed',
        reason: { canceled: true },
      });
      expect(clock.now() - atMs).toBeLessThan(HEARD_MS);
    });

  it('doctor does, too', async () => {
    const clock = new FakeClock();
    const { a } = linkPair(clock);
    const abort = new AbortController();
    const look = async (): Promise<void> => {
      for await (const _ of examine(a, clock, { flow: 'none', paceMs: 0, signal: abort.signal }));
    };
    void clock.sleep(1_000).then(() => abort.abort());
    await expect(clock.run(look())).rejects.toMatchObject({ message: 'interrupted', reason: { canceled: true } });
    expect(clock.now()).toBeLessThan(1_000 + HEARD_MS);
  });
});

describe('a line that goes on talking', () => {
  /** Says so much each 10 ms, for ever. */
  function talker(text: string): { clock: FakeClock; pair: ReturnType<typeof linkPair> } {
    const clock = new FakeClock();
    const pair = linkPair(clock);
    const talk = async (): Promise<void> => {
      for (;;) {
        await clock.sleep(10);
        await pair.b.write(toBytes(text));
      }
    };
    talk().catch(() => undefined);
    return { clock, pair };
  }

  it('is no sender: the receiver gives up after so much, and hears its signal before', async () => {
    for (const [abortMs, message] of [
      [undefined, 'what comes is no block, and has no end, at block 1'],
      [4_321, 'interrupted at block 1'],
    ] as const) {
      // A head that is right, and then what never ends.
      const { clock, pair } = talker('\x01');
      const abort = new AbortController();
      if (abortMs) void clock.sleep(abortMs).then(() => abort.abort());
      const settings = { purgeBytes: abortMs ? 1e9 : 4_096 };
      const receiving = receiveXmodem(pair.a, { clock, signal: abort.signal, settings });
      await expect(clock.run(receiving.finally(() => pair.cut()))).rejects.toMatchObject({ message });
      // It tells the other end, which takes two CANs and a pause.
      if (abortMs) expect(clock.now() - abortMs).toBeLessThan(2 * HEARD_MS);
    }
  });

  it('is no board: flash and doctor say so', async () => {
    const { clock, pair } = talker('\r\nA>tick tock '.repeat(50));
    const found: string[] = [];
    const look = async (): Promise<void> => {
      for await (const { words } of examine(pair.a, clock, { flow: 'none', paceMs: 0 })) found.push(words);
    };
    await clock.run(look());
    expect(found).toEqual([expect.stringContaining('something talks without end')]);
    const load = async (): Promise<void> => {
      for await (const _ of boardTarget(pair.a, romwbwDriver(), clock).load({ name: 'CHAT.COM', bytes: NEW }));
    };
    await expect(clock.run(load())).rejects.toMatchObject({
      message: 'the board is not at its CP/M prompt',
      hint: expect.stringMatching(
        /^it is at: something talks without end: …?".*"; .*; no program on the board was changed$/,
      ),
    });
    expect(clock.now()).toBeLessThan(60_000);
  });
});
