import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { ownText } from '../../scripts/own-text.js';
import { configSchema, heldSettings, SETTINGS, settleSettings, variableOf } from '../../src/commands/settings.js';
import { settingsOf } from '../../src/commands/tui.js';
import { COMMANDS } from '../../src/commands/table.js';
import { nodeFiles } from '../../src/host/node-files.js';
import { Z80LM } from '../bundled.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-settings-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const held = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(heldSettings(nodeFiles, env).map(({ setting, value, from }) => [setting.key, { value, from }]));

describe('settings', () => {
  it('come from the file, and the environment goes before it', () => {
    const path = file('both.json', '{\n  "$schema": "x",\n  "baud": 9600,\n  "port": "/dev/ttyUSB0"\n}\n');
    expect(held({ Z80LM_CONFIG: path, Z80LM_BAUD: '57600', Z80LM_PACE: '0.5' })).toEqual({
      port: { value: '/dev/ttyUSB0', from: `${path}:4:3` },
      baud: { value: 57600, from: 'Z80LM_BAUD' },
      pace: { value: 0.5, from: 'Z80LM_PACE' },
    });
  });

  it.each([
    ['{\n  "boud": 9600\n}', '2:3', 'there is no setting "boud"', 'did you mean "baud"?'],
    ['{ "baud": "9600" }', '1:3', '"baud" is "9600"', 'give a whole number from 50 to 4000000: bits per second'],
    ['{ "stopBits": 1.5 }', '1:3', '"stopBits" is 1.5', 'give a whole number from 1 to 2: stop bits'],
    ['{ "flow": "xon" }', '1:3', '"flow" is "xon"', 'give one of "rtscts", "none": '],
    ['{ "machine": "cpm80" }', '1:3', '"machine" is "cpm80"', 'give one of "cpm", "scm", "zx48": '],
    ['{ "port": "x",\n "clock": "fast" }', '2:2', '"clock" is "fast"', 'give 7.3728MHz, from 0.1 to 1000 MHz: '],
    ['{ "board": "romwbv" }', '1:3', '"board" is "romwbv"', 'give auto, romwbw, '],
    ['{ "layout": null }', '1:3', '"layout" is null', 'give one of "auto", "sparse", "packed": '],
    [
      '{ "baud": 9600,',
      '',
      'the settings file is not valid JSON: a name in double quotes is expected',
      'it is one JSON object',
    ],
    ['[]', '', 'the settings are not a JSON object', 'it is one JSON object'],
  ])('%j: a message at the wrong key', (text, place, message, hint) => {
    const path = file('wrong.json', text);
    let caught: unknown;
    try {
      held({ Z80LM_CONFIG: path });
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'InputError', message });
    const { where, hint: said } = caught as { where: string; hint: string };
    expect(where.startsWith(place === '' ? path : `${path}:${place}`)).toBe(true);
    expect(said.startsWith(hint)).toBe(true);
  });

  it('name the variable that is wrong', () => {
    expect(() => held({ Z80LM_STOP_BITS: '3' })).toThrow('Z80LM_STOP_BITS is "3"');
  });

  it('a file that is named must be there; the usual one need not', () => {
    expect(() => held({ Z80LM_CONFIG: join(folder, 'none.json') })).toThrow('there is no such file');
  });

  it('reach an option that no flag gave, and no other', async () => {
    const before = { ...process.env };
    process.env['Z80LM_CONFIG'] = file('reach.json', '{ "baud": 9600, "port": "/dev/x", "clock": "4MHz" }');
    try {
      const seen: Record<string, unknown>[] = [];
      const program = new Command('z80lm').exitOverride();
      for (const name of ['flash', 'run'])
        program
          .command(name)
          .option('--baud <n>', 'speed', '115200')
          .option('--port <p>', 'several', (text: string, all: string[] = []) => [...all, text])
          .option('--clock <f>')
          .action((options: Record<string, unknown>) => void seen.push(options));
      settleSettings(program);
      await program.parseAsync(['flash'], { from: 'user' });
      await program.parseAsync(['flash', '--baud', '300'], { from: 'user' });
      await program.parseAsync(['run'], { from: 'user' });
      expect(seen).toEqual([{ baud: '9600', port: ['/dev/x'] }, { baud: '300', port: ['/dev/x'] }, { baud: '115200' }]);
    } finally {
      process.env = before;
    }
  });

  it('take a board file for a board, and reach the terminal UI', () => {
    expect(held({ Z80LM_BOARD: 'mine.json' })).toEqual({ board: { value: 'mine.json', from: 'Z80LM_BOARD' } });
    const flags = { out: 'out', seed: '1', machine: 'cpm', port: '/dev/ttyUSB0', baud: '9600', flow: 'none', stopBits: '2', pace: '1' }; // prettier-ignore
    const line = { port: '/dev/ttyUSB0', baud: 9600, flow: 'none', stopBits: 2, paceMs: 1 };
    expect(settingsOf(flags)).toMatchObject(line);
    expect(() => settingsOf({ ...flags, flow: 'xon' })).toThrow('the flow control is "xon"');
    // As in the console, but models take UTF-8.
    const usual = { terminal: 'vt100', enter: 'cr', backspace: 'bs', arrows: 'terminal', charset: 'utf8' };
    expect(settingsOf(flags)).toMatchObject(usual);
    const set = { terminal: 'adm3a', enter: 'lf', backspace: 'del', arrows: 'wordstar', charset: 'ascii' };
    expect(settingsOf({ ...flags, ...set })).toMatchObject(set);
  });

  it('config shows what holds, defaults of each command included', () => {
    const path = file('config.json', '{\n "stopBits": 2 }');
    const { PATH, HOME } = process.env;
    const run = (...words: string[]): string =>
      spawnSync(Z80LM[0], [Z80LM[1], 'config', ...words], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH, HOME, Z80LM_CONFIG: path, Z80LM_BAUD: '9600' },
      }).stdout;
    const rows = run()
      .split('\n')
      .map((line) => line.split(/ {2,}/).slice(0, 3));
    const common = ['demo, tui', 'board, compare'];
    for (const row of [
      ['port', '-', 'not set'],
      ['baud', '9600', 'Z80LM_BAUD'],
      ['flow', 'rtscts', 'default'],
      ['stopBits', '2', `${path}:2:2`],
      ['clock', "the machine's usual one", `default of ${common[0]}`],
      ['', '7.3728MHz', `default of ${common[1]}`],
      ['machine', 'cpm', 'default'],
      ['terminal', 'vt100', 'default'],
      ['charset', 'utf8', 'default of tui'],
      ['', 'ascii', 'default of console'],
    ])
      expect(rows).toContainEqual(row);
    const clock = run('--json')
      .split('\n')
      .find((line) => line.startsWith('{"key":"clock"'))!;
    expect(JSON.parse(clock)).toEqual({
      key: 'clock',
      from: 'default',
      variable: 'Z80LM_CLOCK',
      commands: ['demo', 'tui', 'board', 'compare'],
      defaults: {
        demo: "the machine's usual one",
        tui: "the machine's usual one",
        board: '7.3728MHz',
        compare: '7.3728MHz',
      },
    });
  });

  it('are options of the commands that the table names', async () => {
    for (const { key, commands } of SETTINGS)
      for (const name of commands) {
        const program = new Command('z80lm');
        (await COMMANDS.find((entry) => entry.name === name)!.load())(program);
        const options = program.commands[0]!.options.map((option) => option.attributeName());
        expect(options, `${name} --${key}`).toContain(key);
      }
  });

  it('have variables in capitals', () => {
    expect(variableOf('stopBits')).toBe('Z80LM_STOP_BITS');
  });

  it('docs/config.schema.json is what `npm run schema` makes of the table', () => {
    expect(ownText(new URL('../../docs/config.schema.json', import.meta.url))).toBe(configSchema());
  });
});
