/**
 * A network to a program for a machine, or to a mind that TALK loads: plan it, choose how each column is stored, lay its tables
 * out behind the firmware's code, assemble firmware/chat.
 */
import { checkNetwork, type Network } from '../model/network.js';
import { RefusedError } from '../seams/errors.js';
import { atOnce, type Slices } from '../seams/slices.js';
import { formatListing, formatSymbols, type SourceReader } from '../z80asm/index.js';
import { measureActivity, type Activity } from './activity.js';
import { assembleFirmware, codeBytes, formOf, modelInclude, ramBytes, symbol, type Form } from './assemble-firmware.js';
import { cheapestFirst, formsSmallest, formsWith } from './choose.js';
import type { ColumnForm } from './column.js';
import { layFront, type Front } from './front.js';
import type { LayoutName } from './layout-names.js';
import { layoutQuestions } from './samples.js';
import { CPM } from '../machines/cpm.js';
import type { Image, Machine } from '../machines/machine.js';
import { LEAST_TRAINED_SIZE, MOST_SIZE } from '../model/limits.js';
import { layModel, type LayerBytes, type ModelData } from './model-data.js';
import { encodeMind, MIND_ORIGIN } from './mind.js';
import { codeFirst, frontFirst, PAGE, wholePages, type Places } from './places.js';
import { planNetwork, type PlannedLayer } from './plan.js';
import { titleOf } from './texts.js';
import { planUnpacking, unpackingGains } from './unpack.js';

/** Behind the program, about (ram.asm). */
const BUFFERS = 3_072;

export type { LayoutName };

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
  /** The same, and where it is entered. */
  image: Image;
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
  return build(network, options, firmware);
}

/**
 * The same for TALK. Neither the header nor the code that a .COM lacks counts for `maxSize`, so that the model is stored as
 * in its .COM.
 * @throws as buildProgram does
 */
export function buildMind(network: Network, options: BuildOptions, firmware: SourceReader): BuiltMind {
  const built = atOnce(build(network, options, firmware, true));
  const end = built.origin + built.sizes.program + built.sizes.buffers;
  return { ...built, file: encodeMind(built.program, end, titleOf(network.about, options.name)) };
}

function* build(network: Network, options: BuildOptions, firmware: SourceReader, isMind = false): Slices<BuiltProgram> {
  checkNetwork(network);
  const { machine = CPM } = options;
  const { memory } = machine;
  const origin = isMind ? MIND_ORIGIN : memory.origin;
  const higher = origin - memory.origin;
  const isFrontFirst = memory.hotFrom !== undefined;
  const wanted = options.layout ?? 'auto';
  const activity = measureActivity(network, layoutQuestions(network));
  yield;
  const form = formOf(network, machine, isMind);
  const code = codeBytes(firmware, form);
  const ram = ramBytes(firmware, form, network);
  // Code behind the front is moved to a page.
  const room = memory.end - origin - ram - (isFrontFirst ? PAGE - 1 : 0);
  const mostBytes = memory.isFixed ? room : MOST_SIZE - higher;
  // What a mind has more of code does not count, so that its model is stored, and as quick, as in its .COM.
  const more = isMind ? code - codeBytes(firmware, { ...form, mind: false }) : 0;
  const allowed = options.maxSize ?? (memory.isFixed ? mostBytes : machine.programBytes);
  // What no Z80 has room for is no room to fill with lists either: a larger limit never builds less.
  const maxSize = Math.min(allowed + more, mostBytes);
  const frontAt = (layers: PlannedLayer[], at: number): Front | undefined =>
    network.closed && layFront(network.closed, layers[0]!, at);
  const placesFor = (layers: PlannedLayer[], free: number): Places => {
    const front = frontAt(layers, 0)?.bytes.length ?? 0;
    return isFrontFirst ? frontFirst(memory, { code, front }, free) : codeFirst(origin, { code, front });
  };
  /** @param free as of `frontFirst` */
  const placer = (layers: PlannedLayer[], free = 0): Placer => {
    const gains = unpackingGains(layers, activity);
    const places = placesFor(layers, free);
    const front = frontAt(layers, places.front);
    return (forms) => {
      const model = layModel(
        layers,
        forms,
        places.rest,
        (bytes) => planUnpacking(gains, forms, memory.end - (places.rest - higher - more) - bytes - BUFFERS),
        front,
      );
      const { text: include, bytes } = modelInclude(model.table, { ...network, name: options.name });
      const end = places.rest + model.bytes.length + bytes;
      return { layers, forms, model, include, places, size: end - places.origin };
    };
  };
  /** What is left of memory brings the code up to where it is fast. */
  const raised = (placed: Placed): Placed => {
    const free = memory.end - ram - wholePages(placed.places.origin + placed.size);
    return isFrontFirst ? placer(placed.layers, free)(placed.forms) : placed;
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
  return finishProgram(firmware, form, raised(placed), titleOf(network.about, options.name));
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
  return memory.isFixed && bytes >= programBytes
    ? `--machine ${name}, and not in fewer epochs than usual`
    : `--max-size ${bytes}`;
}

/** A program whose every byte has its place; assembling it remains. */
interface Placed {
  layers: PlannedLayer[];
  forms: ColumnForm[][];
  model: ModelData;
  places: Places;
  /** model.inc */
  include: string;
  /** Bytes of the program. */
  size: number;
}

/** Finds places for a plan's columns, stored as `forms` says. */
type Placer = (forms: ColumnForm[][]) => Placed;

function finishProgram(
  firmware: SourceReader,
  form: Form,
  { layers, forms, model, include, places }: Placed,
  title: string,
): BuiltProgram {
  const { code: entry } = places;
  const front = places.front < entry ? places.front : undefined;
  const result = assembleFirmware(firmware, form, { code: entry, front }, include, model);
  const { machine } = form;
  const { bytes: program, origin } = result;
  const image: Image = { bytes: program, origin, entry };

  const data = model.front.length + model.bytes.length;
  const held = model.layers.reduce((sum, l) => sum + l.weights + l.addresses + l.biases, 0);
  const ramEnd = symbol(result, 'ram_end');
  return {
    program,
    origin,
    image,
    machine,
    file: machine.file.encode(image, title),
    symbols: result.symbols,
    listing: () => formatListing(result),
    symbolFile: () => formatSymbols(result),
    sizes: {
      code: result.bytes.length - data,
      layers: model.layers,
      tree: model.tree,
      unused: data - held - model.tree,
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
