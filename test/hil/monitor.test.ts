/** Comparing and timing under the monitor of the virtual board, in virtual time: its console, its prompt, its one program. */
import { describe, expect, it } from 'vitest';
import { firmwareReader } from '../../src/build/firmware-files.js';
import { buildProgram } from '../../src/build/program.js';
import { emulatorTarget } from '../../src/emu/target.js';
import { compareRun, type CompareReport } from '../../src/hil/compare-run.js';
import { converse } from '../../src/hil/converse.js';
import type { Lane } from '../../src/hil/lane.js';
import { finish } from '../../src/hil/streams.js';
import { relativeWidth } from '../../src/hil/timing.js';
import { timeRun, type TimingReport } from '../../src/hil/timing-run.js';
import { askAll } from '../../src/hil/turns.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { SCM } from '../../src/machines/scm.js';
import type { Program } from '../../src/seams/target.js';
import { randomLively } from '../build/random-lively.js';
import { ScmBoard, type ScmOptions } from '../fakes/scm-board.js';
import { metronomeFor, MONITOR_TALKER } from './programs.js';

const GAME = randomLively({ seed: 5, memory: true, voice: true, game: true, unknown: true });
const { file } = buildProgram(GAME, { machine: SCM }, firmwareReader(nodeFiles));
const PROGRAM: Program = { name: 'GAME.HEX', bytes: file };
const METRONOME: Program = { name: 'Z80LMCLK.HEX', bytes: metronomeFor(SCM) };

const emulator = (): Lane => ({
  name: 'emulator',
  async open() {
    const target = emulatorTarget({ emulate: SCM.emulate });
    return { target, close: () => target.close() };
  },
});

async function compare(questions: readonly string[], options: ScmOptions = {}): Promise<CompareReport> {
  const board = new ScmBoard(options);
  const lane: Lane = {
    name: 'board',
    forgets: true,
    open: async () => ({ target: board.target(), close: async () => undefined }),
  };
  return finish(
    compareRun({
      program: PROGRAM,
      script: askAll(questions),
      reference: emulator(),
      others: [lane],
      clock: board.line,
      load: true,
      retries: 1,
      reconnectMs: 1_000,
      normalise: true,
      recheck: false,
    }),
  );
}

const QUESTIONS = ['/7', 'is it a very long question that has many letters', 'why', 'is it b', '?'];

describe('a comparison under the monitor', () => {
  it.each([
    ['on a quick line', {}],
    ['behind an adapter that hands over every 16 ms', { latency: { kind: 'timer', ms: 16 } }],
    ['at 4 MHz', { clockHz: 4_000_000 }],
  ] as const)('is equal, byte for byte, seed line and all: %s', async (_, options) => {
    const report = await compare(QUESTIONS, options);
    expect(report).toMatchObject({ equal: true, status: 0 });
    expect(report.transcripts[0]!.exchanges.map(({ question }) => question)).toEqual(QUESTIONS);
  });

  it("knows the monitor's prompt for the end of the program", async () => {
    const report = await compare(['/7', 'is it a', '!']);
    expect(report.equal).toBe(true);
    expect(report.transcripts[0]!.exchanges.at(-1)).toMatchObject({ left: true });
    const more = await compare(['!', 'is it a']);
    expect(more.transcripts[0]!.exchanges[0]!.incident!.error.message).toBe(
      'the program ended, and the monitor answers',
    );
  });

  it('a program is started again without being sent', async () => {
    const board = new ScmBoard();
    expect((await board.flash(PROGRAM.bytes)).error).toBeUndefined();
    const target = board.target({ program: PROGRAM.name });
    board.sent = '';
    for (let n = 0; n < 2; n++) {
      const { exchanges } = await finish(converse(target, ['/3', '!']));
      expect(exchanges.at(-1)!.left).toBe(true);
    }
    expect(board.sent).toBe('\x1bG 8000\r/3\r!\r\x1bG 8000\r/3\r!\r');
  });
});

describe('timing under the monitor', () => {
  async function time(options: ScmOptions): Promise<TimingReport> {
    const board = new ScmBoard(options);
    const report = await finish(
      timeRun({
        board: board.target(),
        emulator: emulatorTarget({ emulate: SCM.emulate }),
        program: MONITOR_TALKER,
        metronome: METRONOME,
        script: askAll(QUESTIONS),
        repeat: 2,
        load: true,
        clock: board.line,
        baud: 115_200,
      }),
    );
    return report!;
  }

  it.each([
    { mhz: 7.3728, waitStates: 0, latency: 'timer' },
    { mhz: 7.3728, waitStates: 1, latency: 'constant' },
    { mhz: 4, waitStates: 1, latency: 'none' },
  ] as const)('tells $mhz MHz and $waitStates wait states, latency: $latency', async ({ mhz, waitStates, latency }) => {
    const { clock } = await time({
      clockHz: mhz * 1e6,
      waitStates,
      ...(latency !== 'none' && { latency: { kind: latency, ms: 16 } }),
    });
    expect(Math.abs(clock.hz.value / (mhz * 1e6) - 1)).toBeLessThan(0.005);
    expect(relativeWidth(clock.hz)).toBeLessThan(0.005);
    expect(clock.waitStates!.whole).toBe(waitStates);
    expect(clock.doubt).toBeUndefined();
  });
});
