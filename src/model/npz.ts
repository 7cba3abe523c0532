/**
 * A model on disk: a .npz file with the keys of the original Z80-μLM project (docs/design.md), so that its
 * models load here and ours load there, plus our own `_about`.
 *
 *     fc1_weight int8 [out, in]   fc1_bias int16 [out]   fc2_weight …   _architecture  _charset  _about
 *
 * A closed model (format version 2, or 3 with memory, a voice or a game) has `_closed` instead of `_charset`: JSON with `version`, and what ClosedSet has.
 *
 * Writing is deterministic: entries in a fixed order with a fixed date, so equal models are equal files.
 */
import { zipSync, type Zippable } from 'fflate';
import { z } from 'zod';
import { utf8 } from '../seams/bytes.js';
import { ModelError } from '../seams/errors.js';
import { ClosedSetSchema } from './closed-schema.js';
import { isLively, type ClosedSet } from './closed-set.js';
import { INPUT_SIZE, checkNetwork, type Layer, type ModelAbout, type Network } from './network.js';
import { decodeNpy, encodeNpy, type NpyArray } from './npy.js';
import { readZip } from './zip.js';

/** Far above any model of ours (150 KB); a file that unpacks to more is refused before it is unpacked. */
const MAX_UNPACKED = 16 * 1024 * 1024;
/** The earliest date a zip entry can have, in local time, as zip has no time zones. */
const ZIP_EPOCH = new Date(1980, 0, 1);

const Architecture = z.object({
  input_size: z.number().int(),
  hidden_sizes: z.array(z.number().int()),
  num_classes: z.number().int(),
});

/** Format versions of closed models: 3 has memory, a voice or a game, which a program that knows 2 must not leave out. */
const PLAIN = 2;
const LIVELY = 3;

const Version = z.looseObject({ version: z.number() });

const About = z.object({
  name: z.string().optional(),
  description: z.string().optional(),
  examples: z.array(z.string()).optional(),
  training: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/**
 * @param where the file's name, for messages
 * @throws ModelError naming the file and what is wrong: not a zip, damaged (zip.ts), a key missing, weights or widths out of range
 */
export function decodeModel(file: Uint8Array, where: string): Network {
  const arrays = unpack(file, where);
  const array = (key: string): NpyArray => {
    const entry = arrays.get(`${key}.npy`);
    if (!entry) {
      const names = [...arrays.keys()].map((name) => name.replace(/\.npy$/, ''));
      throw new ModelError(`the model has no ${key}`, {
        where,
        hint: `it holds ${names.slice(0, 12).join(', ') || 'nothing'}; a model needs fc1_weight, fc1_bias, …, _architecture and _charset`,
      });
    }
    return decodeNpy(entry, `${where}: ${key}`);
  };
  const architecture = json(array('_architecture'), Architecture, `${where}: _architecture`);
  const closed = arrays.has('_closed.npy') ? closedSet(array('_closed'), where) : undefined;
  if (!closed && architecture.input_size !== INPUT_SIZE)
    throw new ModelError(`the model takes ${architecture.input_size} inputs`, {
      where,
      hint: `the encoders give ${INPUT_SIZE}: 128 query and 128 context buckets`,
    });
  const widths = [...architecture.hidden_sizes, architecture.num_classes];
  const layers = widths.map((outputs, index) => {
    const inputs = index ? widths[index - 1]! : architecture.input_size;
    return layer(array, index + 1, inputs, outputs, where);
  });
  const charset = closed ? [] : [...text(array('_charset'), `${where}: _charset`)];
  const wide = charset.find((c) => c.codePointAt(0)! > 0xff);
  if (wide) throw new ModelError(`the charset holds ${JSON.stringify(wide)}, which is more than a byte`, { where });
  const about = arrays.has('_about.npy') ? json(array('_about'), About, `${where}: _about`) : {};
  const network: Network = { layers, charset, ...(closed && { closed }), about: about as ModelAbout };
  checkNetwork(network, where);
  return network;
}

/** The model as the bytes of a .npz file. */
export function encodeModel(network: Network): Uint8Array {
  checkNetwork(network);
  const arrays: [string, NpyArray][] = [];
  network.layers.forEach((l, index) => {
    arrays.push([`fc${index + 1}_weight`, { shape: [l.outputs, l.inputs], data: l.weights }]);
    arrays.push([`fc${index + 1}_bias`, { shape: [l.outputs], data: l.biases }]);
  });
  const widths = network.layers.map((l) => l.outputs);
  const { closed } = network;
  const architecture = {
    input_size: network.layers[0]!.inputs,
    hidden_sizes: widths.slice(0, -1),
    num_classes: widths.at(-1),
  };
  arrays.push(['_architecture', bytes(JSON.stringify(architecture))]);
  if (closed)
    arrays.push(['_closed', bytes(JSON.stringify({ version: isLively(closed) ? LIVELY : PLAIN, ...closed }))]);
  else arrays.push(['_charset', bytes(network.charset.join(''))]);
  arrays.push(['_about', bytes(JSON.stringify(network.about))]);
  const entries: Zippable = {};
  // A closed model's first layer is nearly all zeros: some 25 KB instead of 200 and more. Of a free one every byte stays as it was.
  const level = closed ? 9 : 0;
  for (const [key, array] of arrays) entries[`${key}.npy`] = [encodeNpy(array), { level, mtime: ZIP_EPOCH }];
  return zipSync(entries);
}

function unpack(file: Uint8Array, where: string): Map<string, Uint8Array> {
  if (file.length < 4 || file[0] !== 0x50 || file[1] !== 0x4b)
    throw new ModelError(file.length === 0 ? 'the file is empty' : 'this is not a .npz file (no zip signature)', {
      where,
      hint: 'give a model that `z80lm train -o` wrote, or one of the original project saved as .npz',
    });
  try {
    return readZip(file, MAX_UNPACKED);
  } catch (cause) {
    throw new ModelError(`the .npz file is damaged or cut off: ${(cause as Error).message}`, {
      where,
      hint: 'copy the file again, or train again: `z80lm train` writes files whole or not at all',
      cause,
    });
  }
}

function layer(array: (key: string) => NpyArray, n: number, inputs: number, outputs: number, where: string): Layer {
  const weights = array(`fc${n}_weight`);
  const biases = array(`fc${n}_bias`);
  if (!(weights.data instanceof Int8Array)) throw new ModelError(`fc${n}_weight is not int8`, { where });
  if (!(biases.data instanceof Int16Array)) throw new ModelError(`fc${n}_bias is not int16`, { where });
  const expected = [outputs, inputs];
  if (weights.shape.length !== 2 || weights.shape.some((size, i) => size !== expected[i]))
    throw new ModelError(`fc${n}_weight has shape (${weights.shape.join(', ')})`, {
      where,
      hint: `the model's own _architecture says (${expected.join(', ')})`,
    });
  return { inputs, outputs, weights: weights.data, biases: biases.data };
}

/** @throws ModelError naming a version that is not known here */
function closedSet(array: NpyArray, where: string): ClosedSet {
  const { version } = json(array, Version, `${where}: _closed`);
  if (version !== PLAIN && version !== LIVELY)
    throw new ModelError(`the model has format version ${version}; this program knows 1, ${PLAIN} and ${LIVELY}`, {
      where,
      hint: 'a newer z80lm wrote it: update this one, or train the model again',
    });
  return json(array, ClosedSetSchema, `${where}: _closed`) as ClosedSet;
}

function bytes(value: string): NpyArray {
  const data = utf8(value);
  return { shape: [data.length], data };
}

function text(array: NpyArray, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(array.data));
  } catch (cause) {
    throw new ModelError('this is not UTF-8 text', { where, cause });
  }
}

function json<T>(array: NpyArray, schema: z.ZodType<T>, where: string): T {
  try {
    return schema.parse(JSON.parse(text(array, where)));
  } catch (cause) {
    throw new ModelError('this is not the JSON that belongs here', { where, cause });
  }
}
