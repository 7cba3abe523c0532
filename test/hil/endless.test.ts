/** A program that never stops talking: every conversation ends all the same, and says why. */
import { describe, expect, it } from 'vitest';
import { compareRun, type CompareReport } from '../../src/hil/compare-run.js';
import { converse, Conversation } from '../../src/hil/converse.js';
import { Metronome } from '../../src/hil/metronome.js';
import { finish } from '../../src/hil/streams.js';
import { askAll, ANSWER_BOUNDS, turnsOf } from '../../src/hil/turns.js';
import { emulatorTarget } from '../../src/emu/target.js';
import { LinkError, RefusedError } from '../../src/seams/errors.js';
import type { Target, TargetOutput } from '../../src/seams/target.js';
import { FakeClock } from '../fakes/fake-clock.js';
import { FakeTarget } from '../fakes/fake-target.js';

const PROGRAM = { name: 'X.COM', bytes: Uint8Array.of(0xc9) };

/** Prints for ever after the first question, so many bytes at a time, each so long after the other. */
function babbler(chunk = 1024, eachMs = 1, realTime = true, from = 1): Target {
  let typed = 0;
  let now = 0;
  const said: string[] = [];
  return {
    name: 'babbler',
    abilities: { tStates: false, transfer: true, realTime },
    load: () => new FakeTarget({ reply: () => '' }).load(PROGRAM),
    async start() {
      typed = 0;
      said.push('\r\n> ');
    },
    async type() {
      typed++;
      if (typed < from) said.push('x\r\ny\r\n> ');
    },
    async read(timeoutMs): Promise<TargetOutput | undefined> {
      const text = said.shift() ?? (typed >= from ? 'blah '.repeat(chunk).slice(0, chunk) : undefined);
      now += text === undefined ? timeoutMs : Math.min(eachMs, timeoutMs);
      return text === undefined ? undefined : { bytes: Buffer.from(text), atMs: now };
    },
    close: async () => undefined,
  };
}

const lane = (target: Target) => ({ name: target.name, open: async () => ({ target, close: async () => undefined }) });

function compare(reference: Target, other: Target): Promise<CompareReport> {
  const clock = new FakeClock();
  const run = compareRun({
    program: PROGRAM, script: askAll(['one', 'two']), reference: lane(reference), others: [lane(other)],
    clock, load: true, retries: 1, reconnectMs: 1_000, normalise: true, recheck: true,
  }); // prettier-ignore
  return clock.run(finish(run));
}

const quiet = (): Target => new FakeTarget({ reply: (line) => `${line}\r\nYES\r\n> ` });

describe('a program that prints for ever', () => {
  it('on the board: the answer ends at 64 KB, the comparison with status 1', async () => {
    const report = await compare(quiet(), babbler());
    expect(report.status).toBe(1);
    const [, one, two] = report.comparisons[0]!.exchanges;
    expect(one).toMatchObject({
      verdict: 'missing',
      incidents: [
        {
          side: 'right',
          kind: 'endless',
          message: 'printed 64 KB without a prompt after the question "one"',
        },
      ],
    });
    // It hears no command, so it is not asked again.
    expect(two!.incidents).toBeUndefined();
    expect(report.transcripts[0]!.exchanges[0]!.raw.length).toBe(ANSWER_BOUNDS.mostBytes);
  });

  it('slowly, never silent: it ends after ten minutes', async () => {
    const conversation = new Conversation(babbler(1, 90));
    const { opening, turns } = turnsOf(askAll(['one']));
    await finish(conversation.open(opening));
    const { incident, raw } = await finish(conversation.play(turns[0]!));
    expect(incident).toMatchObject({
      kind: 'endless',
      error: { message: 'printed for 10 minutes without a prompt after the question "one"', exitStatus: 1 },
    });
    expect(raw.length).toBeGreaterThan(6_000);
    expect(raw.length).toBeLessThan(7_000);
  });

  it('slowly, where the script allows long silences: what is told is the time that it was given', async () => {
    const conversation = new Conversation(babbler(1, 90));
    const { opening, turns } = turnsOf(askAll(['one']));
    await finish(conversation.open(opening));
    const [{ waits, ...turn }] = turns as [(typeof turns)[0]];
    const patient = { ...turn, waits: waits.map((wait) => ({ ...wait, timeoutMs: 600_000 })) };
    const { incident } = await finish(conversation.play(patient));
    expect(incident?.error.message).toBe('printed for 20 minutes without a prompt after the question "one"');
  });

  it('in the emulator: it is started again, and status 1', async () => {
    const report = await compare(babbler(1024, 1, false), quiet());
    expect(report.status).toBe(1);
    expect(report.reference.exchanges.map(({ incident }) => incident?.kind)).toEqual(['endless', 'endless']);
  });

  it('behind its prompt: that is seen before the next question', async () => {
    const talk = finish(converse(babbler(64, 1, true, 0), ['one']));
    await expect(talk).rejects.toThrow(RefusedError);
    await expect(talk).rejects.toThrow('printed 64 KB without a prompt before the question "one"');
  });

  it('in the real emulator, by call 9', async () => {
    const target = emulatorTarget();
    // LD DE,0100h / LD C,9 / CALL 5: no $ anywhere.
    for await (const _ of target.load({ name: 'X.COM', bytes: Uint8Array.of(0x11, 0, 1, 0x0e, 9, 0xcd, 5, 0) }));
    await expect(finish(converse(target, ['one']))).rejects.toThrow(
      'printed 64 KB without a prompt after the program was started',
    );
  });

  it('instead of the metronome', async () => {
    const player = new Metronome(babbler(64, 1, true, 0));
    await expect(player.start()).rejects.toThrow('what was to be the metronome prints on and on');
  });

  it('hears a signal', async () => {
    const abort = new AbortController();
    let reads = 0;
    const target = babbler(1);
    const read = target.read.bind(target);
    target.read = (ms) => (++reads === 50 && abort.abort(), read(ms));
    const talk = finish(converse(target, ['one'], undefined, abort.signal));
    await expect(talk).rejects.toThrow(LinkError);
    expect(reads).toBe(50);
  });
});
