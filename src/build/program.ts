/**
 * A network to a CP/M program: plan it, choose how each column is stored, lay its tables out behind the firmware's
 * code, assemble firmware/chat.
 *
 * It is assembled twice: once without the model, to learn where the code ends and so where the tables begin.
 */
import { checkNetwork, type Network } from '../model/network.js';
import { AsmError, RefusedError } from '../seams/errors.js';
import { assemble, formatDiagnostic, formatListing, formatSymbols } from '../z80asm/index.js';
import type { AssemblyResult, SourceReader } from '../z80asm/index.js';
import * as column from './column.js';
import { layModel, type LayerBytes, type ModelData } from './model-data.js';
import { MAX_QUESTION, planNetwork, type PlannedLayer } from './plan.js';
import { bannerLines, byteLines } from './texts.js';

/** The design's promise: a model that this tool trained becomes a program of at most this. */
export const DEFAULT_MAX_SIZE = 40_960;
const TPA = 0x100;
/** Program, buffers and the smallest system within 64 KB. */
const MOST_BYTES = 52_992;
/** A CP/M system of 64 KB with room for a BIOS of 3.5 KB: the TPA that free memory is told for. */
const USUAL_TPA_END = 0xdc00;

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
  /** Page ends that nothing fitted into. */
  unused: number;
  /** The .COM. */
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
  listing: string;
  symbolFile: string;
  sizes: ProgramSizes;
  choices: LayoutChoice[];
}

/**
 * @param firmware reads sources by their path within firmware/
 * @throws ModelError where the network breaks the contract, RefusedError where the program is too large
 */
export function buildProgram(network: Network, options: BuildOptions, firmware: SourceReader): BuiltProgram {
  checkNetwork(network);
  const maxSize = options.maxSize ?? DEFAULT_MAX_SIZE;
  const wanted = options.layout ?? 'auto';
  const attempt = (layout: 'sparse' | 'packed'): Placed => {
    const layers = planNetwork(network, { share: layout === 'sparse' });
    const form: column.ColumnForm = layout === 'sparse' ? 'lists' : 'packed';
    const forms = layers.map((layer) => layer.columns.map(() => form));
    return placeProgram(network, options, firmware, layers, forms);
  };
  let placed = attempt(wanted === 'packed' ? 'packed' : 'sparse');
  if (wanted === 'auto' && placed.size > maxSize) placed = attempt('packed');
  if (placed.size > Math.min(maxSize, MOST_BYTES)) throw tooLarge(placed.size, maxSize, wanted);
  return finishProgram(network, options, firmware, placed);
}

function tooLarge(size: number, maxSize: number, wanted: LayoutName): RefusedError {
  const packed = wanted === 'sparse' ? 'build with --layout auto or packed, ' : '';
  const allow = size <= MOST_BYTES ? `allow more with --max-size ${size}, or ` : '';
  const limit = Math.min(maxSize, MOST_BYTES);
  return new RefusedError(
    `the program has ${size} bytes, ${size - limit} more than the ${limit} ${limit === maxSize ? 'allowed' : 'that a Z80 has room for'}`,
    { hint: `${packed}${allow}train a smaller model, such as --hidden 192,128` },
  );
}

/** A program whose every byte has its place; assembling it remains. */
interface Placed {
  layers: PlannedLayer[];
  forms: column.ColumnForm[][];
  model: ModelData;
  /** Where the model's data begins. */
  start: number;
  /** Bytes of the .COM. */
  size: number;
}

function assembleWith(
  network: Network,
  options: BuildOptions,
  firmware: SourceReader,
  model: ModelData,
): AssemblyResult {
  const files = new Map<string, string | Uint8Array>([
    ['chat/model.inc', modelInclude(network, options, model)],
    ['chat/model.bin', model.bytes],
  ]);
  const result = assemble({
    main: 'chat/chat.asm',
    format: 'com',
    readText: (path) => (files.has(path) ? (files.get(path) as string) : firmware.readText(path)),
    readBinary: (path) => (files.has(path) ? (files.get(path) as Uint8Array) : firmware.readBinary(path)),
  });
  if (!result.ok) {
    const errors = result.diagnostics.filter((d) => d.severity === 'error');
    throw new AsmError(`the firmware does not assemble:\n${errors.map(formatDiagnostic).join('\n')}`, {
      where: 'firmware/chat',
      hint: 'a file in firmware/chat was changed or is missing: restore it, or install the package again',
    });
  }
  return result;
}

function placeProgram(
  network: Network,
  options: BuildOptions,
  firmware: SourceReader,
  layers: PlannedLayer[],
  forms: column.ColumnForm[][],
): Placed {
  const nowhere = layModel(layers, forms, TPA);
  const code = assembleWith(network, options, firmware, { ...nowhere, bytes: new Uint8Array(0) });
  checkConstants(code);
  const start = symbol(code, 'model');
  const model = layModel(layers, forms, start);
  return { layers, forms, model, start, size: start - TPA + model.bytes.length };
}

function finishProgram(
  network: Network,
  options: BuildOptions,
  firmware: SourceReader,
  { layers, forms, model, start }: Placed,
): BuiltProgram {
  const result = assembleWith(network, options, firmware, model);

  const code = start - result.origin;
  const held = model.layers.reduce((sum, l) => sum + l.weights + l.addresses + l.biases, 0);
  const ramEnd = symbol(result, 'ram_end');
  return {
    program: result.bytes,
    origin: result.origin,
    symbols: result.symbols,
    listing: formatListing(result),
    symbolFile: formatSymbols(result),
    sizes: {
      code,
      layers: model.layers,
      unused: model.bytes.length - held,
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

function modelInclude(network: Network, options: BuildOptions, model: ModelData): string {
  const charset = network.charset.map((c) => c.charCodeAt(0) & 0xff);
  return [
    '; Made by src/build from the model; not a file to edit.',
    `CHARSET_LENGTH equ ${charset.length}`,
    ...model.lines,
    'charset:',
    ...byteLines(charset),
    'text_banner:',
    ...bannerLines(network.about, options.name),
    'model:',
    '            incbin "model.bin"',
    '',
  ].join('\n');
}

/** What column.ts and plan.ts took for granted must be what the firmware says. */
function checkConstants(result: AssemblyResult): void {
  const expected = {
    WALK_STEPS: column.WALK_STEPS,
    STEP_BYTES: column.STEP_BYTES,
    COLUMN_MORE: column.COLUMN_MORE,
    COLUMN_LINK: column.COLUMN_LINK,
    COLUMN_PACKED: column.COLUMN_PACKED,
    MAX_LINE: MAX_QUESTION,
  };
  for (const [name, value] of Object.entries(expected))
    if (symbol(result, name) !== value)
      throw new AsmError(`${name} is ${symbol(result, name)} in the firmware, ${value} in src/build`, {
        where: 'firmware/chat',
        hint: 'the two describe one format: change both or neither',
      });
}

function symbol(result: AssemblyResult, name: string): number {
  const value = result.symbols.get(name);
  if (value === undefined)
    throw new AsmError(`the firmware does not define ${name}`, {
      where: 'firmware/chat',
      hint: 'a file in firmware/chat was changed: restore it, or install the package again',
    });
  return value;
}
