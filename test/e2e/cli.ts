/** Run the command line as a user does: a process of its own, from the sources. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** By its place: a run in another folder would not find it by name. */
const TSX = import.meta.resolve('tsx');
const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

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
  return spawn(process.execPath, ['--import', TSX, CLI, ...args], {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...inherited, NO_COLOR: '1', ...options.env },
  });
}

export function cli(args: string[], options: CliOptions & { input?: string } = {}): Promise<CliRun> {
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
