/**
 * Is z80lm itself in order on this computer? What `z80lm doctor` tells without a port. Each finding is of something
 * tried here and now; each remedy is for this system.
 */
import { existsSync, readdirSync } from 'node:fs';
import { release } from 'node:os';
import { accessHint, nodeFacts, programRuns } from '../link/port-access.js';
import { listPorts } from '../link/port-list.js';
import { manifest } from '../package.js';
import { Z80lmError } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import type { Verdict } from '../transfer/doctor.js';

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
  /** Loads a package that has a native part. */
  load: (name: string) => Promise<unknown>;
  /** The backend's name and version. */
  backend: () => Promise<string>;
  /** The device nodes of serial ports. */
  ports: () => Promise<string[]>;
  facts: typeof nodeFacts;
  runs: (program: string) => boolean;
}

export const { version: VERSION, engines: ENGINES } = manifest();

export const HERE: Surroundings = {
  nodeVersion: process.versions.node,
  engines: ENGINES.node,
  platform: process.platform,
  load: (name) => import(name),
  backend: async () => {
    const { loadBackend } = await import('../trainer/backend.js');
    return (await loadBackend('auto')).name;
  },
  ports: async () => (await listPorts()).map(({ path }) => path),
  facts: nodeFacts,
  runs: (name) => programRuns(name),
};

/** Packages whose native part may be missing, what for, and what still works without. */
const NATIVE = [
  { name: 'serialport', what: 'serial ports', without: 'tcp://HOST:PORT still works as a port' },
  { name: '@lydell/node-pty', what: 'the virtual board', without: 'z80lm board --tcp PORT still works' },
] as const;

export async function* installFindings(here: Surroundings = HERE): AsyncGenerator<InstallFinding> {
  yield nodeFinding(here);
  for (const native of NATIVE) yield await nativeFinding(here, native);
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
  const least = Number(/\d+/.exec(engines)?.[0]);
  if (Number(nodeVersion.split('.')[0]) >= least)
    return { check: 'Node', verdict: 'good', words: `${nodeVersion} (${engines} is needed)` };
  return {
    check: 'Node',
    verdict: 'bad',
    words: `${nodeVersion}, and ${engines} is needed`,
    remedy: `install a newer Node from https://nodejs.org, then z80lm again: ${pageUrl('install')}`,
  };
}

async function nativeFinding(here: Surroundings, native: (typeof NATIVE)[number]): Promise<InstallFinding> {
  const check = native.name.replace('@lydell/', '');
  try {
    await here.load(native.name);
    return { check, verdict: 'good', words: `its native part loads: ${native.what}` };
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return {
      check,
      verdict: 'bad',
      words: `no ${native.what}, for it does not load: ${reason}`,
      remedy: `install z80lm again for this Node and this system, without --omit=optional (${pageUrl('install')}); ${native.without}`,
    };
  }
}

async function backendFinding(here: Surroundings): Promise<InstallFinding> {
  const check = 'training';
  try {
    const name = await here.backend();
    const words = `TensorFlow.js computes with ${name}`;
    if (!name.startsWith('wasm')) return { check, verdict: 'good', words };
    return {
      check,
      verdict: 'good',
      words: `${words}; @tensorflow/tfjs-node is not there or does not load, and is not needed`,
    };
  } catch (error) {
    return {
      check,
      verdict: 'bad',
      words: `no backend loads: ${(error as Error).message.split('\n', 1)[0]}`,
      remedy: `install z80lm again: ${pageUrl('install')}`,
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
        words: 'no serial port is there',
        remedy: 'plug the adapter in; z80lm board makes a virtual one',
      },
    ];
  return paths.map((path): InstallFinding => {
    const facts = here.platform === 'win32' ? undefined : here.facts(path);
    if (facts === undefined || mayOpen(facts)) return { check, verdict: 'good', words: `${path} may be opened` };
    return { check, verdict: 'bad', words: `${path} may not be opened by ${facts.user}`, remedy: accessHint(facts) };
  });
}

function mayOpen({ mode, owner, user, inSession }: NonNullable<ReturnType<typeof nodeFacts>>): boolean {
  const has = (bits: number): boolean => (mode & bits) === bits;
  // The first class that fits decides, as in the system's own check; root passes all.
  if (user === 'root') return true;
  if (owner === user) return has(0o600);
  return inSession ? has(0o060) : has(0o006);
}

/** The system in a line, for reports. */
export function systemLine(): string {
  const wsl = existsSync('/proc/sys/fs/binfmt_misc/WSLInterop') ? ', WSL' : '';
  const container = existsSync('/.dockerenv') ? ', in a container' : '';
  return `${process.platform} ${process.arch} ${release()}${wsl}${container}`;
}

/** Files of a folder, none where there is no such folder. */
export function filesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
