/** A board, or the way to it, that stops for seconds now and then: everything takes longer, and nothing goes wrong. */
import { describe, expect, it } from 'vitest';
import { throughLink } from '../../src/link/through-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';
import { toBytes } from '../../src/seams/bytes.js';
import { boardTarget } from '../../src/transfer/board-target.js';
import { CpmLine } from '../../src/transfer/cpm-line.js';
import { examine, type Finding } from '../../src/transfer/doctor.js';
import { romwbwDriver } from '../../src/transfer/drivers/romwbw.js';
import { recogniseBoard } from '../../src/transfer/recognise.js';
import { recover } from '../../src/transfer/recover.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeCpm } from '../fakes/fake-cpm.js';
import { linkPair } from '../fakes/link-pair.js';
import { sample } from './samples.js';

const HICCUP_MS = 2_000;
/** Of those who examine the line itself less patience is asked. */
const SHORT_HICCUP_MS = 800;
const WIRE = { msPerByte: 0.0868, chunk: 1 };

/** The board's end, which stops in each n-th write. */
function hiccuping(link: ByteLink, clock: FakeClock, everyNth: number, ms: number): ByteLink {
  let writes = 0;
  return throughLink(link, {
    async write(bytes) {
      if (++writes % everyNth === 0) await clock.sleep(ms);
      await link.write(bytes);
    },
  });
}

async function withHiccups<T>(
  everyNth: number,
  use: (line: CpmLine) => Promise<T>,
  ms = HICCUP_MS,
): Promise<[T, FakeCpm]> {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock, { toA: WIRE, toB: WIRE });
  const cpm = new FakeCpm(hiccuping(b, clock, everyNth, ms), clock);
  const [result] = await clock.run(Promise.all([use(new CpmLine(a, clock)).finally(() => cpm.stop()), cpm.run()]));
  return [result!, cpm];
}

describe.each([5, 11, 37])('a board that stops at each write of %i', (everyNth) => {
  it('takes a line that is typed once', async () => {
    const typed: string[] = [];
    await withHiccups(everyNth, async (line) => {
      await line.cleanPrompt();
      const { write } = line.link;
      line.link.write = async (bytes) => {
        typed.push(Buffer.from(bytes).toString('latin1'));
        return write.call(line.link, bytes);
      };
      expect(await line.has('B:XM.COM')).toBe(true);
    });
    expect(typed.join('')).toBe('DIR B:XM.COM\r');
  });

  it('is recognised', async () => {
    const [driver] = await withHiccups(everyNth, ({ link, clock }) => recogniseBoard(link, clock));
    expect(driver).toBe('romwbw');
  });

  it('is no bad line for the doctor', async () => {
    const [bad] = await withHiccups(
      everyNth,
      async ({ link, clock }) => {
        const found: Finding[] = [];
        for await (const finding of examine(link, clock, { flow: 'rtscts', paceMs: 0 })) found.push(finding);
        expect(found.map(({ check }) => check)).toContain('receiver');
        return found.filter(({ verdict }) => verdict === 'bad');
      },
      SHORT_HICCUP_MS,
    );
    expect(bad).toEqual([]);
  });

  it('is flashed, and a program that is not there is told', async () => {
    const bytes = sample(700);
    const [, cpm] = await withHiccups(everyNth, async ({ link, clock }) => {
      const target = boardTarget(link, romwbwDriver({ blockSize: 128 }), clock, { program: 'NIX.COM' });
      await expect(target.start('')).rejects.toMatchObject({ message: 'the board does not know NIX' });
      for await (const _ of target.load({ name: 'CHAT.COM', bytes }));
    });
    expect(cpm.files.get('CHAT.COM')!.subarray(0, bytes.length)).toEqual(bytes);
  });
});

it('a prompt that stops in the middle is still known', async () => {
  const clock = new FakeClock();
  const { a, b } = linkPair(clock);
  const board = async (): Promise<void> => {
    await b.read(60_000);
    for (const part of ['\r\nBoot', ' [H=Help]: ']) {
      await b.write(toBytes(part));
      await clock.sleep(1_000);
    }
  };
  const [{ situation }] = await clock.run(Promise.all([recover(a, clock, { only: 'look' }), board()]));
  expect(situation).toBe('romwbw-loader');
});

describe('starting a program', () => {
  /** At a prompt; after the echo of a command it is silent for a while, then says this. */
  async function started(said: string, silenceMs: number): Promise<[string, number]> {
    const clock = new FakeClock();
    const { a, b } = linkPair(clock);
    let line = '';
    const board = async (): Promise<void> => {
      for (;;) {
        const text = Buffer.from((await b.read(3_600_000))!.bytes).toString('latin1');
        if (text === '\x03' || (text === '\r' && line === '')) await b.write(toBytes('\r\nA>'));
        else if (text === '\r') {
          await b.write(toBytes('\r\r\n'));
          await clock.sleep(silenceMs);
          await b.write(toBytes(said));
        } else if (text >= ' ') {
          line += text;
          await b.write(toBytes(text));
        }
      }
    };
    board().catch(() => undefined);
    const target = boardTarget(a, romwbwDriver(), clock, { program: 'CHAT.COM' });
    let startedMs = 0;
    const start = async (): Promise<string> => {
      await target.start('');
      startedMs = clock.now();
      const first = await target.read(60_000);
      return Buffer.from(first!.bytes).toString('latin1');
    };
    const words = await clock.run(start());
    return [words, startedMs];
  }

  it('a program that speaks is started with its first word', async () => {
    for (const said of ['\r\n> ', '\r\n? ', 'HELLO\r', 'WHAT? ']) {
      const [fast, fastMs] = await started(said, 0);
      const [slow, slowMs] = await started(said, 1_500);
      expect([fast, slow]).toEqual([said, said]);
      expect(slowMs - fastMs).toBe(1_500);
    }
  });

  it('one that says nothing is started, too', async () => {
    expect((await started('...', 10_000))[0]).toBe('...');
  });

  it('one that begins with a question is known, whatever it asks', async () => {
    for (const said of ['WHO?\r\n\r\nA>', 'WHO?\r\n> ', 'CHAT?\r\nSAY MORE\r\n'])
      expect(said.startsWith((await started(said, 0))[0])).toBe(true);
  });

  it('that is not there is told, also when CP/M has searched its disk for long', async () => {
    await expect(started('CHAT?\r\n\r\nA>', 2_500)).rejects.toMatchObject({
      message: 'the board does not know CHAT',
    });
  });
});
