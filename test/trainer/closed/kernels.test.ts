import { describe, expect, it } from 'vitest';
import { createKernels, type Kernels } from '../../../src/trainer/closed/kernels.js';
import { Parameters } from '../../../src/trainer/closed/memory.js';
import { countDown, get, i32, moduleOf, set, addI32 } from '../../../src/trainer/closed/wasm-code.js';
import { seeded } from '../../random.js';
import { closedSet, emptyMemory } from './small-closed.js';

const { fround } = Math;
const LENGTH = 128;
const ROOM = 6 * (LENGTH + 4);

interface Numbers {
  kernels: Kernels;
  /** Six areas, each with four floats behind it that nothing may touch. */
  areas: Float32Array[];
  at: number[];
}

const UNTOUCHED = 7777;

function numbers(): Numbers {
  const memory = emptyMemory(closedSet('answers', 'A', 'B'), [64]);
  const { buffer } = new Parameters(memory);
  const all = new Float32Array(buffer, 0, ROOM).fill(UNTOUCHED);
  const starts = Array.from({ length: 6 }, (_, area) => area * (LENGTH + 4));
  return {
    kernels: createKernels(memory.pages),
    areas: starts.map((from) => all.subarray(from, from + LENGTH + 4)),
    at: starts.map((from) => 4 * from),
  };
}

/** Fill the first `count` of an area; what was written, in plain numbers. */
function write(area: Float32Array, count: number, value: (i: number) => number): number[] {
  for (let i = 0; i < count; i++) area[i] = value(i);
  return [...area.subarray(0, count)];
}

/** The area has these values, and was let be behind them. -0 and 0 are one. */
function expectArea(area: Float32Array, values: readonly number[]): void {
  expect([...area.subarray(0, values.length)].map((v) => v + 0)).toEqual(values.map((v) => v + 0));
  expect(area.subarray(values.length).every((value) => value === UNTOUCHED)).toBe(true);
}

/** Halves go to the even neighbour. */
function nearest(value: number): number {
  const below = Math.floor(value);
  if (value - below === 0.5) return below % 2 === 0 ? below : below + 1;
  return Math.round(value);
}

const clip = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

function settled(value: number, decay: number, lowest: number): number {
  const size = Math.max(0, fround(Math.abs(value) - fround(decay)));
  return clip(value < 0 ? -size : size, fround(lowest - fround(0.49)), fround(1.49));
}

const rounded = (latent: number, lowest: number): number => clip(nearest(latent), lowest, 1);

const CASES = [0, 4, LENGTH].flatMap((count) => [-1, -2].map((lowest) => ({ count, lowest })));

describe.each(CASES)('kernels, of $count floats from $lowest', ({ count, lowest }) => {
  it('add', () => {
    const random = seeded(1);
    const { kernels, areas, at } = numbers();
    const to = write(areas[0]!, count, () => random() * 1000);
    const from = write(areas[1]!, count, () => random() - 0.5);
    kernels.add(at[0]!, at[1]!, 0.3, count);
    expectArea(
      areas[0]!,
      to.map((value, i) => fround(value + fround(from[i]! * fround(0.3)))),
    );
    expectArea(areas[1]!, from);
  });

  it('go back', () => {
    const random = seeded(2);
    const { kernels, areas, at } = numbers();
    const gradient = write(areas[0]!, count, () => random());
    const weight = write(areas[1]!, count, () => Math.floor(random() * 4) - 2);
    const delta = write(areas[2]!, count, () => random() - 0.5);
    const sum = kernels.back(at[0]!, at[1]!, at[2]!, 1.7, count);
    expectArea(
      areas[0]!,
      gradient.map((value, i) => fround(value + fround(delta[i]! * fround(1.7)))),
    );
    expectArea(areas[1]!, weight);
    expectArea(areas[2]!, delta);
    const lanes = [0, 0, 0, 0];
    weight.forEach((w, i) => (lanes[i % 4] = fround(lanes[i % 4]! + fround(w * delta[i]!))));
    expect(sum).toBe(fround(fround(lanes[0]! + lanes[1]!) + fround(lanes[2]! + lanes[3]!)));
    expect(sum !== 0).toBe(count > 0);
  });

  it('update', () => {
    const random = seeded(3);
    const { kernels, areas, at } = numbers();
    const latent = write(areas[0]!, count, () => 5 * random() - 2.5);
    write(areas[1]!, count, () => UNTOUCHED);
    const m = write(areas[2]!, count, () => random() - 0.5);
    const v = write(areas[3]!, count, () => random());
    const one = write(areas[4]!, count, () => random() - 0.5);
    const two = write(areas[5]!, count, () => random() - 0.5);
    const gain1 = fround(0.1);
    const gain2 = fround(0.02);
    const rate = fround(0.05);
    const scale = fround(1.3);
    const epsilon = fround(0.001);
    const decay = fround(0.02);
    const [a, b, c, d, e, f] = at as [number, number, number, number, number, number];
    kernels.update(a, b, c, d, e, f, count, gain1, gain2, rate, scale, epsilon, decay, lowest);

    const g = one.map((value, i) => fround(value + two[i]!));
    const follow = (from: number, target: number, gain: number): number =>
      fround(from + fround(gain * fround(target - from)));
    const mNow = m.map((value, i) => follow(value, g[i]!, gain1));
    const vNow = v.map((value, i) => follow(value, fround(g[i]! * g[i]!), gain2));
    const latentNow = latent.map((value, i) => {
      const under = fround(fround(fround(Math.sqrt(vNow[i]!)) * scale) + epsilon);
      return settled(fround(value - fround(fround(rate * mNow[i]!) / under)), decay, lowest);
    });
    expectArea(areas[2]!, mNow);
    expectArea(areas[3]!, vNow);
    expectArea(areas[0]!, latentNow);
    expectArea(
      areas[1]!,
      latentNow.map((value) => rounded(value, lowest)),
    );
    expectArea(
      areas[4]!,
      one.map(() => 0),
    );
    expectArea(
      areas[5]!,
      two.map(() => 0),
    );
  });

  it('shrink', () => {
    const random = seeded(4);
    const { kernels, areas, at } = numbers();
    const latent = write(areas[0]!, count, () => 6 * random() - 3);
    write(areas[1]!, count, () => UNTOUCHED);
    kernels.shrink(at[0]!, at[1]!, count, 0.25, lowest);
    const now = latent.map((value) => settled(value, 0.25, lowest));
    expectArea(areas[0]!, now);
    expectArea(
      areas[1]!,
      now.map((value) => rounded(value, lowest)),
    );
  });
});

describe('what weights shrink to', () => {
  /** Latent and quantised value of one weight, after `decay`. */
  function shrink(latent: number, decay: number, lowest: number): [number, number] {
    const { kernels, areas, at } = numbers();
    write(areas[0]!, 4, () => latent);
    kernels.shrink(at[0]!, at[1]!, 4, decay, lowest);
    return [areas[0]![3]! + 0, areas[1]![3]! + 0];
  }

  it.each([
    { title: 'a half goes to the even neighbour, down', latent: 0.5, decay: 0, to: [0.5, 0] },
    { title: 'and from below 0', latent: -0.5, decay: 0, to: [-0.5, 0] },
    { title: 'and up', latent: -1.5, decay: 0, to: [-1.5, -2] },
    { title: 'a bit more than a half is more', latent: 0.50001, decay: 0, to: [fround(0.50001), 1] },
    { title: 'none runs away upwards', latent: 9, decay: 0.25, to: [fround(1.49), 1] },
    { title: 'nor downwards', latent: -9, decay: 0.25, to: [fround(-2.49), -2] },
    { title: 'nor where the least is -1', latent: -9, decay: 0.25, lowest: -1, to: [fround(-1.49), -1] },
    { title: 'which -1.5 comes to there', latent: -1.5, decay: 0, lowest: -1, to: [fround(-1.49), -1] },
    { title: 'the sign is kept', latent: -1.75, decay: 0.5, to: [-1.25, -1] },
    { title: 'a pull that is stronger than the weight ends at 0', latent: 0.25, decay: 0.5, to: [0, 0] },
    { title: 'and from below, too', latent: -0.25, decay: 0.5, to: [0, 0] },
  ])('$title: $latent less $decay', ({ latent, decay, lowest, to }) => {
    expect(shrink(latent, decay, lowest ?? -2)).toEqual(to);
  });
});

describe('WebAssembly code', () => {
  it('has whole numbers of any size, with their signs', () => {
    const { WebAssembly } = globalThis as unknown as {
      WebAssembly: {
        Module: new (bytes: Uint8Array) => object;
        Instance: new (m: object, i: object) => { exports: Record<string, (n: number) => number> };
        Memory: new (size: { initial: number; maximum: number; shared: boolean }) => object;
      };
    };
    const values = [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8192, -8193, 2 ** 31 - 1, -(2 ** 31)];
    const functions = Object.fromEntries(
      values.map((value) => [`of${value}`, { parameters: ['i32' as const], result: 'i32' as const, body: i32(value) }]),
    );
    // Twice what it counts, four at a time.
    const body = [...countDown(0, set(1, addI32(get(1), i32(8)))), ...get(1)];
    const twice = { parameters: ['i32' as const], result: 'i32' as const, locals: ['i32' as const], body };
    const module = new WebAssembly.Module(moduleOf({ ...functions, twice }, 300));
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 300, shared: true });
    const { exports } = new WebAssembly.Instance(module, { in: { memory } });
    expect(values.map((value) => exports[`of${value}`]!(0))).toEqual(values);
    expect([0, 4, 400].map((count) => exports['twice']!(count))).toEqual([0, 8, 800]);
  });
});
