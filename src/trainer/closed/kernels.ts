/**
 * The three loops in which training spends its time, as WebAssembly with vectors of four float32: what one thread does in
 * plain arrays takes three times as long, and TensorFlow.js has no use for a column here and a column there
 * (docs/training.md has figures). All numbers stand in one shared memory; addresses are in bytes, counts in floats, both
 * multiples of a vector.
 */
import { MAX_PAGES } from './memory.js';
import {
  SIGNS,
  abs,
  add,
  addF32,
  addI32,
  countDown,
  div,
  get,
  i32,
  lane,
  load,
  max,
  min,
  moduleOf,
  mul,
  nearest,
  select,
  set,
  splat,
  sqrt,
  store,
  sub,
  f32,
  type Code,
  type Function,
} from './wasm-code.js';

export interface Kernels {
  /** to[i] += factor * from[i] */
  add(to: number, from: number, factor: number, count: number): void;
  /** gradient[i] += factor * delta[i]; returns the sum of weight[i] * delta[i]. */
  back(gradient: number, weight: number, delta: number, factor: number, count: number): number;
  /**
   * Adam, shrinking and quantising of weights:
   *
   *     g = gradient1 + gradient2, which become 0      m += (1 - beta1) (g - m)      v += (1 - beta2) (g g - v)
   *     latent -= rate m / (sqrt(v) scale + epsilon), then `decay` nearer to 0, within the weights' range
   *     quantised = the nearest whole number from `lowest` to 1
   */
  update(
    latent: number,
    quantised: number,
    m: number,
    v: number,
    gradient1: number,
    gradient2: number,
    count: number,
    gain1: number,
    gain2: number,
    rate: number,
    scale: number,
    epsilon: number,
    decay: number,
    lowest: number,
  ): void;
  /** Its last two lines alone: for weights that no example of the batch has used. */
  shrink(latent: number, quantised: number, count: number, decay: number, lowest: number): void;
}

const VECTOR = 16;
/** Within half a step of what they can be rounded to, so that none runs away. */
const REACH = 0.49;
const HIGHEST = 1;

const onwards = (...addresses: number[]): Code =>
  addresses.flatMap((local) => set(local, addI32(get(local), i32(VECTOR))));

const each = (counter: number, addresses: number[], body: Code): Code =>
  countDown(counter, [...body, ...onwards(...addresses)]);

const addition = (): Function => {
  const [to, from, factor, count] = [0, 1, 2, 3];
  return {
    parameters: ['i32', 'i32', 'f32', 'i32'],
    body: each(count, [to, from], store(get(to), add(load(get(to)), mul(load(get(from)), splat(get(factor)))))),
  };
};

const backwards = (): Function => {
  const [gradient, weight, delta, factor, count, sum] = [0, 1, 2, 3, 4, 5];
  const quarter = (index: number): Code => lane(get(sum), index);
  return {
    parameters: ['i32', 'i32', 'i32', 'f32', 'i32'],
    result: 'f32',
    locals: ['v128'],
    body: [
      ...each(
        count,
        [gradient, weight, delta],
        [
          ...store(get(gradient), add(load(get(gradient)), mul(load(get(delta)), splat(get(factor))))),
          ...set(sum, add(get(sum), mul(load(get(weight)), load(get(delta))))),
        ],
      ),
      ...addF32(addF32(quarter(0), quarter(1)), addF32(quarter(2), quarter(3))),
    ],
  };
};

/** Shrink `value`, keep it in its range, and write it and what it rounds to. */
function settled(
  value: Code,
  { latent, quantised, decay, lowest, local }: Record<'latent' | 'quantised' | 'decay' | 'lowest' | 'local', number>,
): Code {
  const limit = (of: Code, reach: number): Code =>
    max(min(of, splat(f32(HIGHEST + reach))), splat(addF32(get(lowest), f32(-reach))));
  const shrunk = select(get(local), max(sub(abs(get(local)), splat(get(decay))), splat(f32(0))), SIGNS);
  return [
    ...set(local, value),
    ...set(local, limit(shrunk, REACH)),
    ...store(get(latent), get(local)),
    ...store(get(quantised), limit(nearest(get(local)), 0)),
  ];
}

const updating = (): Function => {
  const [latent, quantised, m, v, gradient1, gradient2, count, gain1, gain2, rate, scale, epsilon, decay, lowest] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
  ];
  const [g, moment] = [14, 15];
  const step = div(
    mul(splat(get(rate)), load(get(m))),
    add(mul(sqrt(load(get(v))), splat(get(scale))), splat(get(epsilon))),
  );
  const follow = (address: number, target: Code, gain: number): Code => [
    ...set(moment, load(get(address))),
    ...store(get(address), add(get(moment), mul(splat(get(gain)), sub(target, get(moment))))),
  ];
  return {
    parameters: [...Array<'i32'>(7).fill('i32'), ...Array<'f32'>(7).fill('f32')],
    locals: ['v128', 'v128'],
    body: each(
      count,
      [latent, quantised, m, v, gradient1, gradient2],
      [
        ...set(g, add(load(get(gradient1)), load(get(gradient2)))),
        ...store(get(gradient1), splat(f32(0))),
        ...store(get(gradient2), splat(f32(0))),
        ...follow(m, get(g), gain1),
        ...follow(v, mul(get(g), get(g)), gain2),
        ...settled(sub(load(get(latent)), step), { latent, quantised, decay, lowest, local: g }),
      ],
    ),
  };
};

const shrinking = (): Function => {
  const [latent, quantised, count, decay, lowest, local] = [0, 1, 2, 3, 4, 5];
  return {
    parameters: ['i32', 'i32', 'i32', 'f32', 'f32'],
    locals: ['v128'],
    body: each(count, [latent, quantised], settled(load(get(latent)), { latent, quantised, decay, lowest, local })),
  };
};

/** As much of the WebAssembly API as is used here; it is no part of the language library. */
interface WasmApi {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Record<string, object>) => { exports: object };
}

/** @param memory a shared WebAssembly.Memory of at most MAX_PAGES */
export function createKernels(memory: object): Kernels {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WasmApi };
  const functions = { add: addition(), back: backwards(), update: updating(), shrink: shrinking() };
  const module = new WebAssembly.Module(moduleOf(functions, MAX_PAGES));
  return new WebAssembly.Instance(module, { in: { memory } }).exports as Kernels;
}
