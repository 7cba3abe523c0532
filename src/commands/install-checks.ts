/**
 * Is z80lm itself in order on this computer? What `z80lm doctor` tells without a port. Each finding is of something
 * tried here and now; each remedy is for this system.
 */
import { existsSync, readdirSync } from 'node:fs';
import { release } from 'node:os';
import { nodeFiles } from '../host/node-files.js';
import { openPty } from '../host/pty.js';
import { accessHint, attempt, nodeFacts, programRuns } from '../link/port-access.js';
import { listPorts, resolvePort } from '../link/port-list.js';
import { manifest } from '../package.js';
import { Z80lmError } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import type { Verdict } from '../transfer/doctor.js';
import { heldSettings } from './settings.js';

export interface InstallFinding {
  check: string;
  verdict: Verdict;
  words: string;
  remedy?: string;
}

/** What is looked at; tests put something else there. */
export interface Surroundings {
  nodeVersion: string;
  /** The range of package.json, `>=20`. */
  engines: string;
  platform: NodeJS.Platform;
  /** Loads what opens serial ports, which has a native part. */
  serial: () => Promise<unknown>;
  /** Makes a pseudo-terminal for the virtual board. */
  pty: () => Promise<{ close(): void }>;
  /** The backend that `auto` comes to. */
  backend: () => Promise<{ name: string; fallback?: string | undefined }>;
  /** The device nodes of serial ports. */
  ports: () => Promise<string[]>;
  /** The port that this user's settings name, as a path. */
  chosenPort: () => Promise<string | undefined>;
  facts: typeof nodeFacts;
  runs: (program: string) => boolean;
}

export const { version: VERSION, engines: ENGINES } = manifest();

export const HERE: Surroundings = {
  nodeVersion: process.versions.node,
  engines: ENGINES.node,
  platform: process.platform,
  serial: () => import('../link/serial-port.js'),
  pty: openPty,
  backend: async () => {
    const { loadBackend } = await import('../trainer/backend.js');
    return loadBackend('auto');
  },
  ports: async () => (await listPorts()).map(({ path }) => path),
  chosenPort: async () => {
    try {
      const named = heldSettings(nodeFiles, process.env).find(({ setting }) => setting.key === 'port')?.value;
      return named === undefined ? undefined : await resolvePort(String(named));
    } catch {
      // Settings that are wrong, or a port that is not plugged in: the command that needs it says so.
      return undefined;
    }
  },
  facts: nodeFacts,
  runs: (name) => programRuns(name),
};

const AGAIN = `install z80lm again for this Node and this system, without --omit=optional (${pageUrl('install')})`;

export async function* installFindings(here: Surroundings = HERE): AsyncGenerator<InstallFinding> {
  yield nodeFinding(here);
  yield await serialFinding(here);
  yield await wireFinding(here);
  yield await backendFinding(here);
  yield* await portFindings(here);
  if (here.platform === 'linux' && here.runs('ModemManager'))
    yield {
      check: 'ModemManager',
      verdict: 'note',
      words: 'it runs, and types AT commands to a new port for its first ten seconds',
      remedy: 'wait after plugging in, or: sudo systemctl disable --now ModemManager  (if there is no modem to manage)',
    };
}

function nodeFinding({ nodeVersion, engines }: Surroundings): InstallFinding {
  const [least, here] = [engines, nodeVersion].map((text) => text.match(/\d+/g)!.map(Number)) as [number[], number[]];
  const first = least.findIndex((number, place) => number !== here[place]);
  if (first < 0 || here[first]! > least[first]!)
    return { check: 'Node', verdict: 'good', words: `${nodeVersion} (${engines} is needed)` };
  return {
    check: 'Node',
    verdict: 'bad',
    words: `${nodeVersion}, and ${engines} is needed`,
    remedy: `install a newer Node from https://nodejs.org, then z80lm again: ${pageUrl('install')}`,
  };
}

async function serialFinding(here: Surroundings): Promise<InstallFinding> {
  const check = 'serialport';
  try {
    await here.serial();
    return { check, verdict: 'good', words: 'serial ports can be opened: the native part loads' };
  } catch (error) {
    return {
      check,
      verdict: 'bad',
      words: `serial ports cannot be opened, because the native part does not load: ${firstLine(error)}`,
      remedy: `${AGAIN}; a port behind a serial server works, as tcp://HOST:PORT`,
    };
  }
}

/** Nothing is broken without one: the virtual board then listens on TCP. */
async function wireFinding(here: Surroundings): Promise<InstallFinding> {
  const check = 'virtual board';
  try {
    (await here.pty()).close();
    return { check, verdict: 'good', words: 'it gets a pseudo-terminal' };
  } catch (error) {
    return {
      check,
      verdict: 'note',
      words: `it listens on TCP, because there is no pseudo-terminal: ${firstLine(error)}`,
      remedy: 'nothing needs to be done: demo, tui and board choose TCP by themselves',
    };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!;
}

async function backendFinding(here: Surroundings): Promise<InstallFinding> {
  const check = 'training';
  try {
    const { name, fallback } = await here.backend();
    const words = `TensorFlow.js computes with ${name}`;
    if (fallback !== undefined)
      return {
        check,
        verdict: 'note',
        words: `${words}, because @tensorflow/tfjs-node is installed and cannot be used: ${fallback}`,
        remedy: 'nothing needs to be done: train and demo choose in the same way',
      };
    if (!name.startsWith('wasm')) return { check, verdict: 'good', words };
    return { check, verdict: 'good', words: `${words}; @tensorflow/tfjs-node is not installed, and is not needed` };
  } catch (error) {
    return {
      check,
      verdict: 'bad',
      words: `no backend computes: ${firstLine(error)}`,
      remedy: AGAIN,
    };
  }
}

async function portFindings(here: Surroundings): Promise<InstallFinding[]> {
  const check = 'ports';
  let paths: string[];
  try {
    paths = await here.ports();
  } catch (error) {
    const hint = error instanceof Z80lmError ? error.hint : undefined;
    return [{ check, verdict: 'bad', words: (error as Error).message, ...(hint !== undefined && { remedy: hint }) }];
  }
  if (paths.length === 0)
    return [
      {
        check,
        verdict: 'note',
        words: 'there is no serial port',
        remedy: 'plug the adapter in; z80lm board makes a virtual one',
      },
    ];
  const chosen = await here.chosenPort();
  return paths.map((path): InstallFinding => {
    const facts = here.platform === 'win32' ? undefined : here.facts(path);
    // The system lists it, but a container may not have been given it.
    if (facts === undefined && here.platform === 'linux')
      return { check, verdict: 'note', words: `${path} is listed by the system, but there is no such device here` };
    if (facts === undefined || facts.mayOpen) return { check, verdict: 'good', words: `${path} may be opened` };
    // Nearly every PC has a ttyS0 that nobody wants: the install is sound unless the user has chosen this one.
    const verdict = path === chosen ? 'bad' : 'note';
    return {
      check,
      verdict,
      words: `${path} may not be opened by ${facts.user ?? 'this user'}`,
      remedy: accessHint(facts),
    };
  });
}

/** The system in a line, for reports. */
export function systemLine(): string {
  const wsl = existsSync('/proc/sys/fs/binfmt_misc/WSLInterop') ? ', WSL' : '';
  const container = existsSync('/.dockerenv') ? ', in a container' : '';
  return `${process.platform} ${process.arch} ${release()}${wsl}${container}`;
}

/** Files of a folder; none if there is no such folder, or none that can be looked into. */
export function filesOf(folder: string): string[] {
  return (attempt(() => readdirSync(folder)) ?? []).sort();
}
