/** Run the command line in this process, which takes milliseconds where a process of its own takes a second. */
import { stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';
import { runCommandLine } from '../../src/commands/command-line.js';
import type { CliRun } from '../e2e/cli.js';

/** @param words whose files have whole paths: this process stays in its folder */
export function here(words: string[]): Promise<CliRun> {
  return printed(() => runCommandLine(words));
}

/** What is printed meanwhile, and the exit status that the process would have. */
export async function printed(work: () => Promise<void>): Promise<CliRun> {
  const before = process.exitCode;
  const run = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      run[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
      return true;
    }),
  );
  try {
    process.exitCode = 0;
    await work();
    return { status: Number(process.exitCode), stdout: run.stdout, stderr: stripVTControlCharacters(run.stderr) };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
