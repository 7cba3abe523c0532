/** `z80lm config`: the settings, what holds of each and where that comes from, and which commands it reaches. */
import type { Command } from 'commander';
import { programFor } from './command-line.js';
import { CONFIG_FILE, heldSettings, SETTINGS, variableOf, type Setting } from './settings.js';
import { action } from './shared.js';
import { defaultWords } from './values.js';

export function registerConfig(program: Command): void {
  program
    .command('config')
    .description(
      `the settings: what holds, and where it comes from (${CONFIG_FILE}, Z80LM_..., each command's default)`,
    )
    .action(
      action(async (shell) => {
        const held = new Map(heldSettings(shell.files, process.env, shell.note).map((one) => [one.setting.key, one]));
        const options = await optionsOf([...new Set(SETTINGS.flatMap(({ commands }) => commands))]);
        const rows = SETTINGS.flatMap((setting) => {
          const { key, words, commands } = setting;
          const defaults = defaultsOf(setting, options);
          const { value, from = 'default' } = held.get(key) ?? { value: onlyOne(Object.values(defaults)) };
          shell.emit({ key, value, from, variable: variableOf(key), commands, defaults });
          const holds = held.has(key) ? [[String(value), from] as const] : byValue(defaults);
          return holds.map((one, index) => (index === 0 ? [key, ...one, words] : ['', ...one, '']));
        });
        for (const line of columns(rows)) shell.print(line);
        if (held.size === 0)
          shell.note(`nothing is set: commands use their own defaults; z80lm new NAME writes a ${CONFIG_FILE}`);
      }),
    );
}

type OptionsByCommand = ReadonlyMap<string, Command['options']>;

async function optionsOf(names: readonly string[]): Promise<OptionsByCommand> {
  const loaded = await Promise.all(names.map((name) => programFor([name])));
  return new Map(names.map((name, index) => [name, loaded[index]!.command!.options]));
}

/** What holds in each command where nothing says otherwise; null where nothing does. */
function defaultsOf({ key, commands }: Setting, options: OptionsByCommand): Record<string, string | null> {
  return Object.fromEntries(
    commands.map((name) => {
      const option = options.get(name)!.find((one) => one.attributeName() === key && !one.negate);
      return [name, (option && defaultWords(option)) ?? null];
    }),
  );
}

function onlyOne(values: readonly (string | null)[]): string | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? (first ?? undefined) : undefined;
}

/** A row for each value: of all commands, or of those that are named. */
function byValue(defaults: Readonly<Record<string, string | null>>): [what: string, where: string][] {
  const values = [...new Set(Object.values(defaults))];
  return values.map((value) => {
    const names = Object.keys(defaults).filter((name) => defaults[name] === value);
    const where = value === null ? 'not set' : 'default';
    return [value ?? '-', values.length === 1 ? where : `${where} of ${names.join(', ')}`];
  });
}

/** Each as wide as its widest. */
function columns(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
