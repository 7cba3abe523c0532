/**
 * The sources in firmware/chat and a model's tables to a program.
 *
 * The model's data stands behind all code that is the same for every model, so where it begins is known once the
 * firmware has been assembled with any model at all.
 */
import { typed } from '../model/question.js';
import type { ModelAbout } from '../model/network.js';
import { AsmError } from '../seams/errors.js';
import { assemble, formatDiagnostic, type AssemblyResult, type SourceReader } from '../z80asm/index.js';
import * as column from './column.js';
import { LAYER_ENTRY_BYTES, type ModelConstants, type ModelTable } from './model-data.js';
import { sampleQuestions } from './samples.js';
import { MAX_QUESTION } from './plan.js';
import { bannerBytes, byteLines } from './texts.js';

/** What the program says and can say. */
export interface Texts {
  charset: readonly string[];
  about: ModelAbout;
  name: string | undefined;
}

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

const starts = new WeakMap<SourceReader, number>();

/** The address at which the model's data will begin. */
export function modelStart(firmware: SourceReader): number {
  let start = starts.get(firmware);
  if (start === undefined) {
    const { text } = modelInclude({ constants: NO_CONSTANTS, entries: [] }, { charset: ['\0'], about: {}, name: '' });
    const result = assembleFirmware(firmware, text, new Uint8Array(0));
    checkConstants(result);
    start = symbol(result, 'model');
    starts.set(firmware, start);
  }
  return start;
}

/** The text of model.inc, and how many bytes it makes beside the data in model.bin. */
export function modelInclude(table: ModelTable, texts: Texts): { text: string; bytes: number } {
  const charset = texts.charset.map((c) => c.charCodeAt(0) & 0xff);
  const banner = bannerBytes(texts.about, texts.name);
  const timed = [...typed(sampleQuestions(texts.about)[0]!), 0];
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
    'text_timed:',
    ...byteLines(timed),
    '',
  ].join('\n');
  return { text, bytes: LAYER_ENTRY_BYTES * table.entries.length + charset.length + banner.length + timed.length };
}

/** @throws AsmError where firmware/chat was changed or is incomplete */
export function assembleFirmware(firmware: SourceReader, include: string, data: Uint8Array): AssemblyResult {
  const result = assemble({
    main: 'chat/chat.asm',
    format: 'com',
    readText: (path) => (path === 'chat/model.inc' ? include : firmware.readText(path)),
    readBinary: (path) => (path === 'chat/model.bin' ? data : firmware.readBinary(path)),
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

/** What column.ts and plan.ts took for granted must be what the firmware says. */
function checkConstants(result: AssemblyResult): void {
  const expected = {
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
  for (const [name, value] of Object.entries(expected))
    if (symbol(result, name) !== value)
      throw new AsmError(`${name} is ${symbol(result, name)} in the firmware, ${value} in src/build`, {
        where: 'firmware/chat',
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
