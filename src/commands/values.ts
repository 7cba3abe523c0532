/** Values as the command line and the settings give them, and options whose default only the command knows. */
import { Option } from 'commander';
import { UsageError } from '../seams/errors.js';

/** A whole number from the command line. */
export function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`${name} is ${JSON.stringify(text)}`, {
      hint: `give a whole number from ${least} to ${most}`,
    });
  return value;
}

/** --seed, as every command takes it. */
export function seedOf(text: string): number {
  return wholeNumber('--seed', text, 0, 2 ** 31 - 1);
}

/** A clock frequency, `7.3728MHz`, `4MHz`, `7372800`, in Hz. */
export function frequency(text: string): number {
  const value = hertz(text);
  if (value === undefined)
    throw new UsageError(`the clock is ${JSON.stringify(text)}`, { hint: `give it as ${FREQUENCIES}` });
  return value;
}

export const FREQUENCIES = '7.3728MHz, from 0.1 to 1000 MHz';

/** The same, or undefined where it is none. */
export function hertz(text: string): number | undefined {
  const match = /^([\d.]+)\s*(mhz|khz|hz)?$/i.exec(text.trim());
  const unit = { mhz: 1e6, khz: 1e3, hz: 1 }[match?.[2]?.toLowerCase() ?? 'hz'];
  const value = Math.round(Number(match?.[1]) * (unit ?? 1));
  return match && value >= 1e5 && value <= 1e9 ? value : undefined;
}

/**
 * An option without a value of its own where it is not given: what holds then is decided later (by a board file, say), and
 * told here in words, for --help and for `z80lm config`.
 */
export function decidedLater(flags: string, description: string, words: string): Option {
  const option = new Option(flags, `${description} (default: ${words})`);
  option.defaultValueDescription = words;
  return option;
}

/** What holds where an option is not given, in words. */
export function defaultWords(option: Option): string | undefined {
  const { defaultValue, defaultValueDescription } = option;
  return defaultValueDescription ?? (defaultValue === undefined ? undefined : String(defaultValue));
}
