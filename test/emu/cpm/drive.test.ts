/** Driving a machine to its end: true speed without drift, waiting, limits, the end of the input. */
import { describe, expect, it } from 'vitest';
import { drive, type LiveConsole } from '../../../src/emu/drive.js';
import { createCpm } from '../../../src/emu/cpm/machine.js';
import { FakeClock } from '../../fakes/fake-clock.js';
import { ScriptConsole } from '../../fakes/script-console.js';

const CLOCK_HZ = 1_000_000;
const bdos = (call: number, e = 0): number[] => [0x0e, call, 0x1e, e, 0xcd, 0x05, 0x00];
const FOR_EVER = [0x18, 0xfe];

/** A console whose keys come from a script that types one whenever it is waited for. */
class Typist extends ScriptConsole implements LiveConsole {
  waits = 0;
  constructor(
    private readonly clock: FakeClock,
    private readonly script: string[],
  ) {
    super();
  }
  async wait(ms: number): Promise<void> {
    this.waits++;
    await this.clock.sleep(Math.min(ms, 300));
    const text = this.script.shift();
    if (text === undefined) this.ended = true;
    else this.type(text);
  }
}

function machine(
  program: number[],
  script: string[] = [],
): { run: (o?: object) => ReturnType<typeof drive>; clock: FakeClock; typist: Typist; tStates: () => number } {
  const clock = new FakeClock();
  const typist = new Typist(clock, script);
  const cpm = createCpm({ console: typist });
  cpm.load({ name: 'T.COM', bytes: Uint8Array.from(program) }, '');
  return {
    run: (options = {}) => clock.run(drive(cpm, typist, clock, options)),
    clock,
    typist,
    tStates: () => cpm.cpu.tStates,
  };
}

describe('drive', () => {
  it('keeps true speed, without drift, to the millisecond over ten seconds', async () => {
    const { run, clock, tStates } = machine(FOR_EVER);
    const end = await run({ clockHz: CLOCK_HZ, maxTStates: 10 * CLOCK_HZ });
    expect(end).toEqual({ why: 'limit' });
    expect(tStates()).toBe(10_000_008);
    expect(Math.abs(clock.now() - 10_000)).toBeLessThan(10.1);
  });

  it('goes as fast as it can without a clock', async () => {
    const { run, clock } = machine(FOR_EVER);
    expect(await run({ maxTStates: 50_000_000 })).toEqual({ why: 'limit' });
    expect(clock.now()).toBe(0);
  });

  it('does not make up for the time that it waited for a key', async () => {
    const { run, clock, typist } = machine([...bdos(1), ...FOR_EVER], ['k']);
    await run({ clockHz: CLOCK_HZ, maxTStates: CLOCK_HZ });
    expect(typist.screen).toBe('k');
    expect(clock.now()).toBeGreaterThanOrEqual(300 + 990);
    expect(clock.now()).toBeLessThan(300 + 1010);
  });

  it('ends when the input has ended and the program wants more', async () => {
    expect(await machine([...bdos(1), 0xc9]).run()).toEqual({ why: 'no more input' });
    // A program that only asks whether there is a key is no better off.
    expect(await machine([...bdos(11), 0x18, 0xf7]).run()).toEqual({ why: 'no more input' });
  });

  it('ends with the program, and when it is told to', async () => {
    expect(await machine([0xc9]).run()).toMatchObject({ why: 'ended', code: 0 });
    const abort = new AbortController();
    abort.abort();
    expect(await machine(FOR_EVER).run({ signal: abort.signal })).toEqual({ why: 'interrupted' });
  });
});
