/** Run the command line as a user does: a process of its own. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Z80LM } from '../bundled.js';

const [PROGRAM, ...FIRST] = Z80LM;

export interface CliRun {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: Record<string, string>;
  cwd?: string;
}

/** The process itself, for commands that run until they are stopped. */
export function spawnCli(args: string[], options: CliOptions = {}): ChildProcessWithoutNullStreams {
  // Newer Nodes warn on stderr if both are set, be it to nothing.
  const { FORCE_COLOR: _, ...inherited } = process.env;
  return spawn(PROGRAM, [...FIRST, ...args], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...inherited, NO_COLOR: '1', ...options.env },
  });
}

export function cli(args: string[], options: CliOptions & { input?: string | Uint8Array } = {}): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const child = spawnCli(args, options);
    const run: CliRun = { status: null, stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk.toString('latin1')));
    child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString('latin1')));
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...run, status }));
    child.stdin.end(options.input ?? '');
  });
}
