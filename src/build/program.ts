/**
 * A network to a CP/M program, or to a mind that TALK loads: plan it, choose how each column is stored, lay its tables
 * out behind the firmware's code, assemble firmware/chat.
 */
import { checkNetwork, type Network } from '../model/network.js';
import { RefusedError } from '../seams/errors.js';
import { atOnce, type Slices } from '../seams/slices.js';
import { formatListing, formatSymbols, type SourceReader } from '../z80asm/index.js';
import { measureActivity, type Activity } from './activity.js';
import { assembleFirmware, formOf, modelInclude, modelStart, symbol, type Form } from './assemble-firmware.js';
import { cheapestFirst, formsSmallest, formsWith } from './choose.js';
import type { ColumnForm } from './column.js';
import { layFront } from './front.js';
import { layoutQuestions } from './samples.js';
import { DEFAULT_MAX_SIZE, LEAST_TRAINED_SIZE, MOST_SIZE } from '../model/limits.js';
import { layModel, type LayerBytes, type ModelData } from './model-data.js';
import { encodeMind, MIND_ORIGIN } from './mind.js';
import { planNetwork, type PlannedLayer } from './plan.js';
import { titleOf } from './texts.js';
import { planUnpacking, unpackingGains } from './unpack.js';

const TPA = 0x100;
/** A CP/M system of 64 KB with room for a BIOS of 3.5 KB: the TPA that free memory is told for. */
const USUAL_TPA_END = 0xdc00;
/** Behind the program, about (ram.asm). */
const BUFFERS = 3_072;

export type LayoutName = 'auto' | 'sparse' | 'packed';

export interface BuildOptions {
  layout?: LayoutName;
  /** The most bytes that the program may have. */
  maxSize?: number;
  /** The program's name in its banner; the model's own, where it has one, by default. */
  name?: string;
}

export interface ProgramSizes {
  /** Firmware code and texts. */
  code: number;
  layers: LayerBytes[];
  /** The tree of answers, which a closed model has. */
  tree: number;
  /** Page ends that nothing fitted into. */
  unused: number;
  /** The .COM; or the mind as it stands in memory. */
  program: number;
  /** Memory behind the program. */
  buffers: number;
  /** What a 64 KB system has left beside it. */
  freeTpa: number;
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
  program: Uint8Array;
  origin: number;
  symbols: Map<string, number>;
  /** Made when asked for: it takes longer than the build. */
  listing(): string;
  symbolFile(): string;
  sizes: ProgramSizes;
  choices: LayoutChoice[];
}

/** A mind: `program` is what stands in memory, at `origin`. */
export interface BuiltMind extends BuiltProgram {
  /** The .MND: header and program. */
  file: Uint8Array;
}

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
  return build(network, options, firmware, TPA);
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
  const higher = origin - TPA;
  const mostBytes = MOST_SIZE - higher;
  const wanted = options.layout ?? 'auto';
  const activity = measureActivity(network, layoutQuestions(network));
  yield;
  const form = formOf(network, origin !== TPA);
  const start = modelStart(firmware, form);
  // What a mind has more of code does not count, so that its model is stored, and as quick, as in its .COM.
  const more = form.mind ? start - higher - modelStart(firmware, { ...form, mind: false }) : 0;
  const allowed = options.maxSize ?? DEFAULT_MAX_SIZE;
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
        (bytes) => planUnpacking(gains, forms, USUAL_TPA_END - (start - higher - more) - bytes - BUFFERS),
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
    });
  return finishProgram(firmware, form, placed);
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

/** Of a program that is too large, in bytes. */
interface TooLarge {
  size: number;
  /** As small as this model's program can be. */
  packedSize: number;
  /** What of these does not count for `maxSize`. */
  more: number;
  allowed: number;
  /** What a Z80 has room for. */
  mostBytes: number;
}

function tooLarge({ size, packedSize, more, allowed, mostBytes }: TooLarge): RefusedError {
  const limit = Math.min(allowed, mostBytes);
  const ways = [
    ...(packedSize <= limit ? ['build with --layout auto'] : []),
    ...(size <= mostBytes ? [`allow more with --max-size ${size - more}`] : []),
    `train a smaller model, with --max-size ${Math.max(limit - more, LEAST_TRAINED_SIZE)}`,
  ];
  return new RefusedError(
    `the program has ${size} bytes, ${size - limit} more than the ${limit} ${limit === allowed ? 'allowed' : 'that a Z80 has room for'}`,
    { hint: ways.join(', or ') },
  );
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

function finishProgram(firmware: SourceReader, form: Form, { layers, forms, model, include }: Placed): BuiltProgram {
  const result = assembleFirmware(firmware, form, include, model.bytes);

  const held = model.layers.reduce((sum, l) => sum + l.weights + l.addresses + l.biases, 0);
  const ramEnd = symbol(result, 'ram_end');
  return {
    program: result.bytes,
    origin: result.origin,
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
      freeTpa: USUAL_TPA_END - ramEnd,
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
