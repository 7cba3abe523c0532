/**
 * What `doctor` found out about the boards of this user, kept in the user's configuration and used by the other
 * commands where neither a flag nor a setting says otherwise:
 *
 *     ~/.config/z80lm/boards.json      ($XDG_CONFIG_HOME/z80lm, %APPDATA%\z80lm)
 *     { "/dev/serial/by-id/usb-FTDI_…": { "flow": "none", "paceMs": 2, "board": "romwbw", "seen": "2025-03-09" } }
 *
 * A board is known by its adapter's lasting name where there is one, else by the port. A pseudo-terminal's number is
 * no name: the next one that gets it is another board.
 */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { portAddress } from '../link/port-address.js';
import { listPorts, resolvePort } from '../link/port-list.js';
import { InputError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import type { Learned } from '../transfer/doctor.js';
import { attempt } from '../link/port-access.js';
import { readOptional } from './optional-file.js';

export interface KnownBoard extends Learned {
  /** The day when doctor found this, as 2025-03-09. */
  seen: string;
}

/** @returns undefined for a user without a home folder: a process of a number that no user has, say */
export function knownBoardsFile(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData } = env;
  // A relative path would be another file in every folder; the XDG specification says to ignore it.
  const base = [xdg, process.platform === 'win32' ? appData : undefined].find((path) => path && isAbsolute(path));
  if (base !== undefined) return join(base, 'z80lm', 'boards.json');
  const home = attempt(homedir);
  return home !== undefined && isAbsolute(home) ? join(home, '.config', 'z80lm', 'boards.json') : undefined;
}

/** The name under which a board on this port is kept; undefined where a port has no lasting one. */
export async function boardKey(port: string): Promise<string | undefined> {
  const address = portAddress(port);
  if (address.kind !== 'serial') return address.name;
  const path = await resolvePort(port);
  const real = realPath(path);
  const listed = (await listPorts()).find((one) => one.path === real || one.path === path);
  if (listed?.stableName !== undefined) return listed.stableName;
  const absolute = process.platform === 'win32' ? path : resolve(path);
  return absolute.startsWith('/dev/pts/') ? undefined : absolute;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * @param remark hears of a file that cannot be looked at, which is as good as none
 * @throws InputError for a file that is not what `remember` writes
 */
export function recall(
  files: FileStore,
  key: string,
  remark: (line: string) => void,
  file = knownBoardsFile(),
): KnownBoard | undefined {
  const bytes = file === undefined ? undefined : readOptional(files, file, remark);
  return bytes && parse(bytes, file!)[key];
}

/**
 * @returns the file that it was written to
 * @throws InputError if that cannot be read or written
 */
export function remember(files: FileStore, key: string, board: KnownBoard, file = knownBoardsFile()): string {
  if (file === undefined)
    throw new InputError('this user has no home folder', { hint: 'name a folder with XDG_CONFIG_HOME' });
  const all = files.exists(file) ? parse(files.read(file), file) : {};
  all[key] = { ...all[key], ...board };
  files.write(file, `${JSON.stringify(all, null, 2)}\n`);
  return file;
}

function parse(bytes: Uint8Array, file: string): Record<string, KnownBoard> {
  const fault = (what: string, cause?: unknown): InputError =>
    new InputError(what, { where: file, hint: 'correct it, or delete it: z80lm doctor makes it anew', cause });
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw fault('this is not valid JSON', cause);
  }
  if (!isObject(value)) throw fault('this is not a list of boards');
  for (const [key, board] of Object.entries(value)) {
    const wrong = isObject(board) ? FIELDS.find(([field, fits]) => !fits(board[field])) : ['board'];
    if (wrong !== undefined) throw fault(`"${wrong[0]}" of ${JSON.stringify(key)} is invalid`);
  }
  return value as unknown as Record<string, KnownBoard>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const within = (least: number, most: number) => (value: unknown) =>
  value === undefined || (typeof value === 'number' && value >= least && value <= most);

const FIELDS: [string, (value: unknown) => boolean][] = [
  ['baud', within(50, 4_000_000)],
  ['paceMs', within(0, 1000)],
  ['flow', (value) => value === undefined || value === 'rtscts' || value === 'none'],
  ['board', (value) => value === undefined || typeof value === 'string'],
  ['seen', (value) => typeof value === 'string'],
];
