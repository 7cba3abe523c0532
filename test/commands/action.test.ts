/** How a command ends: by what it returns or throws, and by what stops it from outside. */
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXIT, InputError, LinkError, TransferError } from '../../src/seams/errors.js';
import { action, type Shell } from '../../src/commands/shared.js';
import { printed } from '../front/here.js';

async function run(work: (shell: Shell) => Promise<number | void>, ...flags: string[]) {
  return printed(async () => {
    const program = new Command('z80lm').option('--json').option('--quiet');
    program.command('x').action(action((shell) => work(shell) as Promise<0 | 1 | void>));
    await program.parseAsync(['x', ...flags], { from: 'user' });
  });
}

describe('an error', () => {
  it('of the user is told with its place and hint, and with --json as one document', async () => {
    const failing = (): Promise<void> => Promise.reject(new InputError('no good', { where: 'f', hint: 'try g' }));
    const { status, stdout, stderr } = await run(failing, '--json');
    expect(stderr).toBe('error: f: no good\nhint: try g\n');
    expect(JSON.parse(stdout)).toEqual({
      error: { name: 'InputError', message: 'no good', where: 'f', hint: 'try g' },
    });
    expect(status).toBe(2);
  });

  it('of ours has a status of its own, its trace, and with --json is one document, too', async () => {
    const { status, stdout, stderr } = await run(() => Promise.reject(new TypeError('x is no function')), '--json');
    expect(stderr).toMatch(
      /^internal error: TypeError: x is no function\n {4}at [^]*\nhint: this is a defect of z80lm/,
    );
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'InternalError', message: 'x is no function' } });
    expect(status).toBe(70);
  });
});

describe.skipIf(process.platform === 'win32')('stopped by', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s exits with %i, whatever the work returns', async (signal, status) => {
    const work = async ({ signal: heard }: Shell): Promise<number> => {
      process.emit(signal, signal);
      expect(heard.aborted).toBe(true);
      return EXIT.no;
    };
    expect(await run(work)).toEqual({ status, stdout: '', stderr: '' });
  });

  it.each<[what: string, error: unknown, said: string]>([
    ['that it was', Object.assign(new Error('x'), { name: 'AbortError' }), ''],
    ['that its line was closed', new LinkError('the port is closed', { where: 'p', canceled: true }), ''],
    [
      'what is left on the board',
      new TransferError('interrupted', { where: 'p', canceled: true, hint: 'Z80LM.$$$ is left there: erase it' }),
      'error: p: interrupted\nhint: Z80LM.$$$ is left there: erase it\n',
    ],
    [
      'what is left, in other words',
      new TransferError('a part is on the board', { where: 'p' }),
      'error: p: a part is on the board\n',
    ],
  ])('SIGINT, a command that says %s', async (_what, error, said) => {
    const work = async ({ signal }: Shell): Promise<void> => {
      process.emit('SIGINT', 'SIGINT');
      expect(signal.aborted).toBe(true);
      throw error;
    };
    expect(await run(work)).toEqual({ status: 130, stdout: '', stderr: said });
  });

  it('nothing, if it never asks for the signal: then no signal is listened for', async () => {
    const before = process.listenerCount('SIGINT');
    let during = -1;
    await run(async () => void (during = process.listenerCount('SIGINT')));
    expect(during).toBe(before);
    await run(async ({ signal }) => void (during = signal.aborted ? -1 : process.listenerCount('SIGINT')));
    expect([during, process.listenerCount('SIGINT')]).toEqual([before + 1, before]);
  });
});
