/** What ends a command from outside, and output that nobody takes: exit statuses, and what is left behind. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as pty from '@lydell/node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, spawnCli } from '../e2e/cli.js';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const TSX = import.meta.resolve('tsx');
const unix = describe.skipIf(process.platform === 'win32');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-signals-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const;

unix('work that holds the event loop', () => {
  it.each(SIGNALS)('is ended by %s, and leaves nothing', async (signal) => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const child = spawnCli(['asm', 'pipe', '-o', 'x.com'], { cwd: folder });
    const ended = once(child, 'exit');
    // Opened when its reader has opened it, who then waits for ten seconds, deaf to all that Node tells.
    const writer = await open(pipe, 'w');
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    await writer.close();
    expect(readdirSync(folder)).toEqual(['pipe']);
    rmSync(pipe);
  });
});

unix('a command that tidies up', () => {
  it.each(SIGNALS)('after %s exits with %i', async (signal, status) => {
    // Its disk is in the folder of the user, not in that of its process.
    const disk = `${signal}.img`;
    const child = spawnCli(['board', '--tcp', '0', '--disk', disk], { cwd: folder });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill(signal);
    expect(await ended).toEqual([status, null]);
    expect(readdirSync(folder)).toEqual([disk]);
    rmSync(join(folder, disk));
  });
});

describe('a terminal', () => {
  it.skipIf(process.platform === 'win32')('that is closed ends a command, with its board', async () => {
    const terminal = pty.spawn(process.execPath, ['--import', TSX, CLI, 'board', '--tcp', '0'], {});
    const ended = new Promise<{ exitCode: number; signal?: number | undefined }>((resolve) => terminal.onExit(resolve));
    await new Promise<void>((resolve) => terminal.onData((text) => text.includes('Ctrl-C') && resolve()));
    const children = childrenOf(terminal.pid);
    expect(children).toHaveLength(1);
    (terminal as unknown as { destroy(): void }).destroy();
    expect(await ended).toMatchObject({ exitCode: 129 });
    await gone(children[0]!);
  });
});

unix('standard output', () => {
  it.skipIf(process.platform !== 'linux')('on a full disk is one line and status 2', async () => {
    for (const words of [['config'], ['config', '--json'], ['--help']]) {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, ['--import', TSX, CLI, ...words], {
        stdio: ['ignore', full, 'pipe'],
        env: { ...process.env, NO_COLOR: '1' },
      });
      closeSync(full);
      let said = '';
      child.stderr!.on('data', (chunk: Buffer) => (said += String(chunk)));
      expect([words, await once(child, 'close')]).toEqual([words, [2, null]]);
      expect(said.replace(/^nothing is set.*\n/, '')).toBe(
        'error: standard output: the disk is full\nhint: free some space\n',
      );
    }
  });

  it('whose reader has enough ends quietly', async () => {
    const child = spawnCli(['config']);
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(said.replace(/^nothing is set.*\n/, '')).toBe('');
  });
});

describe('--json', () => {
  it.each([
    [['asm', '--json'], "error: required option '-o, --output <file>' not specified"],
    [['asm', 'x.asm', '--jsn', '-o', 'x', '--json'], "unknown option '--jsn'"],
    [['--json', 'asmm'], "unknown command 'asmm'"],
    [['build', '--json'], '-o, --output <file>'],
  ])('says of %j what is wrong, in one document', async (words, what) => {
    const { status, stdout, stderr } = await cli(words);
    const { error } = JSON.parse(stdout) as { error: { name: string; message: string } };
    expect(error.name).toBe('UsageError');
    expect(stderr).toContain(error.message);
    expect(what).toContain(error.message.replace(/^required option '(.*)' not specified$/, '$1'));
    expect(status).toBe(2);
  });
});

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').map(Number);
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await pause();
  }
}
