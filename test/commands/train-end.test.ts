/** Ctrl-C at the end of a training, when there is nothing left to interrupt. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/commands/command-line.js';
import { printed } from '../front/here.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'z80lm-end-'));
  writeFileSync(join(folder, 'd.txt'), 'is it big|YES\nis it red|NO\ncan it fly|MAYBE\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('a signal that comes', () => {
  it.each([
    ['when the model is written: it is as it would have been', 'whole answers right', 'm.npz', []],
    ['when all shapes of a sweep are written', 'held out  weights', 'm-8.npz', ['--sweep', '--shapes', '8']],
  ])('%s', async (_when, moment, model, flags) => {
    const words = ['train', join(folder, 'd.txt'), '-o', join(folder, 'm.npz'), '--epochs', '2', ...flags];
    const { status, stdout, stderr } = await printed(async () => {
      const write = process.stdout.write.bind(process.stdout);
      process.stdout.write = (chunk: string | Uint8Array): boolean => {
        if (String(chunk).includes(moment)) process.emit('SIGINT', 'SIGINT');
        return write(chunk);
      };
      await runCommandLine(words);
    });
    expect(stdout).toContain(moment);
    expect(stderr).not.toContain('interrupted');
    expect(status).toBe(0);
    expect(existsSync(join(folder, model))).toBe(true);
    expect(existsSync(join(folder, 'm.ckpt'))).toBe(false);
  });
});
