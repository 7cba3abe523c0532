/** The past is the same as it was: random machines, lived through once by a plain CPU, and then wandered about in. */
import { describe, expect, it } from 'vitest';
import { createZ80 } from '../../../src/emu/z80.js';
import { SymbolMap } from '../../../src/emu/debug/names.js';
import { createSession, type DebugSession } from '../../../src/emu/debug/session.js';
import { seeded } from '../../random.js';
import { live, RandomMachine, type Boundary } from './random-machine.js';

const LIFE = 12_000;

function session(seed: number, life = LIFE): DebugSession {
  const made = createSession({
    machine: (createCpu) => new RandomMachine(createCpu, seed, life),
    symbols: new SymbolMap(new Map()),
  });
  made.start(() => made.machine.load({ name: '', bytes: new Uint8Array() }, ''));
  return made;
}

const place = ({ instructions, tStates }: Boundary | DebugSession['cpu']): string => `${instructions}@${tStates}`;

/** Every register and byte of memory. */
function expectAt(made: DebugSession, there: Boundary): void {
  expect(place(made.cpu)).toBe(place(there));
  const plain = createZ80({ in: () => 0, out: () => {} });
  plain.restore(there.state);
  expect(made.cpu.getRegisters()).toEqual(plain.getRegisters());
  expect(Buffer.compare(made.cpu.memory, plain.memory)).toBe(0);
}

describe.each([1, 2, 3, 4])('a random machine, %i', (seed) => {
  const life = live(new RandomMachine(createZ80, seed, LIFE));
  const random = seeded(seed);
  const any = (): number => Math.floor(random() * life.length);

  it('lives as it does without a debugger, and is found again at any moment of it', () => {
    const made = session(seed);
    expect(made.run('continue')).toMatchObject({ why: 'ended' });
    expect(made.history.last).toMatchObject({ tStates: made.cpu.tStates });
    for (let i = 0; i < 150; i++) {
      const there = life[any()]!;
      made.run({ goTo: there });
      expectAt(made, there);
    }
  });

  it('steps forth and back', () => {
    const made = session(seed);
    made.run('continue');
    let at = any();
    made.run({ goTo: life[at]! });
    for (let i = 0; i < 300; i++) {
      const back = random() < 0.6;
      const stop = made.run(back ? 'stepBack' : 'stepInto');
      if (back && at === 0) expect(stop.why).toBe('beginning');
      at = Math.max(0, Math.min(at + (back ? -1 : 1), life.length - 1));
      expect(place(made.cpu)).toBe(place(life[at]!));
    }
    expectAt(made, life[at]!);
  });

  it('tells who wrote a byte last', () => {
    const made = session(seed);
    made.run('continue');
    /** Boundaries at which a byte had just changed, by address. */
    const changes = new Map<number, number[]>();
    for (let i = 1; i < life.length; i++) {
      const [before, after] = [life[i - 1]!.state.bytes, life[i]!.state.bytes];
      if (Buffer.compare(before, after) === 0) continue;
      for (let at = 0x7000; at < 0x9000; at++)
        if (before[at] !== after[at]) changes.set(at, [...(changes.get(at) ?? []), i]);
    }
    const addresses = [...changes.keys()];
    expect(addresses.length).toBeGreaterThan(3);
    for (let n = 0; n < 30; n++) {
      const here = any();
      const address = addresses[Math.floor(random() * addresses.length)]!;
      made.run({ goTo: life[here]! });
      const writer = made.whoWrote(address)!;
      expect(place(made.cpu)).toBe(place(life[here]!));
      expect(writer.value).toBe(made.cpu.memory[address]);
      const changed =
        changes
          .get(address)!
          .filter((i) => i <= here)
          .at(-1) ?? 0;
      const wrote = life.findIndex((there) => place(there) === place({ ...there, ...writer.moment }));
      // What the machine did between two runs is told at the boundary there.
      const between = writer.how === 'system' && wrote === changed - 1;
      if (wrote !== changed && !between) {
        // Later than the last change: then it wrote what was there already, and it is an instruction that did.
        expect(wrote).toBeGreaterThan(changed);
        expect(writer.how).not.toBe('system');
        expect(writer.by).toBe(life[wrote - 1]!.pc);
      }
    }
  });

  it('stops backwards where it stops forwards', () => {
    const made = session(seed);
    const often = new Map<number, number>();
    for (const { pc } of life) often.set(pc, (often.get(pc) ?? 0) + 1);
    const hot = [...often].sort(([, x], [, y]) => y - x).slice(0, 3).map(([pc]) => pc); // prettier-ignore
    for (const at of hot) made.breakpoints.add({ kind: 'execute', at, condition: 'flag.z == 0 || b >= 80h' });
    made.breakpoints.add({ kind: 'memory', from: 0x7fc0, length: 0x40, write: true });
    made.breakpoints.add({ kind: 'port', in: true });
    const counted = made.breakpoints.add({ kind: 'execute', at: hot[0]!, hits: '%3' });
    const stops: string[] = [];
    const told = (stop: object): string => `${place(made.cpu)} ${counted.met} ${JSON.stringify(stop)}`;
    for (;;) {
      const stop = made.run('continue');
      if (stop.why === 'ended') break;
      stops.push(told(stop));
    }
    expect(stops.length).toBeGreaterThan(10);
    const back: string[] = [];
    for (;;) {
      const stop = made.run('reverseContinue');
      if (stop.why === 'beginning') break;
      back.unshift(told(stop));
    }
    // Two things at one moment are two stops forwards, and one backwards.
    const places = (lines: string[]): string[] => [...new Set(lines.map((line) => line.split(' ')[0]!))];
    expect(places(back)).toEqual(places(stops));
    expect(counted.met).toBe(0);
    const again: string[] = [];
    for (;;) {
      const stop = made.run('continue');
      if (stop.why === 'ended') break;
      again.push(told(stop));
    }
    expect(again).toEqual(stops);
  });
});
