/** What an editor may set: as `initializationOptions`, or as its settings under "z80lm". Unknown and wrong ones are left out. */
import { DIALECT_NAMES, type DialectName } from '../z80asm/dialect.js';
import { parseConstant, type OutputFormat } from '../z80asm/index.js';

export interface LspSettings {
  /** Sources that programs begin with; what they include belongs to them. Relative to the folder of the workspace. */
  main: readonly string[];
  /** Folders for INCLUDE and INCBIN, as -I. */
  includePaths: readonly string[];
  /** Symbols to begin with, as -D. */
  defines: Readonly<Record<string, number | string>>;
  ignoreCase: boolean;
  /** Whose language the sources are in. */
  dialect: DialectName | undefined;
  /** What is to come of it: a .COM must begin at 100h. */
  format: OutputFormat | undefined;
  /** Warnings and hints, as the command shows them. */
  warnings: boolean;
  hints: boolean;
  /** How long no key was pressed before the program is assembled anew, in ms. */
  delayMs: number;
}

export const DEFAULTS: LspSettings = {
  main: [],
  includePaths: [],
  defines: {},
  ignoreCase: false,
  dialect: undefined,
  format: undefined,
  warnings: true,
  hints: false,
  // Between two keys of one who types; most programs take less than that to assemble.
  delayMs: 200,
};

const FORMATS: readonly string[] = ['com', 'bin', 'hex'] satisfies OutputFormat[];

/** Each setting: how a value becomes one; undefined where it is none. */
const READERS: { readonly [Name in keyof LspSettings]: (value: unknown) => LspSettings[Name] | undefined } = {
  main: texts,
  includePaths: texts,
  defines: (value) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value).flatMap(([name, one]) => {
            const number = typeof one === 'number' ? one : parseConstant(String(one));
            return number === undefined || !/^[A-Za-z_][\w.]*$/.test(name) ? [] : [[name, number]];
          }),
        )
      : undefined,
  ignoreCase: flag,
  dialect: (value) => DIALECT_NAMES.find((name) => name === value),
  format: (value) => (FORMATS.includes(value as string) ? (value as OutputFormat) : undefined),
  warnings: flag,
  hints: flag,
  delayMs: (value) => (typeof value === 'number' && value >= 0 && value <= 60_000 ? value : undefined),
};

/** @param given what the editor sent, whatever that is. @param before what holds where it sets nothing */
export function settingsFrom(given: unknown, before: LspSettings = DEFAULTS): LspSettings {
  if (typeof given !== 'object' || given === null) return before;
  const wanted = given as Record<string, unknown>;
  const read = Object.entries(READERS).flatMap(([name, reader]) => {
    const value = Object.hasOwn(wanted, name) ? reader(wanted[name]) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return { ...before, ...Object.fromEntries(read) };
}

function texts(value: unknown): string[] | undefined {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? (value as string[]) : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}
