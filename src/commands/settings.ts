/**
 * Settings: what need not be said with every command. In order of precedence:
 *
 *     a flag                  --baud 9600
 *     the environment         Z80LM_BAUD=9600
 *     z80lm.config.json       { "baud": 9600 }     in the folder one is in, or the file that Z80LM_CONFIG names
 *     the command's own default
 *
 * A setting is an option of some commands under the same name. It reaches them through commander, as a value that a
 * flag replaces, so no command knows of settings. docs/config.schema.json is made from this table (`npm run schema`).
 */
import { CommanderError, type Command } from 'commander';
import { LAYOUT_NAMES } from '../build/layout-names.js';
import { FLOWS } from '../link/serial-options.js';
import { MACHINE_NAMES } from '../machines/names.js';
import { DRIVER_NAMES } from '../transfer/drivers/names.js';
import type { FileStore } from '../seams/file-store.js';
import { nodeFiles } from '../host/node-files.js';
import { InputError, UsageError, Z80lmError } from '../seams/errors.js';
import { lineAndColumn, parseJson } from '../seams/json-text.js';
import { ARROWS } from '../console/function-keys.js';
import { BACKSPACE, ENTER } from '../console/preferences.js';
import { TERMINALS } from '../terminal/dialects.js';
import { closest } from '../z80asm/suggest.js';
import { FREQUENCIES, hertz } from './values.js';
import { readOptional } from './optional-file.js';

export const CONFIG_FILE = 'z80lm.config.json';

export interface Setting {
  /** In the file, and the option's name as commander has it: stopBits is --stop-bits. */
  key: string;
  words: string;
  type: 'string' | 'number' | 'integer';
  /** The values there are, or the range. */
  oneOf?: readonly string[];
  least?: number;
  most?: number;
  /** What it has to be, where this text is not it, and neither a list nor a range can say so. */
  fault?: (text: string) => string | undefined;
  /** The commands whose option it is. */
  commands: readonly string[];
}

const LINE_COMMANDS = ['tui', 'doctor', 'flash', 'console', 'compare', 'time'] as const;

export const SETTINGS: readonly Setting[] = [
  {
    key: 'port',
    words: 'the board: a path, tcp:// or rfc2217://HOST:PORT, USB vvvv:pppp, serial number, or a pattern',
    type: 'string',
    // Not doctor: without a port it examines the install. The terminal UI begins with it, and opens it when told to.
    commands: LINE_COMMANDS.filter((name) => name !== 'doctor'),
  },
  { key: 'baud', words: 'bits per second', type: 'integer', least: 50, most: 4_000_000, commands: LINE_COMMANDS },
  {
    key: 'flow',
    words: 'rtscts: the board may hold us back; none: it cannot',
    type: 'string',
    oneOf: FLOWS,
    commands: LINE_COMMANDS,
  },
  { key: 'stopBits', words: 'stop bits', type: 'integer', least: 1, most: 2, commands: LINE_COMMANDS },
  {
    key: 'pace',
    words: 'milliseconds from one byte to the next, for lines without flow control',
    type: 'number',
    least: 0,
    most: 1000,
    commands: LINE_COMMANDS,
  },
  {
    key: 'terminal',
    words: "the terminal that the board's programs are set up for",
    type: 'string',
    oneOf: TERMINALS,
    commands: ['tui', 'console'],
  },
  {
    key: 'arrows',
    words: 'what arrow and function keys send; terminal: as that one has them',
    type: 'string',
    oneOf: ARROWS,
    commands: ['tui', 'console', 'run'],
  },
  {
    key: 'enter',
    words: 'what Enter sends',
    type: 'string',
    oneOf: Object.keys(ENTER),
    commands: ['tui', 'console'],
  },
  {
    key: 'backspace',
    words: 'what Backspace sends',
    type: 'string',
    oneOf: Object.keys(BACKSPACE),
    commands: ['tui', 'console', 'run'],
  },
  {
    key: 'charset',
    words: 'characters that are not ASCII; ascii: they are refused, utf8: they go out as UTF-8',
    type: 'string',
    oneOf: ['ascii', 'utf8'],
    commands: ['tui', 'console'],
  },
  {
    key: 'mapIn',
    words: 'what becomes of single bytes of the board, as picocom names it: lfcrlf, igncr, delbs; several with commas',
    type: 'string',
    commands: ['console'],
  },
  {
    key: 'echo',
    words: 'show what is typed, for boards that do not echo',
    type: 'string',
    oneOf: ['on', 'off'],
    commands: ['console'],
  },
  {
    key: 'charDelay',
    words: 'milliseconds from one character of a paste or a file to the next, at least',
    type: 'number',
    least: 0,
    most: 60_000,
    commands: ['console'],
  },
  {
    key: 'lineDelay',
    words: 'the same behind the end of a line',
    type: 'number',
    least: 0,
    most: 60_000,
    commands: ['console'],
  },
  {
    key: 'board',
    words: `how the board takes programs: ${DRIVER_NAMES.join(', ')}, auto, or a board file`,
    type: 'string',
    fault: (text) =>
      ['auto', ...DRIVER_NAMES].includes(text) || /\.json$/i.test(text)
        ? undefined
        : `${['auto', ...DRIVER_NAMES].join(', ')}, or a board file (.json)`,
    commands: ['flash', 'compare', 'time'],
  },
  {
    key: 'helper',
    words:
      'bring: our own program may come to the board and stay there, for quicker flashes; none: not even if it is there',
    type: 'string',
    oneOf: ['bring', 'none'],
    commands: ['flash'],
  },
  {
    key: 'out',
    words: 'folder for what the whole way makes',
    type: 'string',
    commands: ['demo', 'tui'],
  },
  {
    key: 'clock',
    words: "the virtual board's clock and the prediction's, such as 7.3728MHz",
    type: 'string',
    fault: (text) => (hertz(text) === undefined ? FREQUENCIES : undefined),
    // Not `run`, which is as fast as it can be unless told otherwise.
    commands: ['demo', 'tui', 'board', 'compare'],
  },
  {
    key: 'machine',
    words: `what programs are to run on: ${MACHINE_NAMES.join(', ')}`,
    type: 'string',
    oneOf: MACHINE_NAMES,
    // Not build: there the file's name says it.
    commands: ['demo', 'tui', 'train'],
  },
  {
    key: 'layout',
    words: 'auto: the fastest that fits; sparse: fast; packed: small',
    type: 'string',
    oneOf: LAYOUT_NAMES,
    commands: ['build'],
  },
  {
    key: 'maxSize',
    words: 'refuse to make a larger program, bytes',
    type: 'integer',
    least: 1,
    most: 65_535,
    commands: ['build'],
  },
  {
    key: 'backend',
    words: 'how TensorFlow.js computes',
    type: 'string',
    oneOf: ['auto', 'wasm', 'tensorflow'],
    commands: ['train'],
  },
  {
    key: 'workers',
    words: 'threads that train',
    type: 'integer',
    least: 1,
    most: 64,
    commands: ['demo', 'tui', 'train'],
  },
];

/** Where a value comes from: a variable, or file:line:column. */
export interface Held {
  setting: Setting;
  value: string | number;
  from: string;
}

export function variableOf(key: string): string {
  return `Z80LM_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

type Remark = (line: string) => void;

/**
 * What file and environment say, the environment before the file.
 * @param remark hears of a file in this folder that cannot be looked at, which is as good as none
 * @throws InputError as file:line:column for a file that is not valid JSON, has an unknown key or a value that cannot be;
 *   UsageError naming the variable
 */
export function heldSettings(files: FileStore, env: NodeJS.ProcessEnv, remark: Remark = () => {}): Held[] {
  const held = new Map(readConfig(files, env, remark).map((one) => [one.setting.key, one]));
  for (const setting of SETTINGS) {
    const name = variableOf(setting.key);
    const text = env[name];
    if (text === undefined || text === '') continue;
    const value = setting.type === 'string' ? text : Number(text);
    const wrong = faultOf(setting, value);
    if (wrong !== undefined)
      throw new UsageError(`${name} is ${JSON.stringify(text)}`, { where: 'environment', hint: `give ${wrong}` });
    held.set(setting.key, { setting, value, from: name });
  }
  return SETTINGS.flatMap(({ key }) => held.get(key) ?? []);
}

function readConfig(files: FileStore, env: NodeJS.ProcessEnv, remark: Remark): Held[] {
  const file = env['Z80LM_CONFIG'] || CONFIG_FILE;
  // One that is named must be there.
  const bytes = file === CONFIG_FILE ? readOptional(files, file, remark) : files.read(file, 'settings');
  if (bytes === undefined) return [];
  const text = new TextDecoder().decode(bytes);
  const fields = parse(text, file);
  return Object.entries(fields).flatMap(([key, value]) => {
    if (key === '$schema') return [];
    const where = `${file}:${lineAndColumn(text, keyOffset(text, key))}`;
    const setting = SETTINGS.find((one) => one.key === key);
    if (!setting) {
      const near = closest(
        key,
        SETTINGS.map((one) => one.key),
      );
      throw new InputError(`there is no setting ${JSON.stringify(key)}`, {
        where,
        hint: near === undefined ? `there are ${SETTINGS.map((one) => one.key).join(', ')}` : `did you mean "${near}"?`,
      });
    }
    const wrong = faultOf(setting, value);
    if (wrong !== undefined)
      throw new InputError(`"${key}" is ${JSON.stringify(value)}`, { where, hint: `give ${wrong}: ${setting.words}` });
    return [{ setting, value: value as string | number, from: where }];
  });
}

/** What a value of this setting has to be, where this one is not it. */
function faultOf({ type, oneOf, fault, least, most }: Setting, value: unknown): string | undefined {
  if (type === 'string') {
    if (oneOf)
      return oneOf.some((one) => one === value) ? undefined : `one of ${oneOf.map((one) => `"${one}"`).join(', ')}`;
    return typeof value === 'string' && value !== '' ? fault?.(value) : 'a text';
  }
  const fits =
    typeof value === 'number' && value >= least! && value <= most! && (type === 'number' || Number.isInteger(value));
  return fits ? undefined : `${type === 'integer' ? 'a whole number' : 'a number'} from ${least} to ${most}`;
}

function parse(text: string, file: string): Record<string, unknown> {
  const hint = 'it is one JSON object, such as { "port": "/dev/ttyUSB0" }';
  const value = parseJson(text, 'the settings file', file, hint);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError('the settings are not a JSON object', { where: file, hint });
  return value as Record<string, unknown>;
}

function keyOffset(text: string, key: string): number {
  return Math.max(0, text.search(new RegExp(`${JSON.stringify(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*:`)));
}

/** The code of an error in the settings, which has been reported. */
export const SETTLED = 'z80lm.settings';

/** Before a command acts: give its options the settings that no flag gave. */
export function settleSettings(program: Command): void {
  program.hook('preAction', async (_, command) => {
    let name = command.name();
    for (let up = command; up.parent && up.parent !== program;) name = (up = up.parent).name();
    const wanted = SETTINGS.filter((setting) => setting.commands.includes(name));
    if (wanted.length === 0) return;
    try {
      const quiet = command.optsWithGlobals()['quiet'] === true;
      const remark: Remark = (line) => void (quiet || process.stderr.write(`${line}\n`));
      for (const { setting, value, from } of heldSettings(nodeFiles, process.env, remark)) {
        const given = command.getOptionValueSource(setting.key);
        const option = command.options.find((one) => one.attributeName() === setting.key);
        if (!wanted.includes(setting) || !option || (given !== undefined && given !== 'default')) continue;
        // Some options collect their values in a list.
        const text = String(value);
        const settled: unknown = option.parseArg ? option.parseArg(text, undefined) : text;
        command.setOptionValueWithSource(setting.key, settled, from);
      }
    } catch (error) {
      if (!(error instanceof Z80lmError)) throw error;
      const { report } = await import('./shared.js');
      const status = report(error, command.optsWithGlobals()['json'] === true);
      // The caller leaves with this status and says nothing more.
      throw new CommanderError(status, SETTLED, error.message);
    }
  });
}

/** The JSON schema of the file, for editors. */
export function configSchema(): string {
  const properties = Object.fromEntries(
    SETTINGS.map(({ key, words, type, oneOf, least, most, commands }) => [
      key,
      {
        description: `${words} (${commands.join(', ')}; ${variableOf(key)})`,
        type,
        ...(oneOf && { enum: oneOf }),
        ...(least !== undefined && { minimum: least, maximum: most }),
        ...(type === 'string' && !oneOf && { minLength: 1 }),
      },
    ]),
  );
  const schema = {
    $comment: 'Generated by scripts/generate-config-schema.ts (npm run schema); do not edit.',
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: CONFIG_FILE,
    type: 'object',
    properties: { $schema: { type: 'string' }, ...properties },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
