/**
 * `z80lm report`: one .zip to attach to a bug report, with what a developer asks for first: versions, settings, the
 * install's findings, and the logs of the last run. Names that are nobody's business (host, user, home folder,
 * addresses, keys) are taken out of every file; what is in it is said.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import type { Command } from 'commander';
import { zipSync } from 'fflate';
import { attempt } from '../link/port-access.js';
import { Z80lmError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import { counted } from '../seams/words.js';
import { filesOf, installFindings, systemLine, VERSION } from './install-checks.js';
import { readOptional } from './optional-file.js';
import { CONFIG_FILE, heldSettings } from './settings.js';
import { action } from './shared.js';

/** Of the folder of the last run: what is text, and says what happened. */
const LOGS = /\.(log|txt|json|xml|trace)$/i;
/** A longer file is cut to its end, where the trouble is. */
const MOST_BYTES = 256 * 1024;
/** What an install may lack or have in another version; all else is inside z80lm's own files. */
const PACKAGES = ['@serialport/bindings-cpp', '@lydell/node-pty', 'blessed', '@tensorflow/tfjs-node'];
/** Of the environment, only these say something about a fault. */
const VARIABLES = /^(Z80LM_\w+|TERM|COLORTERM|LANG|LC_ALL|NO_COLOR|CI|TMUX)$/;

export interface Private {
  host: string;
  user: string;
  home: string;
}

/** The text without names and secrets. */
export function redact(text: string, { host, user, home }: Private): string {
  const name = (word: string): RegExp => new RegExp(`(?<![\\w.-])${escaped(word)}(?![\\w-])`, 'gi');
  // Addresses of mail first: a name within one is part of it.
  let out = text.replace(/\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g, '(mail)');
  if (home.length > 1) out = out.replaceAll(home, '~');
  // A short name is a word like any other: "pi" is, "a" would empty the file.
  if (host.length > 1) out = out.replace(name(host), '(host)');
  if (user.length > 1 && user !== 'root') out = out.replace(name(user), '(user)');
  return out
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)(?!localhost|127\.0\.0\.1)(\[[^\]\s]*\]|[^\s:/"'<>]+)(?=[:/])/gi, '$1(host)')
    .replace(/\b(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}\b/g, '(address)')
    .replace(/\b(gh[pousr]_|npm_|sk-|xox[bp]-)[\w-]{10,}/g, '(secret)')
    .replace(
      /((?:token|secret|password|passwd|api[_-]?key|authorization)["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
      '$1(secret)',
    );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The report's files, redacted. */
export async function reportFiles(files: FileStore, folder: string): Promise<Map<string, string>> {
  // A process of a number that no user has: no name, no home folder.
  const [user, home] = [attempt(() => userInfo().username) ?? '', attempt(homedir) ?? ''];
  const about: Private = { host: hostname(), user, home };
  const out = new Map<string, string>();
  const add = (name: string, text: string): void => void out.set(name, redact(text, about));
  add(
    'versions.txt',
    [`z80lm ${VERSION}`, `node ${process.versions.node}`, systemLine(), ...packages()].join('\n') + '\n',
  );
  const findings: string[] = [];
  for await (const { verdict, check, words } of installFindings()) findings.push(`${verdict}  ${check}  ${words}`);
  add('doctor.txt', `${findings.join('\n')}\n`);
  add('settings.txt', `${settingsLines(files).join('\n')}\n`);
  const config = readOptional(files, CONFIG_FILE, (remark) => add(CONFIG_FILE, `(${remark})\n`));
  if (config !== undefined) add(CONFIG_FILE, new TextDecoder().decode(config));
  const variables = Object.entries(process.env).filter(([key]) => VARIABLES.test(key));
  add(
    'environment.txt',
    variables
      .map(([key, value]) => `${key}=${value}\n`)
      .sort()
      .join(''),
  );
  for (const name of filesOf(folder).filter((file) => LOGS.test(file))) {
    const path = join(folder, name);
    if (!attempt(() => statSync(path).isFile())) continue;
    const bytes = attempt(() => readFileSync(path));
    if (bytes === undefined) {
      add(`run/${name}`, '(cannot be read)\n');
      continue;
    }
    const cut = bytes.length > MOST_BYTES ? `(the last ${MOST_BYTES} of ${bytes.length} bytes)\n` : '';
    add(`run/${name}`, cut + bytes.subarray(-MOST_BYTES).toString('latin1'));
  }
  return out;
}

function settingsLines(files: FileStore): string[] {
  try {
    return heldSettings(files, process.env).map(({ setting, value, from }) => `${setting.key} = ${value}  (${from})`);
  } catch (error) {
    // A report about broken settings is wanted most.
    if (error instanceof Z80lmError) return [`${error.where}: ${error.message}`];
    throw error;
  }
}

function packages(): string[] {
  const require = createRequire(import.meta.url);
  return PACKAGES.map((name) => {
    try {
      return `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;
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
    .description('one .zip to attach to a bug report, without names and secrets; says what is in it')
    .option('-o, --output <file>', 'the file to write', 'z80lm-report.zip')
    .option('--out <folder>', 'the folder of the run it is about', 'out')
    .action(
      action<{ output: string; out: string }>(async (shell, { output, out }) => {
        shell.files.willWrite({ '-o': output });
        const files = await reportFiles(shell.files, out);
        const encoder = new TextEncoder();
        const entries = Object.fromEntries([...files].map(([name, text]) => [name, encoder.encode(text)]));
        shell.files.write(output, zipSync(entries));
        shell.emit({ file: output, holds: [...files].map(([name, text]) => ({ name, characters: text.length })) });
        shell.print(`${output} holds:`);
        for (const [name, text] of files) shell.print(`  ${name.padEnd(28)} ${counted(text.length, 'character')}`);
        shell.print('Host, user, home folder, addresses and keys are taken out; look through it before you send it.');
      }),
    );
}
