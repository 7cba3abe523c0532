import { describe, expect, it } from 'vitest';
import { compareRun, type CompareEvent, type CompareReport } from '../../src/hil/compare-run.js';
import type { Lane } from '../../src/hil/lane.js';
import { merge } from '../../src/hil/streams.js';
import { readScript } from '../../src/hil/script.js';
import { askAll, type Script } from '../../src/hil/turns.js';
import { EmuError, LinkError, TransferError } from '../../src/seams/errors.js';
import type { Target } from '../../src/seams/target.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeTarget, type FakeTargetOptions } from '../fakes/fake-target.js';

const PROGRAM = { name: 'X.COM', bytes: Uint8Array.of(0xc9) };
const QUESTIONS = ['one', 'two', 'three'];
const reply = (line: string): string => `${line}\r\n${line.toUpperCase()}\r\n> `;

/** A target in real time that can go wrong in ways of its own. */
function board(options: Partial<FakeTargetOptions> = {}, changes: Partial<Target> = {}): Target {
  const fake = new FakeTarget({ banner: 'HI\r\n> ', reply, ...options });
  const target: Target = {
    name: 'board',
    abilities: { tStates: false, transfer: true, realTime: true },
    load: (program) => fake.load(program),
    start: () => fake.start(),
    type: (bytes) => fake.type(bytes),
    read: (timeoutMs) => fake.read(timeoutMs),
    close: () => fake.close(),
  };
  return Object.assign(target, changes);
}

/** Each opening of the lane gives the next target. */
function lane(name: string, ...targets: (Target | Error)[]): Lane {
  return {
    name,
    async open() {
      const target = targets.length > 1 ? targets.shift()! : targets[0]!;
      if (target instanceof Error) throw target;
      return { target, close: async () => undefined };
    },
  };
}

async function run(
  boards: Lane[],
  changes: { script?: Script; retries?: number; emulator?: Target; recheck?: boolean } = {},
): Promise<[CompareReport, CompareEvent[]]> {
  const { script = askAll(QUESTIONS), retries = 1, emulator = new FakeTarget({ banner: 'HI\r\n> ', reply }) } = changes;
  const clock = new FakeClock();
  const events: CompareEvent[] = [];
  const work = async (): Promise<CompareReport> => {
    const stream = compareRun({
      program: PROGRAM,
      script,
      reference: lane('emulator', emulator),
      others: boards,
      clock,
      load: true,
      retries,
      reconnectMs: 10_000,
      normalise: true,
      recheck: changes.recheck ?? true,
    });
    for (;;) {
      const { done, value } = await stream.next();
      if (done) return value;
      events.push(value);
    }
  };
  return [await clock.run(work()), events];
}

const verdicts = (report: CompareReport, board = 0): string[] =>
  report.comparisons[board]!.exchanges.map(({ verdict }) => verdict);

describe('a comparison', () => {
  it('is equal, with status 0', async () => {
    const [report, events] = await run([lane('board', board())]);
    expect(report).toMatchObject({ equal: true, status: 0 });
    expect(verdicts(report)).toEqual(['same', 'same', 'same', 'same']);
    expect(events.filter(({ type }) => type === 'answered')).toHaveLength(6);
  });

  it('with a program that says something else is different: status 1, asked again to be sure', async () => {
    const other = (line: string): string => (line === 'two' ? 'two\r\nELSE\r\n> ' : reply(line));
    const [report, events] = await run([lane('board', board({ reply: other }))]);
    expect(report).toMatchObject({ equal: false, status: 1 });
    expect(verdicts(report)).toEqual(['same', 'same', 'differs', 'same']);
    expect(report.comparisons[0]!.exchanges[2]!.again).toBe('came again');
    expect(events.filter(({ type }) => type === 'asking again')).toEqual([
      { type: 'asking again', lane: 'board', question: 'two' },
    ]);
  });

  it('with a line that damages once is a fault of the line: status 3', async () => {
    let times = 0;
    const spoilt = (line: string): string => (line === 'two' && times++ === 0 ? 'two\r\nTO\r\n> ' : reply(line));
    const [report] = await run([lane('board', board({ reply: spoilt }))]);
    expect(report).toMatchObject({ equal: false, status: 3 });
    expect(report.comparisons[0]!.exchanges[2]).toMatchObject({
      verdict: 'line',
      again: 'came right',
      line: { lost: 1 },
    });
  });

  it('knows a whole other answer that comes right the second time as a fault of the line', async () => {
    let times = 0;
    const spoilt = (line: string): string => (line === 'two' && times++ === 0 ? 'two\r\nELSE\r\n> ' : reply(line));
    expect(verdicts((await run([lane('board', board({ reply: spoilt }))]))[0])[2]).toBe('line');
    times = 0;
    const [report] = await run([lane('board', board({ reply: spoilt }))], { recheck: false });
    expect(verdicts(report)[2]).toBe('differs');
  });

  it('knows what looks like a line fault but comes again as the program', async () => {
    const other = (line: string): string => (line === 'two' ? 'two\r\nTO\r\n> ' : reply(line));
    const [report] = await run([lane('board', board({ reply: other }))]);
    expect(report.comparisons[0]!.exchanges[2]).toMatchObject({ verdict: 'differs', again: 'came again' });
    expect(report.status).toBe(1);
  });

  it('takes a damaged prompt for one, and a character behind the prompt for a fault', async () => {
    const noisy = (line: string): string =>
      line === 'one' ? 'one\r\nONE\r\n>' : line === 'two' ? 'two\r\nTWO\r\n>  ' : reply(line);
    const [report] = await run([lane('board', board({ reply: noisy }))], { recheck: false });
    expect(verdicts(report)).toEqual(['same', 'line', 'line', 'same']);
    expect(report.comparisons[0]!.exchanges[2]!.line).toMatchObject({ doubled: 1, lost: 0 });
  });

  it('goes on with the next prompt after a board that hung, and never says equal', async () => {
    let hung = 0;
    const hangs = (line: string): string | undefined => (line === 'two' && hung++ === 0 ? undefined : reply(line));
    const [report, events] = await run([lane('board', board({ reply: hangs }))]);
    expect(verdicts(report)).toEqual(['same', 'same', 'missing', 'same']);
    expect(report).toMatchObject({ equal: false, status: 3 });
    expect(report.comparisons[0]!.exchanges[2]!.incidents).toEqual([
      {
        side: 'right',
        kind: 'silent',
        message: 'no prompt came after the question "two"',
        hint: 'it said nothing at all: is the program running?',
      },
    ]);
    expect(events.find(({ type }) => type === 'incident')).toMatchObject({ lane: 'board', goesOn: true });
  });

  it('ends where it may not start again, or hangs once more', async () => {
    const hangs = (line: string): string | undefined => (line === 'one' ? reply(line) : undefined);
    for (const retries of [0, 1]) {
      const [report, events] = await run([lane('board', board({ reply: hangs }))], { retries });
      expect(verdicts(report)).toEqual(['same', 'same', 'missing', 'missing']);
      expect(report.status).toBe(3);
      expect(events.filter((e) => e.type === 'incident' && e.goesOn)).toHaveLength(retries === 0 ? 0 : 1);
    }
  });

  it('waits for a board that was unplugged, and goes on', async () => {
    const lost = new LinkError('it went away', { disconnected: true });
    const target = board();
    let types = 0;
    const first = board({}, {
      type: (bytes) => target.type(bytes),
      start: () => target.start(''),
      read: (ms) => (types === 2 ? Promise.reject(lost) : target.read(ms)),
    }); // prettier-ignore
    const { type } = first;
    first.type = (bytes) => {
      types++;
      return type(bytes);
    };
    const absent = new LinkError('no such port', { unavailable: true });
    const [report, events] = await run([lane('board', first, absent, absent, board())]);
    expect(verdicts(report)).toEqual(['same', 'same', 'missing', 'same']);
    expect(report.comparisons[0]!.exchanges[2]!.incidents![0]).toMatchObject({ kind: 'lost', message: 'it went away' });
    expect(events.find((e) => e.type === 'incident')).toMatchObject({ goesOn: true });
  });

  it('loads the program again on a board that was gone, and keeps none', async () => {
    const lost = new LinkError('it went away', { disconnected: true });
    for (const forgets of [true, false]) {
      const target = board();
      let types = 0;
      const first = board({}, {
        start: () => target.start(''),
        type: (bytes) => (types++ === 1 ? Promise.reject(lost) : target.type(bytes)),
        read: (ms) => target.read(ms),
      }); // prettier-ignore
      const again = board();
      let loads = 0;
      const { load } = again;
      again.load = (program) => {
        loads++;
        return load(program);
      };
      const [report] = await run([{ ...lane('board', first, again), forgets }]);
      expect(verdicts(report)).toEqual(['same', 'same', 'missing', 'same']);
      expect(loads).toBe(forgets ? 1 : 0);
    }
  });

  it('knows a board that is back at CP/M, loads the program anew where it is gone, and goes on', async () => {
    const boots = (line: string): string => (line === 'two' ? 'tw\x00BOOT\r\n\r\nA>' : reply(line));
    let starts = 0;
    let loads = 0;
    const fake = board({ reply: boots });
    const { start, load } = fake;
    fake.start = async (tail) => {
      if (starts++ === 1) throw new TransferError('the board does not know X');
      return start(tail);
    };
    fake.load = (program) => {
      loads++;
      return load(program);
    };
    const [report] = await run([lane('board', fake)]);
    expect(verdicts(report)).toEqual(['same', 'same', 'missing', 'same']);
    expect(report.comparisons[0]!.exchanges[2]!.incidents![0]).toMatchObject({ kind: 'left' });
    expect(loads).toBe(2);
  });

  it('where a board cannot be reached is missing, not equal; the others are compared', async () => {
    const absent = new LinkError('no such port', { unavailable: true });
    const [report] = await run([lane('gone', absent), lane('board', board())]);
    expect(report.status).toBe(3);
    expect(verdicts(report, 0)).toEqual(['missing', 'missing', 'missing', 'missing']);
    expect(verdicts(report, 1)).toEqual(['same', 'same', 'same', 'same']);
  });

  it("where both sides have nothing is not equal, and the emulated program's fault: status 1", async () => {
    const emulator = new FakeTarget({ reply });
    emulator.start = () => Promise.reject(new EmuError('the program crashed at 0100h'));
    const [report] = await run([lane('board', new LinkError('no', { unavailable: true }))], { emulator });
    expect(verdicts(report)).toEqual(['missing']);
    expect(report).toMatchObject({ equal: false, status: 1 });
  });

  it('plays expect and send on both sides, whatever the chunks', async () => {
    const script = readScript(Buffer.from('tell\n> expect once\n> send ^C\n> expect stopped\n'), 's');
    const tell = (line: string): string => (line === 'tell' ? 'tell\r\nonce upon' : '');
    for (const chunk of [1, 3, 100]) {
      const stops = (target: FakeTarget | Target): Target => {
        const type = target.type.bind(target);
        return Object.assign(target, {
          type: (bytes: Uint8Array) => type(bytes[0] === 3 ? Buffer.from('x\r') : bytes),
        });
      };
      const answers = (line: string): string => (line === 'x' ? ' - stopped\r\n> ' : tell(line));
      const [report] = await run([lane('board', stops(board({ reply: answers, chunk })))], {
        script,
        emulator: stops(new FakeTarget({ banner: 'HI\r\n> ', reply: answers })),
      });
      expect(verdicts(report)).toEqual(['same', 'same', 'same']);
    }
  });
});

describe('merge', () => {
  it('does not hold the fast one up', async () => {
    const clock = new FakeClock();
    async function* ticks(name: string, ms: number): AsyncGenerator<string, string> {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(ms);
        yield `${name}${i}`;
      }
      return name;
    }
    const seen: string[] = [];
    const work = async (): Promise<string[]> => {
      const merged = merge([ticks('slow', 100), ticks('fast', 10)]);
      for (;;) {
        const { done, value } = await merged.next();
        if (done) return value;
        seen.push(value);
      }
    };
    expect(await clock.run(work())).toEqual(['slow', 'fast']);
    expect(seen).toEqual(['fast0', 'fast1', 'fast2', 'slow0', 'slow1', 'slow2']);
  });

  it('throws what one throws', async () => {
    async function* bad(): AsyncGenerator<string, string> {
      yield 'a';
      throw new Error('no');
    }
    await expect(
      (async () => {
        for await (const _ of merge([bad()]));
      })(),
    ).rejects.toThrow('no');
  });
});
