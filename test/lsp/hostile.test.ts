/** What no editor sends, or an editor that goes without a word: the server says so, or ends, and never stays behind. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { DefinitionRequest, ExitNotification, HoverRequest } from 'vscode-languageserver/node';
import { Framing, FRAMING } from '../../src/lsp/framing.js';
import { settingsFrom, DEFAULTS } from '../../src/lsp/settings.js';
import { pageUrl } from '../../src/seams/pages.js';
import { spawnCli } from '../e2e/cli.js';
import { Editor } from './client.js';

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.remove();
  editor = undefined;
});

/** The server alone, and what it says until its end. */
async function spoken(
  input: string | Buffer,
  ends = true,
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child: ChildProcessWithoutNullStreams = spawnCli(['lsp']);
  const run = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()));
  child.stdin.on('error', () => {});
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (ends) child.stdin.end(input);
  else child.stdin.write(input);
  return { status: await gone, ...run };
}

const message = (body: unknown): string => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
};
const HINT = `hint: z80lm lsp talks to an editor, by the Language Server Protocol: ${pageUrl('editors')}\n`;

describe('what is no message', () => {
  it.each([
    ['a person who types', 'hello\r\n\r\n', 'a header that says no length'],
    ['no length', 'Content-Type: x\r\n\r\n{}', 'a header that says no length'],
    ['a length that is none', 'Content-Length: much\r\n\r\n{}', 'a header that says no length'],
    ['endless headers', 'x'.repeat(100_000), 'a header without end'],
    ['a message without measure', 'Content-Length: 99999999999\r\n\r\n', 'a message of 99999999999 bytes'],
  ])('%s: ends it at once, with words', async (_, input, words) => {
    expect(await spoken(input, false)).toEqual({
      status: 2,
      stdout: '',
      stderr: `error: standard input has ${words}\n${HINT}`,
    });
  });

  it('is found byte by byte, too', () => {
    const framing = new Framing();
    for (const byte of Buffer.from(`${message('{}')}${message('')}${message('{"é":1}')}`))
      framing.feed(Uint8Array.of(byte));
    expect(() => framing.feed(Buffer.from('X'.repeat(FRAMING.mostHeaderBytes)))).not.toThrow();
    expect(() => framing.feed(Buffer.from('X'))).toThrow('a header without end');
  });
});

describe('a message that is none of the protocol', () => {
  it('of broken JSON, wrong types and unknown methods is passed over or refused, and the next is answered', async () => {
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { processId: null, rootUri: null, capabilities: {} },
    };
    const { status, stdout } = await spoken(
      [
        '{"jsonrpc": "2.0", "id":',
        '[]',
        'null',
        { jsonrpc: '2.0', id: 7, method: 'textDocument/hover', params: 5 },
        initialize,
        { jsonrpc: '2.0', id: 2, method: 'no/such', params: {} },
        {
          jsonrpc: '2.0',
          id: 3,
          method: 'textDocument/hover',
          params: { textDocument: { uri: 'file://%zz' }, position: { line: 1e9, character: -5 } },
        },
        { jsonrpc: '2.0', method: 'textDocument/didOpen', params: {} },
        {
          jsonrpc: '2.0',
          method: 'textDocument/didChange',
          params: { textDocument: { uri: 'x' }, contentChanges: [{ text: 'a' }] },
        },
        { jsonrpc: '2.0', id: 4, method: 'shutdown' },
        { jsonrpc: '2.0', method: 'exit' },
      ]
        .map(message)
        .join(''),
      false,
    );
    expect(status).toBe(0);
    const answers = [...stdout.matchAll(/\r\n\r\n(\{.*?\})(?=Content-Length|$)/gs)].map(([, text]) => JSON.parse(text!) as { id?: number; result?: unknown; error?: { code: number } }); // prettier-ignore
    expect(answers.find(({ id }) => id === 1)?.result).toMatchObject({ serverInfo: { name: 'z80lm' } });
    expect(answers.find(({ id }) => id === 2)?.error?.code).toBe(-32601);
    expect(answers.find(({ id }) => id === 3)).toMatchObject({ result: null });
    expect(answers.find(({ id }) => id === 4)).toMatchObject({ result: null });
  });
});

describe('the end', () => {
  it('of its input ends it, in the middle of a message, too', async () => {
    expect(await spoken('')).toMatchObject({ status: 1, stderr: '' });
    expect(await spoken('Content-Length: 1000\r\n\r\n{"jsonrpc"')).toMatchObject({ status: 1, stderr: '' });
  });

  it('without shutdown is status 1, as the protocol wants it', async () => {
    editor = await new Editor({}).start();
    const gone = new Promise<number | null>((resolve) => editor!.child.once('exit', resolve));
    await editor.connection.sendNotification(ExitNotification.type);
    expect(await gone).toBe(1);
  });
});

describe('sources that nobody wrote', () => {
  it('include themselves, and one another', async () => {
    editor = await new Editor({ 'a.asm': ' include "b.asm"\n', 'b.asm': ' include "a.asm"\n' }).start();
    await editor.open('a.asm', ' include "b.asm"\n');
    const found = await editor.published('a.asm', (list) => list.length > 0);
    expect(found.map(({ code }) => code)).toEqual(['E901']);
  });

  it('have more faults than anybody reads, and a line without end', async () => {
    editor = await new Editor({}).start();
    await editor.open('a.asm', `${'x'.repeat(1_000_000)}\n${' bogus\n'.repeat(5_000)}`);
    const found = await editor.published('a.asm', (list) => list.length > 0);
    expect(found).toHaveLength(500);
    const at = { textDocument: { uri: editor.uri('a.asm') }, position: { line: 0, character: 500_000 } };
    expect(await editor.connection.sendRequest(HoverRequest.type, at)).toBeNull();
    expect(await editor.connection.sendRequest(DefinitionRequest.type, at)).toEqual([]);
  });
});

describe('settings', () => {
  it('of another kind are left out', () => {
    for (const given of [
      undefined,
      null,
      5,
      'x',
      [],
      { main: 5, defines: [], delayMs: -1, hints: 'yes', format: 'exe', __proto__: 1 },
    ])
      expect(settingsFrom(given)).toEqual(DEFAULTS);
    expect(
      settingsFrom({
        main: 'a.asm',
        includePaths: ['lib'],
        defines: { A: 1, B: '0FFh', 'c d': 1, E: 'x' },
        delayMs: 5,
      }),
    ).toEqual({
      ...DEFAULTS,
      main: ['a.asm'],
      includePaths: ['lib'],
      defines: { A: 1, B: 255 },
      delayMs: 5,
    });
  });
});
