import { isDeepStrictEqual } from 'node:util';
import { unzipSync, zipSync } from 'fflate';
import fc from '../fast-check.js';
import { describe, expect, it } from 'vitest';
import { concatBytes, latin1, toBytes } from '../../src/seams/bytes.js';
import { INPUT_SIZE, type Network } from '../../src/model/network.js';
import { encodeNpy } from '../../src/model/npy.js';
import { decodeModel, encodeModel } from '../../src/model/npz.js';
import { ModelError } from '../../src/seams/errors.js';
import { describeShared, shared } from '../outside.js';
import { randomClosed, type ClosedShape } from '../build/random-closed.js';
import { randomNetwork } from '../build/random-network.js';

const NAME = 'some/model.npz';

function small(): Network {
  return randomNetwork(3, { widths: [5, 4], density: 0.5, biasReach: 100 });
}

/** The entries of a model file, to be spoilt and packed again. */
function entries(network = small()): Record<string, Uint8Array> {
  return unzipSync(encodeModel(network));
}

const CLOSED: ClosedShape = {
  buckets: 128,
  hidden: [6],
  answers: 5,
  steps: 'answers',
  margin: 3,
  density: [0.1, 0.5],
  biasReach: 100,
};

/** With another name of the same length where it stands: in its own header and in the directory, or in one of them. */
function renamed(whole: Uint8Array, from: string, to: string, times = 2): Uint8Array {
  const spoilt = whole.slice();
  let found = 0;
  for (let at = 0; at < spoilt.length; at++)
    if (found < times && latin1(spoilt.subarray(at, at + from.length)) === from) {
      spoilt.set(toBytes(to), at);
      found++;
    }
  expect(found).toBe(times);
  return spoilt;
}

/** The first entry says in both places that it unpacks to 100 bytes. */
function lyingSize(whole: Uint8Array): Uint8Array {
  const spoilt = whole.slice();
  const view = new DataView(spoilt.buffer);
  view.setUint32(22, 100, true);
  view.setUint32(view.getUint32(spoilt.length - 6, true) + 24, 100, true);
  return spoilt;
}

const text = (value: string): Uint8Array =>
  encodeNpy({ shape: [new TextEncoder().encode(value).length], data: new TextEncoder().encode(value) });

function failure(file: Uint8Array): ModelError {
  try {
    decodeModel(file, NAME);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error('it was taken for a model');
}

describe('a model file', () => {
  it('gives back the network that was saved', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(0, 0.3, 1),
        fc.constantFrom(0, 50, 32767),
        (seed, widths, density, biasReach) => {
          const network = randomNetwork(seed, { widths, density, biasReach });
          network.about = { name: 'n', description: 'd', examples: ['e'], training: { seed: 1, backend: 'wasm' } };
          expect(decodeModel(encodeModel(network), NAME)).toEqual(network);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the same file for the same network', () => {
    expect(encodeModel(small())).toEqual(encodeModel(small()));
  });

  it('may be compressed, as NumPy does on request', () => {
    expect(decodeModel(zipSync(entries(), { level: 9 }), NAME)).toEqual(small());
  });

  it('may hold other keys', () => {
    expect(decodeModel(zipSync({ ...entries(), '_new.npy': text('x'), 'notes.txt': text('y') }), NAME)).toEqual(
      small(),
    );
  });

  it('needs no _about', () => {
    const { '_about.npy': _, ...rest } = entries();
    expect(decodeModel(zipSync(rest), NAME).about).toEqual({});
  });
});

describe('a file that is no model', () => {
  it.each([
    ['empty', new Uint8Array(0), /empty/],
    ['text', new TextEncoder().encode('fc1_weight = 1, 2, 3'), /not a .npz file/],
    ['a zip of nothing', zipSync({}), /no _architecture/],
    ['a zip of something else', zipSync({ 'readme.txt': text('hello') }), /no _architecture/],
  ])('%s: is named, with what is wrong and what to do', (_name, file, message) => {
    const error = failure(file);
    expect(error.message).toMatch(message);
    expect(error.where).toBe(NAME);
    expect(error.hint).toBeTruthy();
    expect(error.exitStatus).toBe(2);
  });

  it('cut off anywhere is refused as cut off or damaged', () => {
    const whole = encodeModel(small());
    for (let length = 0; length < whole.length; length++) {
      const error = failure(whole.slice(0, length));
      expect(error.where?.startsWith(NAME), `at ${length}`).toBe(true);
    }
  });

  it('with any single bit changed is refused, or is the same model where the bit says nothing', () => {
    for (const network of [small(), randomClosed(5, CLOSED)]) {
      const whole = encodeModel(network);
      const good = decodeModel(whole, NAME);
      const seen = { refused: 0, same: 0 };
      // Every bit of a header, of most of the directory and of the end record, and a bit of some others.
      const isHeader = (at: number): boolean => at < 120 || at > whole.length - 300;
      for (let at = 0; at < whole.length; at += isHeader(at) ? 1 : 29)
        for (const bit of isHeader(at) ? [0, 1, 2, 3, 4, 5, 6, 7] : [at % 8]) {
          const spoilt = whole.slice();
          spoilt[at]! ^= 1 << bit;
          try {
            expect(isDeepStrictEqual(decodeModel(spoilt, NAME), good), `bit ${bit} of byte ${at}`).toBe(true);
            seen.same++;
          } catch (error) {
            if (!(error instanceof ModelError)) throw error;
            seen.refused++;
          }
        }
      // Dates, attributes and the like.
      expect(seen.same).toBeLessThan(seen.refused / 4);
      expect(seen.refused).toBeGreaterThan(2000);
    }
  });

  it.each<[string, (whole: Uint8Array) => Uint8Array, RegExp]>([
    ['something behind it', (whole) => concatBytes([whole, Uint8Array.of(0)]), /end record is missing, or something/],
    ['a second copy behind it', (whole) => concatBytes([whole, whole]), /directory is not where/],
    ['bytes left out', (whole) => concatBytes([whole.slice(0, 500), whole.slice(501)]), /directory is not where/],
    ['an entry twice', (whole) => renamed(whole, 'fc2_bias', 'fc1_bias'), /two entries named fc1_bias.npy/],
    ['an entry named otherwise', (whole) => renamed(whole, 'fc2_bias', 'fc9_bias', 1), /differ/],
    ['a size that lies', lyingSize, /unpacks to more than the 100 bytes/],
  ])('with %s is refused', (_name, spoil, message) => {
    const error = failure(spoil(zipSync(entries(), { level: 9 })));
    expect(error.message).toMatch(message);
    expect(error.where).toBe(NAME);
  });

  it('may have the sizes of an entry in an extra field of ZIP64, as NumPy writes them', () => {
    const whole = encodeModel(small());
    const view = new DataView(whole.buffer);
    const name = view.getUint16(26, true);
    const wide = new Uint8Array(whole.length + 20);
    wide.set(whole.subarray(0, 30 + name));
    const field = new DataView(wide.buffer, 30 + name);
    field.setUint16(0, 1, true);
    field.setUint16(2, 16, true);
    field.setBigUint64(4, BigInt(view.getUint32(22, true)), true);
    field.setBigUint64(12, BigInt(view.getUint32(18, true)), true);
    wide.set(whole.subarray(30 + name), 50 + name);
    const moved = new DataView(wide.buffer);
    moved.setUint16(28, 20, true);
    moved.setUint32(18, 0xffffffff, true);
    moved.setUint32(22, 0xffffffff, true);
    const end = wide.length - 22;
    moved.setUint32(end + 16, moved.getUint32(end + 16, true) + 20, true);
    for (let at = moved.getUint32(end + 16, true); at < end;) {
      const offset = moved.getUint32(at + 42, true);
      if (offset > 0) moved.setUint32(at + 42, offset + 20, true);
      at += 46 + moved.getUint16(at + 28, true);
    }
    expect(decodeModel(wide, NAME)).toEqual(small());
    field.setBigUint64(4, 7n, true);
    expect(failure(wide).message).toMatch(/its header and the directory differ/);
  });

  it.each(['fc1_weight', 'fc1_bias', 'fc2_weight', 'fc2_bias', '_architecture', '_charset'])(
    'without %s says so and tells what there is',
    (key) => {
      const { [`${key}.npy`]: _, ...rest } = entries();
      const error = failure(zipSync(rest));
      expect(error.message).toBe(`the model has no ${key}`);
      expect(error.hint).toContain('it holds fc');
    },
  );

  it('with a weight outside the four values names layer, row and column', () => {
    const network = small();
    const spoilt = entries(network);
    for (const bad of [2, -3, 127]) {
      const weights = network.layers[1]!.weights.slice();
      weights[7] = bad;
      spoilt['fc2_weight.npy'] = encodeNpy({ shape: [4, 5], data: weights });
      expect(failure(zipSync(spoilt)).message).toBe(`layer 2 has a weight ${bad} at row 1, column 2`);
    }
  });

  it.each([
    [0, 'layer 1 is 0 wide'],
    [257, 'layer 1 is 257 wide'],
  ])('with a layer %i wide says so', (width, message) => {
    const wide = {
      'fc1_weight.npy': encodeNpy({ shape: [width, INPUT_SIZE], data: new Int8Array(width * INPUT_SIZE) }),
      'fc1_bias.npy': encodeNpy({ shape: [width], data: new Int16Array(width) }),
      'fc2_weight.npy': encodeNpy({ shape: [4, width], data: new Int8Array(4 * width) }),
      '_architecture.npy': text(JSON.stringify({ input_size: INPUT_SIZE, hidden_sizes: [width], num_classes: 4 })),
    };
    const error = failure(zipSync({ ...entries(), ...wide }));
    expect(error.message).toBe(message);
    expect(error.hint).toContain('256');
  });

  it.each([
    ['other inputs', { input_size: 128, hidden_sizes: [5], num_classes: 4 }, /takes 128 inputs/],
    ['another shape', { input_size: INPUT_SIZE, hidden_sizes: [6], num_classes: 4 }, /fc1_weight has shape \(5, 256\)/],
    ['fewer layers', { input_size: INPUT_SIZE, hidden_sizes: [], num_classes: 5 }, /charset has 4 characters/],
    ['no numbers', { input_size: 'many' }, /not the JSON/],
  ])('with an _architecture of %s', (_name, architecture, message) => {
    const error = failure(zipSync({ ...entries(), '_architecture.npy': text(JSON.stringify(architecture)) }));
    expect(error.message).toMatch(message);
    expect(error.where?.startsWith(NAME)).toBe(true);
  });

  it.each([
    ['not ended by NUL', 'ABCD', /not NUL/],
    ['too short', 'AB\0', /charset has 3 characters, but the last layer has 4/],
    ['wider than a byte', 'A\u20acB\0', /more than a byte/],
  ])('with a charset %s', (_name, charset, message) => {
    expect(failure(zipSync({ ...entries(), '_charset.npy': text(charset) })).message).toMatch(message);
  });

  it('with weights of another type says which type belongs there', () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (5,), }\n";
    const float = Uint8Array.from([
      ...text('').slice(0, 8),
      header.length,
      0,
      ...toBytes(header),
      ...new Array<number>(20),
    ]);
    expect(failure(zipSync({ ...entries(), 'fc1_bias.npy': float })).message).toMatch(/elements of type <f4/);
    expect(failure(zipSync({ ...entries(), 'fc1_bias.npy': entries()['fc1_weight.npy']! })).message).toBe(
      'fc1_bias is not int16',
    );
    expect(failure(zipSync({ ...entries(), 'fc1_weight.npy': entries()['fc1_bias.npy']! })).message).toBe(
      'fc1_weight is not int8',
    );
  });

  it('that would unpack to far more than a model is refused first', () => {
    const bomb = zipSync({ 'fc1_weight.npy': new Uint8Array(20 * 1024 * 1024) }, { level: 9 });
    expect(failure(bomb).message).toMatch(/would unpack to more than/);
  });
});

describeShared(
  'loading models of the original project',
  ['models/upstream-guess.npz', 'models/upstream-tinychat.npz'],
  () => {
    it.each([
      ['guess', [256, 192, 128, 11], 'ABEIMNOSWY\0'],
      ['tinychat', [256, 192, 128, 40], ' ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678!/?\0'],
    ])('%s loads', (name, widths, charset) => {
      const network = decodeModel(shared(`models/upstream-${name}.npz`), name);
      expect(network.layers.map((l) => l.outputs)).toEqual(widths);
      expect(network.charset.join('')).toBe(charset);
    });

    it('survive being saved by us', () => {
      const network = decodeModel(shared('models/upstream-guess.npz'), 'guess');
      expect(decodeModel(encodeModel(network), 'again')).toEqual(network);
    });

    it('are refused wherever they are cut off', () => {
      const whole = shared('models/upstream-guess.npz');
      for (let length = 0; length < whole.length; length += 997)
        expect(() => decodeModel(whole.slice(0, length), NAME)).toThrow(ModelError);
    });
  },
);
