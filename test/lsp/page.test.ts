/** docs/editors.md: its settings are those that there are, and its files of settings are read. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerLsp } from '../../src/commands/lsp.js';
import { DEFAULTS, settingsFrom } from '../../src/lsp/settings.js';
import { SYMBOL_FORMATS } from '../../src/z80asm/index.js';
import { pageText } from '../front/printed.js';

const page = pageText('docs/editors.md');
const rows = [...page.matchAll(/^\| `(\w+)` \| (?:`([^`]*)`)? ?\| (?:`([^`]*)`)? ?\| .* \|$/gm)].map(
  ([, ...cells]) => cells,
);

describe('docs/editors.md', () => {
  it('has every setting, with its default', () => {
    const defaults = rows.map(([name, , value]) => [
      name,
      value === undefined ? undefined : (JSON.parse(value) as unknown),
    ]);
    expect(Object.fromEntries(defaults)).toEqual(DEFAULTS);
  });

  it('has options that there are, and no others are missing', () => {
    const program = new Command();
    registerLsp(program);
    const there = program.commands[0]!.options.flatMap(({ short, long }) => [short, long]);
    const printed = rows.flatMap(([, option]) => option ?? []);
    expect(there).toEqual(expect.arrayContaining(printed));
    expect(printed).toHaveLength(program.commands[0]!.options.length - 1);
  });

  it('has settings in its examples that are read', () => {
    const blocks = [...page.matchAll(/^```json\n(.*?)^```$/gms)].map(
      ([, text]) => JSON.parse(text!) as Record<string, object>,
    );
    const [code, kate] = blocks as [Record<string, object>, { servers: { z80: { initializationOptions: object } } }];
    for (const given of [code!['glspc.server.initializationOptions'], kate.servers.z80.initializationOptions])
      expect(settingsFrom(given)).toEqual({ ...DEFAULTS, main: ['game.asm'] });
    expect(settingsFrom(JSON.parse(`{"defines": ${/`(\{"FAST".*?\})`/.exec(page)![1]}}`)).defines).toEqual({
      FAST: 1,
      BASE: 0xd000,
    });
  });

  it('has every form of symbols', () => {
    const forms = [...page.matchAll(/^\| `(\w+)` \| `\.\w+` \|/gm)].map(([, name]) => name);
    expect(forms).toEqual(SYMBOL_FORMATS);
  });
});
