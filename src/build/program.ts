/**
 * A network to a program for a machine, or to a mind that TALK loads: plan it, choose how each column is stored, lay its tables
 * out behind the firmware's code, assemble firmware/chat.
 */
import { checkNetwork, type Network } from '../model/network.js';
import { RefusedError } from '../seams/errors.js';
import { atOnce, type Slices } from '../seams/slices.js';
import { formatListing, formatSymbols, type SourceReader } from '../z80asm/index.js';
import { measureActivity, type Activity } from './activity.js';
import {
  assembleFirmware,
  formOf,
  modelInclude,
  modelStart,
  ramBytes,
  symbol,
  type Form,
} from './assemble-firmware.js';
import { cheapestFirst, formsSmallest, formsWith } from './choose.js';
import type { ColumnForm } from './column.js';
import { layFront } from './front.js';
import { layoutQuestions } from './samples.js';
import { CPM } from '../machines/cpm.js';
import type { Machine } from '../machines/machine.js';
import { LEAST_TRAINED_SIZE, MOST_SIZE } from '../model/limits.js';
import { layModel, type LayerBytes, type ModelData } from './model-data.js';
import { encodeMind, MIND_ORIGIN } from './mind.js';
import { planNetwork, type PlannedLayer } from './plan.js';
import { titleOf } from './texts.js';
import { planUnpacking, unpackingGains } from './unpack.js';

/** Behind the program, about (ram.asm). */
const BUFFERS = 3_072;

export type LayoutName = 'auto' | 'sparse' | 'packed';

export interface BuildOptions {
  layout?: LayoutName;
  /** The most bytes that the program may have. */
  maxSize?: number;
  /** The program's name in its banner; the model's own, where it has one, by default. */
  name?: string;
  /** What it is to run on: CP/M, by default. */
  machine?: Machine;
}

export interface ProgramSizes {
  /** Firmware code and texts. */
  code: number;
  layers: LayerBytes[];
  /** The tree of answers, which a closed model has. */
  tree: number;
  /** Page ends that nothing fitted into. */
  unused: number;
  /** The program, or the mind, as it stands in memory. */
  program: number;
  /** Memory behind the program. */
  buffers: number;
  /** What the machine has left beside it; of a CP/M, a usual one of 64 KB. */
  free: number;
}

/** How many columns of a layer are stored how. */
export interface LayoutChoice {
  layer: number;
  lists: number;
  packed: number;
  rows: number;
  pairs: number;
  bytes: number;
}

export interface BuiltProgram {
  /** As it stands in memory. */
  program: Uint8Array;
  origin: number;
  machine: Machine;
  /** As it is stored and sent: a .COM is the program itself, other machines' files are not. */
  file: Uint8Array;
  symbols: Map<string, number>;
  /** Made when asked for: it takes longer than the build. */
  listing(): string;
  symbolFile(): string;
  sizes: ProgramSizes;
  choices: LayoutChoice[];
}

/** A mind: its file is the .MND, header and program. */
export type BuiltMind = BuiltProgram;

/**
 * @param firmware reads sources by their path within firmware/
 * @throws ModelError where the network breaks the contract, RefusedError where the program is too large
 */
export function buildProgram(network: Network, options: BuildOptions, firmware: SourceReader): BuiltProgram {
  return atOnce(buildProgramSliced(network, options, firmware));
}

export function buildProgramSliced(
  network: Network,
  options: BuildOptions,
  firmware: SourceReader,
): Slices<BuiltProgram> {
  return build(network, options, firmware, options.machine?.memory.origin ?? CPM.memory.origin);
}

/**
 * The same for TALK. Neither the header nor the code that a .COM lacks counts for `maxSize`, so that the model is stored as
 * in its .COM.
 * @throws as buildProgram does
 */
export function buildMind(network: Network, options: BuildOptions, firmware: SourceReader): BuiltMind {
  const built = atOnce(build(network, options, firmware, MIND_ORIGIN));
  const end = built.origin + built.sizes.program + built.sizes.buffers;
  return { ...built, file: encodeMind(built.program, end, titleOf(network.about, options.name)) };
}

function* build(network: Network, options: BuildOptions, firmware: SourceReader, origin: number): Slices<BuiltProgram> {
  checkNetwork(network);
  const { machine = CPM } = options;
  const { memory } = machine;
  const higher = origin - memory.origin;
  const isMind = higher > 0;
  const wanted = options.layout ?? 'auto';
  const activity = measureActivity(network, layoutQuestions(network));
  yield;
  const form = formOf(network, machine, isMind);
  const start = modelStart(firmware, form);
  const mostBytes = memory.isFixed ? memory.end - origin - ramBytes(firmware, form, network) : MOST_SIZE - higher;
  // What a mind has more of code does not count, so that its model is stored, and as quick, as in its .COM.
  const more = isMind ? start - higher - modelStart(firmware, { ...form, mind: false, origin: memory.origin }) : 0;
  const allowed = options.maxSize ?? (memory.isFixed ? mostBytes : machine.programBytes);
  // What no Z80 has room for is no room to fill with lists either: a larger limit never builds less.
  const maxSize = Math.min(allowed + more, mostBytes);
  const placer = (layers: PlannedLayer[]): Placer => {
    const gains = unpackingGains(layers, activity);
    const front = network.closed && layFront(network.closed, layers[0]!, start);
    return (forms) => {
      const model = layModel(
        layers,
        forms,
        start,
        (bytes) => planUnpacking(gains, forms, memory.end - (start - higher - more) - bytes - BUFFERS),
        front,
      );
      const { text: include, bytes } = modelInclude(model.table, { ...network, name: options.name });
      return { layers, forms, model, include, size: start - origin + model.bytes.length + bytes };
    };
  };
  const packed = (): Placed => {
    const layers = planNetwork(network, { activity });
    return placer(layers)(formsSmallest(layers));
  };
  /** Filled with lists as far as the limit allows. */
  const fitted = function* (): Slices<Placed> {
    const layers = planNetwork(network, { activity, share: true });
    const place = placer(layers);
    yield;
    const sparse = place(formsWith(layers, []));
    if (wanted === 'sparse' || sparse.size <= maxSize) return sparse;
    return (yield* fit(layers, activity, maxSize, place)) ?? packed();
  };
  const placed = wanted === 'packed' ? packed() : yield* fitted();
  yield;
  if (placed.size > maxSize)
    throw tooLarge({
      size: placed.size,
      packedSize: (wanted === 'sparse' ? packed() : placed).size,
      more,
      allowed: allowed + more,
      mostBytes,
      machine,
    });
  return finishProgram(firmware, form, placed, options.name);
}

/** The least number of columns as bit masks with which the program fits; undefined where that is not enough. */
function* fit(layers: PlannedLayer[], activity: Activity, maxSize: number, place: Placer): Slices<Placed | undefined> {
  const order = cheapestFirst(layers, activity);
  let [tooFew, enough] = [0, order.length];
  let best = place(formsWith(layers, order));
  if (best.size > maxSize) return undefined;
  while (enough - tooFew > 1) {
    yield;
    const middle = (tooFew + enough) >> 1;
    const tried = place(formsWith(layers, order.slice(0, middle)));
    if (tried.size <= maxSize) [best, enough] = [tried, middle];
    else tooFew = middle;
  }
  return best;
}

/** The program is too large; `least` is what it has at the least, in bytes. */
export class TooLargeError extends RefusedError {
  constructor(
    message: string,
    readonly least: number,
    hint: string,
  ) {
    super(message, { hint });
  }
}

/** Of a program that is too large, in bytes. */
interface TooLarge {
  size: number;
  /** As small as this model's program can be. */
  packedSize: number;
  /** What of these does not count for `maxSize`. */
  more: number;
  allowed: number;
  /** What the machine has room for. */
  mostBytes: number;
  machine: Machine;
}

function tooLarge({ size, packedSize, more, allowed, mostBytes, machine }: TooLarge): TooLargeError {
  const limit = Math.min(allowed, mostBytes);
  const ways = [
    ...(packedSize <= limit ? ['build with --layout auto'] : []),
    ...(size <= mostBytes ? [`allow more with --max-size ${size - more}`] : []),
    `train a smaller model, with ${trainOption(machine, Math.max(limit - more, LEAST_TRAINED_SIZE))}`,
  ];
  return new TooLargeError(
    `the program has ${size} bytes, ${size - limit} more than the ${limit} ${limit < mostBytes ? 'allowed' : `that ${machine.memory.isFixed ? 'this machine' : 'a Z80'} has room for`}`,
    packedSize,
    ways.join(', or '),
  );
}

/** A machine of a size of its own has a limit of its own. */
function trainOption({ name, programBytes, memory }: Machine, bytes: number): string {
  return memory.isFixed && bytes >= programBytes ? `--machine ${name}` : `--max-size ${bytes}`;
}

/** A program whose every byte has its place; assembling it remains. */
interface Placed {
  layers: PlannedLayer[];
  forms: ColumnForm[][];
  model: ModelData;
  /** model.inc */
  include: string;
  /** Bytes of the .COM. */
  size: number;
}

/** Finds places for a plan's columns, stored as `forms` says. */
type Placer = (forms: ColumnForm[][]) => Placed;

function finishProgram(
  firmware: SourceReader,
  form: Form,
  { layers, forms, model, include }: Placed,
  name: string | undefined,
): BuiltProgram {
  const result = assembleFirmware(firmware, form, include, model.bytes);
  const { machine } = form;
  const { bytes: program, origin } = result;

  const held = model.layers.reduce((sum, l) => sum + l.weights + l.addresses + l.biases, 0);
  const ramEnd = symbol(result, 'ram_end');
  return {
    program,
    origin,
    machine,
    file: machine.file.encode({ bytes: program, origin, entry: origin }, name ?? ''),
    symbols: result.symbols,
    listing: () => formatListing(result),
    symbolFile: () => formatSymbols(result),
    sizes: {
      code: result.bytes.length - model.bytes.length,
      layers: model.layers,
      tree: model.tree,
      unused: model.bytes.length - held - model.tree,
      program: result.bytes.length,
      buffers: ramEnd - result.origin - result.bytes.length,
      free: machine.memory.end - ramEnd,
    },
    choices: layers.map((layer, index) => {
      const packed = forms[index]!.filter((form) => form === 'packed').length;
      const { weights, addresses, biases } = model.layers[index]!;
      return {
        layer: index + 1,
        lists: layer.columns.length - packed,
        packed,
        rows: layer.rows,
        pairs: layer.shared,
        bytes: weights + addresses + biases,
      };
    }),
  };
}
