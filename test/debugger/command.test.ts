/** `z80lm debug` as other programs use it: objects by the line, files of other machines, an editor at a port. */
import { connect } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCM } from '../../src/machines/scm.js';
import { ZX48 } from '../../src/machines/zx48.js';
import { cli, spawnCli } from '../e2e/cli.js';
import { makeProgram, type MadeProgram } from './program.js';

const PATIENCE_MS = 300_000;
/** LD A,5; INC A; HALT */
const BYTES = Uint8Array.of(0x3e, 5, 0x3c, 0x76);

let made: MadeProgram;
beforeAll(() => void (made = makeProgram()));
afterAll(() => made.remove());

const objects = (text: string): Record<string, unknown>[] =>
  text.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore

it('gives an object for each command with --json, and 2 where one was wrong', async () => {
  const input = 'break count if b == 4\ncontinue\nnonsense\nquit\n';
  const { status, stdout } = await cli(['debug', made.com, '--json'], { input });
  expect(status).toBe(2);
  const [first, added, stopped, wrong, ...more] = objects(stdout);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ command: '', pc: 0x100, output: '' });
  expect(added).toMatchObject({ command: 'break count if b == 4', output: '' });
  expect(stopped).toMatchObject({
    command: 'continue',
    stop: { why: 'breakpoint', id: 1, at: 0x11e },
    output: 'Hello, debugger\r\n',
  });
  expect(wrong).toMatchObject({ command: 'nonsense', error: { name: 'UsageError' } });
});

it.each([
  ['HEX', SCM, 0x8000],
  ['TAP', ZX48, 0x8000],
] as const)('debugs a .%s', async (type, machine, origin) => {
  const path = join(made.folder, `OTHER.${type}`);
  writeFileSync(path, machine.file.encode({ bytes: BYTES, origin, entry: origin }, 'other'));
  const { status, stdout } = await cli(['debug', path, '--json'], { input: 'step 2\nback\nprint a\nbreak bdos\n' });
  const [first, stepped, back, printed, refused] = objects(stdout);
  expect(first).toMatchObject({ pc: origin });
  expect(stepped).toMatchObject({ stop: { why: 'step' }, pc: origin + 3 });
  expect(back).toMatchObject({ pc: origin + 2, live: false });
  expect(printed).toMatchObject({ lines: ['05h  5'] });
  expect(refused).toMatchObject({ error: { message: 'this machine has no BDOS' } });
  expect(status).toBe(2);
});

it('listens for editors at a port, one after the other', async () => {
  const child = spawnCli(['debug', '--dap-port', '0', made.com, '--json']);
  const gone = new Promise((resolve) => child.on('exit', resolve));
  try {
    const line = await new Promise<string>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk)))); // prettier-ignore
    const { port } = JSON.parse(line) as { port: number };
    for (let editor = 0; editor < 2; editor++) {
      const client = new DebugClient('', '', 'z80lm');
      client.defaultTimeout = PATIENCE_MS;
      await client.start(port);
      await client.initializeRequest();
      const stopped = client.waitForEvent('stopped');
      const ready = client.waitForEvent('initialized');
      await Promise.all([client.launchRequest({ stopOnEntry: true } as never), ready]);
      await client.configurationDoneRequest();
      expect((await stopped).body).toMatchObject({ reason: 'entry' });
      const nowhere = client.customRequest('readMemory', { memoryReference: 'nowhere', count: 1 });
      await expect(nowhere).rejects.toThrow('not an address');
      await client.stop();
    }
    // What a web page can send is not obeyed.
    const page = connect(port, '127.0.0.1', () => page.write('POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}'));
    const answered: Buffer[] = [];
    page.on('data', (chunk: Buffer) => answered.push(chunk));
    page.on('error', () => {});
    await new Promise((resolve) => page.on('close', resolve));
    expect(answered).toEqual([]);
  } finally {
    child.kill('SIGINT');
  }
  // Windows knows no signals: the process is ended.
  expect(await gone).toBe(process.platform === 'win32' ? null : 130);
});
