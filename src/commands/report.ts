/**
 * `z80lm report`: one .zip to attach to a bug report, with what a developer asks for first: versions, settings, the
 * install's findings, and the logs of the last run. Of each only what is known to be harmless goes in (harmless.ts);
 * the files themselves stay with the user, who can send them if somebody asks.
 */
import { readSync, closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import type { Command } from 'commander';
import { zipSync } from 'fflate';
import { attempt } from '../link/port-access.js';
import { Z80lmError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import { counted } from '../seams/words.js';
import { DRIVER_NAMES } from '../transfer/drivers/index.js';
import { harmlessJson, harmlessText, lengthOf } from './harmless.js';
import { filesOf, installFindings, systemLine, VERSION } from './install-checks.js';
import { CONFIG_FILE, heldSettings, SETTINGS, variableOf, type Setting } from './settings.js';
import { action } from './shared.js';

/** Of the folder of the last run: what is text, and says what happened. */
const LOGS = /\.(log|txt|json|xml|trace)$/i;
/** Those that z80lm names itself; the user's own names may say something. */
const OWN_LOGS = /^(?:console-)?(?:board|emulator)\.log$|^model\.trained\.json$/;
/** A longer file is cut to its end, where the trouble is. */
const MOST_BYTES = 256 * 1024;
/** What an install may lack or have in another version; all else is inside z80lm's own files. */
const PACKAGES = ['@serialport/bindings-cpp', '@lydell/node-pty', 'blessed', '@tensorflow/tfjs-node'];
/** Of the environment, these say something about a fault, and these are their harmless values. */
const VARIABLES: Readonly<Record<string, RegExp>> = {
  TERM: /^(?:xterm|screen|tmux|rxvt(?:-unicode)?|linux|vt\d{3}|dumb|ansi|cygwin|alacritty)(?:-(?:\d{2,3})?color)?$/,
  COLORTERM: /^(?:truecolor|24bit|yes|1)$/,
  LANG: /^(?:[a-z]{2}_[A-Z]{2}|C|POSIX)(?:\.utf-?8)?$/i,
  LC_ALL: /^(?:[a-z]{2}_[A-Z]{2}|C|POSIX)(?:\.utf-?8)?$/i,
  NO_COLOR: /^1?$/,
  CI: /^(?:true|false|1|0)?$/,
};

/** Of the settings that are texts: which values are harmless. */
const TEXTS: Readonly<Record<string, RegExp>> = {
  port: /^\/dev\/(?:tty(?:USB|ACM|S|AMA)|pts\/)\d{1,3}$|^COM\d{1,3}$|^[0-9a-f]{4}:[0-9a-f]{4}$|^(?:tcp|rfc2217):\/\/(?:localhost|127\.0\.0\.1):\d{1,5}$/i,
  board: new RegExp(`^(?:auto|${DRIVER_NAMES.join('|')})$`),
  out: /^out$/,
  clock: /^\d{1,3}(?:\.\d{1,6})?\s?(?:[mk]?hz)?$/i,
};

/** A setting's value, if that may be told. */
export function settingText({ key, type, oneOf }: Setting, value: string | number): string {
  const text = String(value);
  const isHarmless = type === 'string' ? (oneOf?.includes(text) ?? TEXTS[key]?.test(text)) : Number.isFinite(value);
  if (isHarmless) return text;
  const [, kind, port] = /^(tcp|rfc2217):\/\/.*:(\d{1,5})$/.exec(text) ?? [];
  return key === 'port' && port !== undefined ? `${kind}://[host]:${port}` : lengthOf(text);
}

/** The report's files: name, and what may be told of the content. */
export async function reportFiles(files: FileStore, folder: string): Promise<Map<string, string>> {
  // Also a word like any other, if somebody or some computer has it as a name.
  const names = [hostname(), attempt(() => userInfo().username) ?? ''].map((name) => name.toLowerCase());
  const out = new Map<string, string>();
  out.set(
    'versions.txt',
    [`z80lm ${VERSION}`, `node ${process.versions.node}`, system(), ...packages(), ''].join('\n'),
  );
  const findings: string[] = [];
  for await (const { verdict, check, words } of installFindings())
    findings.push(`${verdict}  ${check}  ${harmlessText(words, names)}\n`);
  out.set('doctor.txt', findings.join(''));
  out.set('settings.txt', `${settingsLines(files).join('\n')}\n`);
  out.set('environment.txt', environment(process.env));
  let count = 0;
  for (const name of filesOf(folder).filter((file) => LOGS.test(file))) {
    const path = join(folder, name);
    if (!attempt(() => statSync(path).isFile())) continue;
    const shown = OWN_LOGS.test(name) ? name : `file-${++count}${/\.\w+$/.exec(name)![0].toLowerCase()}`;
    const text = attempt(() => endOf(path));
    out.set(`run/${shown}`, text === undefined ? '(cannot be read)\n' : content(name, text, names));
  }
  return out;
}

function content(name: string, text: string, names: readonly string[]): string {
  const value: unknown = /\.json$/i.test(name) ? attempt(() => JSON.parse(text) as unknown) : undefined;
  return value === undefined ? harmlessText(text, names) : `${JSON.stringify(harmlessJson(value), null, 1)}\n`;
}

/** The last part of a file, whatever its size. */
function endOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
    const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('latin1', 0, count);
  } finally {
    closeSync(file);
  }
}

/** The kernel's release may have a name that somebody gave it. */
function system(): string {
  const words = /^\d+(?:\.\d+){0,3}$|^(?:linux|darwin|win32|freebsd|x64|arm64|arm|ia32|WSL|in a container)$/;
  return systemLine().replace(/[^ ,]+/g, (word) =>
    /^(?:in|a|container)$/.test(word) || words.test(word) ? word : (/^\d+(?:\.\d+){0,2}/.exec(word)?.[0] ?? '[other]'),
  );
}

export function environment(env: NodeJS.ProcessEnv): string {
  const settings = new Map(SETTINGS.map((setting) => [variableOf(setting.key), setting]));
  return Object.entries(env)
    .flatMap(([name, value = '']) => {
      const setting = settings.get(name);
      if (setting !== undefined)
        return `${name}=${setting.type === 'string' ? settingText(setting, value) : settingText(setting, value === '' ? NaN : Number(value))}\n`;
      const form = VARIABLES[name];
      return form === undefined ? [] : `${name}=${form.test(value) ? value : lengthOf(value)}\n`;
    })
    .sort()
    .join('');
}

function settingsLines(files: FileStore): string[] {
  try {
    return heldSettings(files, process.env).map(
      ({ setting, value, from }) =>
        `${setting.key} = ${settingText(setting, value)}  (${from.startsWith('Z80LM_') ? from : CONFIG_FILE})`,
    );
  } catch (error) {
    // A report about broken settings is wanted most; but the message quotes them.
    if (!(error instanceof Z80lmError)) throw error;
    const place = /:(\d+):(\d+)$/.exec(error.where ?? '');
    return [`(the settings have an error${place ? ` in line ${place[1]}, column ${place[2]}` : ''})`];
  }
}

function packages(): string[] {
  const require = createRequire(import.meta.url);
  return PACKAGES.map((name) => {
    try {
      const { version } = require(`${name}/package.json`) as { version: string };
      return `${name} ${/^\d+\.\d+\.\d+/.exec(version)?.[0] ?? lengthOf(version)}`;
    } catch {
      return `${name} is there: ${resolves(require, name) ? 'yes' : 'no'}`;
    }
  });
}

function resolves(require: NodeJS.Require, name: string): boolean {
  try {
    return require.resolve(name) !== '';
  } catch {
    return false;
  }
}

export function registerReport(program: Command): void {
  program
    .command('report')
    .description(
      'one .zip to attach to a bug report, with nothing but what is known to be harmless; says what is in it',
    )
    .option('-o, --output <file>', 'the file to write', 'z80lm-report.zip')
    .option('--out <folder>', 'the folder of the run it is about', 'out')
    .action(
      action<{ output: string; out: string }>(async (shell, { output, out }) => {
        for (const name of filesOf(out)) if (LOGS.test(name)) shell.files.reads(join(out, name));
        shell.files.willWrite({ '-o': output });
        const files = await reportFiles(shell.files, out);
        const encoder = new TextEncoder();
        const entries = Object.fromEntries([...files].map(([name, text]) => [name, encoder.encode(text)]));
        shell.files.write(output, zipSync(entries));
        shell.emit({ file: output, holds: [...files].map(([name, text]) => ({ name, characters: text.length })) });
        shell.print(`${output} holds:`);
        for (const [name, text] of files) shell.print(`  ${name.padEnd(28)} ${counted(text.length, 'character')}`);
        shell.print('Only what is known to say nothing about anybody is in it; of all else, kind and length.');
      }),
    );
}
