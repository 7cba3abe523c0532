/**
 * The sources in firmware/chat and a model's tables to a program.
 *
 * The model's data stands behind all code that is the same for every model, so where it begins is known once the
 * firmware has been assembled with any model at all; but for its front, where that stands before the code (places.ts).
 */
import { answerTree } from '../model/answer-tree.js';
import { LEAST_BUCKETS, isLively } from '../model/closed-set.js';
import type { Network } from '../model/network.js';
import { typed } from '../model/question.js';
import { AsmError } from '../seams/errors.js';
import { assemble, formatDiagnostic, type AssemblyResult, type SourceReader } from '../z80asm/index.js';
import * as column from './column.js';
import { lettersInclude } from './letters.js';
import type { Machine } from '../machines/machine.js';
import { MIND_CONSTANTS, MIND_ORIGIN } from './mind.js';
import { LAYER_ENTRY_BYTES, type ModelConstants, type ModelData, type ModelTable } from './model-data.js';
import { wholePages } from './places.js';
import { sampleQuestions } from './samples.js';
import { MAX_QUESTION } from './plan.js';
import * as sparse from './sparse-columns.js';
import { bannerBytes, byteLines } from './texts.js';
import { KINDS, NO_VOICE_CONSTANTS, TEXT_CODES } from './voice-data.js';

/** What the program says and can say. */
export type Texts = Pick<Network, 'charset' | 'about' | 'closed'> & { name: string | undefined };

/** Any values will do to learn where the model begins: none changes the length of the code. */
const NO_CONSTANTS: ModelConstants = {
  FIRST_COLUMNS: 0,
  FIRST_MASK_ROWS: 0,
  FIRST_BLOCKS: 0,
  FIRST_ROWS: 0,
  FIRST_SKIPPED: 0,
  FIRST_LIMIT: 0,
  FIRST_COUNTS: 0,
  FIRST_REST: 0,
  LAYERS: 1,
};
const NO_BYTES = new Uint8Array(0);
const NO_DATA = { front: NO_BYTES, bytes: NO_BYTES };
const NO_CLOSED_CONSTANTS: ModelConstants = {
  ...NO_CONSTANTS,
  BUCKETS: LEAST_BUCKETS,
  FIRST_FITS: 0,
  FIRST_HIGHS: 0,
  FIRST_PLACES: 1,
  FORKS: 1,
  FORKS_AT: 0,
  MARGIN: 0,
  UNKNOWN_AT: 0,
  ...NO_VOICE_CONSTANTS,
};

/** The forms of the firmware. */
export interface Form {
  /** For a model of a closed set of answers, not for one that spells. */
  closed: boolean;
  /** For one with a voice of its own, one that remembers, and one that plays a game. */
  voice: boolean;
  memory: boolean;
  game: boolean;
  /** A mind that TALK loads, not a program. */
  mind: boolean;
  machine: Machine;
}

/** What is the same for all models of a form: learnt by assembling the firmware with no model at all. */
interface Bare {
  /** Bytes of the code, up to where the model's data begins. */
  code: number;
  /** Bytes of memory behind the program, from the beginning of a page on. */
  ram: number;
}

/** For each set of sources, by form. */
const known = new WeakMap<SourceReader, Map<string, Bare>>();

function bareFirmware(firmware: SourceReader, form: Form, forks: number): Bare {
  const forms = known.get(firmware) ?? new Map<string, Bare>();
  known.set(firmware, forms);
  const key = `${form.machine.name} ${forks} ${formInclude(form)}`;
  let bare = forms.get(key);
  if (bare === undefined) {
    const constants = form.closed ? { ...NO_CLOSED_CONSTANTS, FORKS: forks } : NO_CONSTANTS;
    const { text } = modelInclude({ constants, entries: [] }, { charset: ['\0'], about: {}, name: '' });
    // Any page will do to learn how long the code is.
    const code = form.mind ? MIND_ORIGIN : form.machine.memory.origin;
    const result = assembleFirmware(firmware, form, { code, front: undefined }, text, NO_DATA);
    checkConstants(result, form);
    bare = { code: symbol(result, 'model') - code, ram: symbol(result, 'ram_end') - symbol(result, 'ram') };
    forms.set(key, bare);
  }
  return bare;
}

/** Bytes of the code, up to where the model's data begins. */
export function codeBytes(firmware: SourceReader, form: Form): number {
  return bareFirmware(firmware, form, 1).code;
}

/** Bytes of memory that its program needs behind itself, however little of its last page it fills. */
export function ramBytes(firmware: SourceReader, form: Form, { closed }: Network): number {
  const { ram } = bareFirmware(firmware, form, closed && answerTree(closed).forks.length > 1 ? 2 : 1);
  // A program that ends in the middle of a page leaves its rest unused: only whole pages count.
  return wholePages(ram);
}

/** The text of model.inc, and how many bytes it makes beside the data in model.bin. */
export function modelInclude(table: ModelTable, texts: Texts): { text: string; bytes: number } {
  const charset = texts.charset.map((c) => c.charCodeAt(0) & 0xff);
  const banner = bannerBytes(texts.about, texts.name);
  const timed = typed(sampleQuestions(texts.about)[0]!);
  const text = [
    '; Made by src/build from the model; not a file to edit.',
    'model:',
    '            incbin "model.bin"',
    ...Object.entries(table.constants).map(([name, value]) => `${name} equ ${value}`),
    `CHARSET_LENGTH equ ${charset.length}`,
    'layer_table:',
    ...table.entries.flat(),
    'charset:',
    ...byteLines(charset),
    'text_banner:',
    ...byteLines(banner),
    `TIMED_LENGTH equ ${timed.length}`,
    'text_timed:',
    ...byteLines([...timed]),
    '',
  ].join('\n');
  return { text, bytes: LAYER_ENTRY_BYTES * table.entries.length + charset.length + banner.length + timed.length };
}

/** @param mind whether it is for TALK */
export function formOf({ closed }: Network, machine: Machine, mind: boolean): Form {
  return {
    machine,
    closed: closed !== undefined,
    voice: closed !== undefined && isLively(closed),
    memory: closed?.memory === true,
    game: closed?.game !== undefined,
    mind,
  };
}

function formInclude({ closed, voice, memory, game, mind, machine }: Form): string {
  const flags = { CLOSED: closed, VOICE: voice, MEMORY: memory, GAME: game, SHELL: mind };
  return equates({ ...flags, MEMORY_END: machine.memory.end });
}

function placesInclude({ code, front }: FirmwarePlaces): string {
  return equates({ ORIGIN: code, FRONT_FIRST: front !== undefined, FRONT: front ?? 0 });
}

function equates(values: Record<string, number | boolean>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} equ ${Number(value)}\n`)
    .join('');
}

/** What the firmware includes as its host. */
const hostInclude = ({ machine }: Form): string => `            include "../hosts/${machine.host}"\n`;

/** Addresses of what is assembled. */
export interface FirmwarePlaces {
  code: number;
  /** Of the model's front, where it does not stand behind the code. */
  front: number | undefined;
}

/** @throws AsmError where firmware/chat was changed or is incomplete */
export function assembleFirmware(
  firmware: SourceReader,
  form: Form,
  places: FirmwarePlaces,
  include: string,
  model: Pick<ModelData, 'front' | 'bytes'>,
): AssemblyResult {
  const isFrontFirst = places.front !== undefined;
  const data = new Map([
    ['chat/front.bin', isFrontFirst ? model.front : NO_BYTES],
    ['chat/model.bin', isFrontFirst ? model.bytes : Uint8Array.from([...model.front, ...model.bytes])],
  ]);
  const made = new Map([
    ['chat/model.inc', include],
    ['chat/form.inc', formInclude(form) + placesInclude(places)],
    ['chat/host.inc', hostInclude(form)],
    ['chat/letters.inc', lettersInclude()],
  ]);
  const result = assemble({
    main: 'chat/chat.asm',
    format: 'bin',
    readText: (path) => made.get(path) ?? firmware.readText(path),
    readBinary: (path) => data.get(path) ?? firmware.readBinary(path),
  });
  mustAssemble(result, 'firmware/chat');
  return result;
}

/** TALK. @throws AsmError where firmware/talk was changed or is incomplete */
export function assembleShell(firmware: SourceReader): AssemblyResult {
  const result = assemble({ main: 'talk/talk.asm', format: 'com', ...firmware });
  mustAssemble(result, 'firmware/talk');
  expectConstants(result, MIND_CONSTANTS, 'firmware/shared');
  return result;
}

function mustAssemble({ ok, diagnostics }: AssemblyResult, where: string): void {
  if (ok) return;
  const errors = diagnostics.filter((d) => d.severity === 'error');
  throw new AsmError(`the firmware does not assemble:\n${errors.map(formatDiagnostic).join('\n')}`, {
    where,
    hint: `a file in ${where} was changed or is missing: restore it, or install the package again`,
  });
}

/** What column.ts, sparse-columns.ts and plan.ts took for granted must be what the firmware says. */
function checkConstants(result: AssemblyResult, form: Form): void {
  const expected = {
    ...(form.closed && { LIST_MOST: sparse.LIST_MOST, LONG: sparse.LONG }),
    ...(form.voice && { ...KINDS, ...TEXT_CODES }),
    ...(form.mind && MIND_CONSTANTS),
    WALK_STEPS: column.WALK_STEPS,
    STEP_BYTES: column.STEP_BYTES,
    COLUMN_MORE: column.COLUMN_MORE,
    COLUMN_LINK: column.COLUMN_LINK,
    COLUMN_SIGNS: column.COLUMN_SIGNS,
    COLUMN_TWOS: column.COLUMN_TWOS,
    COLUMN_FULL: column.COLUMN_FULL,
    MAX_LINE: MAX_QUESTION,
    DESC_SIZE: LAYER_ENTRY_BYTES,
  };
  expectConstants(result, expected, 'firmware/chat');
}

function expectConstants(result: AssemblyResult, expected: Readonly<Record<string, number>>, where: string): void {
  for (const [name, value] of Object.entries(expected))
    if (symbol(result, name) !== value)
      throw new AsmError(`${name} is ${symbol(result, name)} in the firmware, ${value} in src/build`, {
        where,
        hint: 'the two describe one format: change both or neither',
      });
}

export function symbol(result: AssemblyResult, name: string): number {
  const value = result.symbols.get(name);
  if (value === undefined)
    throw new AsmError(`the firmware does not define ${name}`, {
      where: 'firmware/chat',
      hint: 'a file in firmware/chat was changed: restore it, or install the package again',
    });
  return value;
}
