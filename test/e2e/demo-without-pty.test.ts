/** The whole way on a computer without pseudo-terminals: over TCP, unasked, to the same end. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, spawnCli } from './cli.js';
import { withoutPty } from './without-pty.js';

const folder = mkdtempSync(join(tmpdir(), 'z80lm-no-pty-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = withoutPty(folder);
const REMARK = 'no pseudo-terminal (@lydell/node-pty is not installed): the virtual board listens on TCP instead';

describe('without pseudo-terminals', () => {
  it('the demo takes TCP by itself, says so in one line, and ends with equal transcripts', async () => {
    const out = join(folder, 'out');
    const run = await cli(['demo', '--epochs', '1', '--hidden', '96,64', '--out', out], { env });
    expect(run.stderr).toContain(`  ${REMARK}\n`);
    expect(run.stdout).toMatch(/the board answers on tcp:\/\/127\.0\.0\.1:\d+\n/);
    expect(run.stdout).toContain('7/7 time');
    expect(run.stdout).toMatch(/ {2}equal: \d+ bytes of console, emulator and board the same\n$/);
    expect(run.status).toBe(0);
    expect(readFileSync(join(out, 'board.log'))).toEqual(readFileSync(join(out, 'emulator.log')));
  });

  it('the board listens on TCP, says where and why, and a program hears it as a field', async () => {
    const child = spawnCli(['board', '--json'], { env });
    let stdout = '';
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString();
        if (stdout.endsWith('\n')) resolve();
      }),
    );
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGINT');
    await ended;
    expect(JSON.parse(stdout)).toEqual({
      path: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/) as string,
      remark: REMARK,
    });
    expect(stderr).toContain(REMARK);
  });

  it('a pseudo-terminal that was asked for by name cannot be had, and the hint is one for this command', async () => {
    const run = await cli(['board', '--pty', join(folder, 'link')], { env });
    expect(run.status).toBe(3);
    expect(run.stderr).toContain('error: no pseudo-terminal: @lydell/node-pty is not installed\n');
    expect(run.stderr).toContain('hint: omit --pty: the virtual board then listens on TCP');
  });
});
