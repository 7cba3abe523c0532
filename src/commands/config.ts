/** `z80lm config`: what the settings are, where each comes from, and which commands it reaches. */
import type { Command } from 'commander';
import { CONFIG_FILE, heldSettings, SETTINGS, variableOf } from './settings.js';
import { action } from './shared.js';

export function registerConfig(program: Command): void {
  program
    .command('config')
    .description(`what the settings are, and where each comes from (${CONFIG_FILE}, Z80LM_..., flags)`)
    .action(
      action(async (shell) => {
        const held = new Map(heldSettings(shell.files, process.env, shell.note).map((one) => [one.setting.key, one]));
        for (const { key, words, commands } of SETTINGS) {
          const { value, from } = held.get(key) ?? {};
          shell.emit({ key, value, from, variable: variableOf(key), commands });
          shell.print(
            `${key.padEnd(9)} ${String(value ?? '-').padEnd(18)} ${(from ?? 'not set').padEnd(26)} ${words}`.trimEnd(),
          );
        }
        if (held.size === 0)
          shell.note(`nothing is set: commands use their own defaults; z80lm new NAME writes a ${CONFIG_FILE}`);
      }),
    );
}
