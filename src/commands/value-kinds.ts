/**
 * What a placeholder of --help stands for, `<machine>` or `[model]`, for completion: the values that there are, or the files
 * that fit. A placeholder means the same wherever it stands. An option that names its choices needs no row here.
 */
import { LAYOUT_NAMES } from '../build/layout-names.js';
import { DEFAULT_BAUD, FLOWS, PULSE_LINES, STOP_BITS } from '../link/serial-options.js';
import { DRIVER_NAMES } from '../transfer/drivers/names.js';
import { SHIPPED_MODELS, SHIPPED_SETS, SMALL_MODELS } from './shipped-data.js';

/** A value, and a word about it. */
export type Offer = readonly [value: string, words: string];

export interface ValueKind {
  offers?: () => Offer[] | Promise<Offer[]>;
  /** Endings of the files that fit, in small letters and without the dot; `any`, or folders only. */
  files?: readonly string[] | 'any' | 'folders';
}

const plain = (values: readonly (string | number)[], words = ''): Offer[] =>
  values.map((value) => [String(value), words]);

const ANY_FILE: ValueKind = { files: 'any' };
const FOLDER: ValueKind = { files: 'folders' };
/** A number, a name, a text: nobody knows it but the user. */
const FREE: ValueKind = {};

/** Boards' usual speeds, the usual one first. */
const BAUD_RATES = [DEFAULT_BAUD, 57_600, 38_400, 19_200, 9_600, 4_800, 2_400, 1_200, 300];

async function machines(): Promise<Offer[]> {
  const { MACHINES } = await import('../machines/index.js');
  return MACHINES.map(({ name, title }) => [name, title]);
}

async function clocks(): Promise<Offer[]> {
  const { MACHINES } = await import('../machines/index.js');
  return [...new Set(MACHINES.map(({ clockHz }) => `${clockHz / 1e6}MHz`))].map((clock) => [clock, '']);
}

async function ports(): Promise<Offer[]> {
  const { listPorts } = await import('../link/port-list.js');
  const words = ({ adapter, maker, product }: Awaited<ReturnType<typeof listPorts>>[number]): string =>
    adapter?.name ?? [maker, product].filter(Boolean).join(' ');
  return (await listPorts()).map((port) => [port.path, words(port)]);
}

export const VALUE_KINDS: Readonly<Record<string, ValueKind>> = {
  // Values that there are.
  board: {
    offers: () => plain(['auto', ...DRIVER_NAMES]),
    files: ['json'],
  },
  bits: { offers: () => plain(STOP_BITS) },
  chip: { offers: () => plain(['acia', 'sio']) },
  control: { offers: () => plain(FLOWS) },
  firmware: { offers: async () => plain((await import('../emu/board/personality.js')).FIRMWARE_KINDS) },
  frequency: { offers: clocks },
  layout: { offers: () => plain(LAYOUT_NAMES) },
  machine: { offers: machines },
  port: { offers: ports, files: 'any' },
  rate: { offers: () => plain(BAUD_RATES, 'bits a second') },
  signal: { offers: () => plain(PULSE_LINES) },
  terminal: { offers: async () => plain((await import('../terminal/dialects.js')).TERMINALS) },
  // Files that fit.
  image: { files: ['img', 'dsk', 'ide', 'bin'] },
  '[letter=]image': { files: ['img', 'dsk', 'ide', 'bin'] },
  ckpt: { files: ['ckpt'] },
  data: { offers: () => plain(SHIPPED_SETS, 'comes with z80lm'), files: ['txt'] },
  listing: { files: ['lst'] },
  model: {
    offers: () => plain([...SHIPPED_MODELS, ...SMALL_MODELS.map(({ name }) => name)], 'comes with z80lm'),
    files: ['npz'],
  },
  npz: { files: ['npz'] },
  program: { files: ['com', 'hex', 'tap', 'bin'] },
  'program|mind': { files: ['com', 'hex', 'mnd'] },
  prompts: { files: ['prompts', 'txt', 'json'] },
  questions: { files: ['txt'] },
  source: { files: ['asm', 'z80', 'mac'] },
  spec: { offers: () => plain(SHIPPED_SETS, 'comes with z80lm'), files: ['spec'] },
  symbols: { files: ['sym'] },
  timing: { files: ['json'] },
  // Any file, or folder.
  dir: FOLDER,
  file: ANY_FILE,
  'file|words': ANY_FILE,
  folder: FOLDER,
  link: ANY_FILE,
  args: ANY_FILE,
  // What only the user knows.
  ...Object.fromEntries(
    (
      'address answer byte bytes command counts duration in/out kb letter=folder line list ms n name name[=value] names place ' +
      'question share tcp-port text thing url us widths'
    )
      .split(' ')
      .map((placeholder) => [placeholder, FREE]),
  ),
};
