/** The Debug Adapter Protocol over stdio, with the client that VS Code's own adapters are tested with. */
import type { ChildProcess } from 'node:child_process';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spawnCli } from '../e2e/cli.js';
import { makeProgram, type MadeProgram } from './program.js';

/** The library's own bound, 5 s, is for machines without other work. */
const PATIENCE_MS = 300_000;

let made: MadeProgram;
let child: ChildProcess;
let client: DebugClient;
let output: string;

beforeAll(() => void (made = makeProgram()));
afterAll(() => made.remove());
beforeEach(() => {
  const started = spawnCli(['debug', '--dap']);
  child = started;
  client = new DebugClient('', '', 'z80lm');
  client.defaultTimeout = PATIENCE_MS;
  (client as unknown as { connect(from: NodeJS.ReadableStream, to: NodeJS.WritableStream): void }).connect(
    started.stdout,
    started.stdin,
  );
  output = '';
  client.on('output', ({ body }: DebugProtocol.OutputEvent) => {
    if (body.category === 'stdout') output += body.output;
  });
});
afterEach(async () => {
  const gone = new Promise((resolve) => child.on('exit', resolve));
  child.stdin!.end();
  if (child.exitCode === null) await gone;
});

const line = (text: string): number => made.lines.findIndex((one) => one.includes(text)) + 1;

/** Launched, with this set, and at its first stop. */
async function launched(
  more: object,
  configure: () => Promise<unknown> = async () => {},
): Promise<DebugProtocol.StoppedEvent> {
  await client.initializeRequest();
  const stopped = client.waitForEvent('stopped') as Promise<DebugProtocol.StoppedEvent>;
  const ready = client.waitForEvent('initialized');
  await Promise.all([client.launchRequest({ program: made.com, ...more } as never), ready]);
  await configure();
  await client.configurationDoneRequest();
  return stopped;
}

async function top(): Promise<DebugProtocol.StackFrame> {
  return (await client.stackTraceRequest({ threadId: 1 })).body.stackFrames[0]!;
}

async function moved(request: () => Promise<unknown>): Promise<DebugProtocol.StoppedEvent> {
  const stopped = client.waitForEvent('stopped') as Promise<DebugProtocol.StoppedEvent>;
  await request();
  return stopped;
}

describe('an editor', () => {
  it('stops at a line of the source, sees where it is, steps, and runs to the end', async () => {
    const stop = await launched({ type: 'bye' }, async () => {
      const { body } = await client.setBreakpointsRequest({
        source: { path: made.asm },
        breakpoints: [{ line: line('INC (HL)') }, { line: 99 }],
      });
      expect(body.breakpoints).toEqual([
        { id: 1, verified: true, line: line('INC (HL)') },
        { id: 2, verified: false, message: 'there is no code at this line or behind it' },
      ]);
    });
    expect(stop.body).toMatchObject({ reason: 'breakpoint', threadId: 1, hitBreakpointIds: [1] });
    expect(output).toBe('Hello, debugger\n');
    const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
    expect(stackFrames.map(({ name, line: at, source }) => [name, at, source?.path])).toEqual([
      ['count+3h', line('INC (HL)'), made.asm],
      ['again', line('again:'), made.asm],
    ]);
    expect((await moved(() => client.nextRequest({ threadId: 1 }))).body.reason).toBe('step');
    expect((await top()).line).toBe(line('INC (HL)') + 1);
    await moved(() => client.stepOutRequest({ threadId: 1 }));
    expect((await top()).line).toBe(line('DJNZ'));
    await client.setBreakpointsRequest({ source: { path: made.asm }, breakpoints: [] });
    const end = client.waitForEvent('terminated');
    await client.continueRequest({ threadId: 1 });
    await end;
    expect(output).toBe('Hello, debugger\nbye');
  });

  it('reads and writes registers, flags and memory', async () => {
    await launched({ stopOnEntry: true });
    const { scopes } = (await client.scopesRequest({ frameId: 0 })).body;
    expect(scopes.map(({ name }) => name)).toEqual(['Registers', 'Flags', 'Shadow registers', 'Stack']);
    const registers = async (): Promise<Record<string, string>> => {
      const { variables } = (await client.variablesRequest({ variablesReference: 1 })).body;
      return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
    };
    expect(await registers()).toMatchObject({ PC: '0100h start', SP: 'E3FEh', BC: '0000h page_zero' });
    const set = await client.setVariableRequest({ variablesReference: 1, name: 'BC', value: '0x1234' });
    expect(set.body.value).toBe('1234h');
    expect((await registers())['BC']).toBe('1234h');
    await client.setVariableRequest({ variablesReference: 2, name: 'C', value: '0' });
    expect((await client.evaluateRequest({ expression: 'f & 1' })).body.result).toBe('00h');
    const refused = client.setVariableRequest({ variablesReference: 2, name: 'C', value: '2' });
    await expect(refused).rejects.toThrow('does not fit');
    const { body: read } = (await client.customRequest('readMemory', { memoryReference: '0x100', count: 3 })) as DebugProtocol.ReadMemoryResponse; // prettier-ignore
    expect(Buffer.from(read!.data!, 'base64')[0]).toBe(0x11);
    await client.customRequest('writeMemory', { memoryReference: '0x100', data: Buffer.from([0]).toString('base64') });
    const { body: code } = (await client.customRequest('disassemble', { memoryReference: '0x103', instructionOffset: -1, instructionCount: 3 })) as DebugProtocol.DisassembleResponse; // prettier-ignore
    expect(code!.instructions.at(-2)).toMatchObject({
      address: '0x0103',
      instruction: 'LD C,0x09',
      line: line('LD C,9'),
    });
  });

  it('types to the program that waits, and pauses it', async () => {
    await launched({ stopOnEntry: true });
    await client.continueRequest({ threadId: 1 });
    const paused = await moved(() => client.pauseRequest({ threadId: 1 }));
    expect(paused.body.reason).toBe('pause');
    await client.continueRequest({ threadId: 1 });
    const end = client.waitForEvent('terminated');
    await client.evaluateRequest({ expression: 'hello', context: 'repl' });
    await end;
    expect(output).toBe('Hello, debugger\nhello');
  });

  it('stops at functions, and begins anew', async () => {
    const stop = await launched({}, () =>
      client.setFunctionBreakpointsRequest({ breakpoints: [{ name: 'ask' }, { name: 'nowhere' }] }),
    );
    expect(stop.body).toMatchObject({ reason: 'function breakpoint', hitBreakpointIds: [1] });
    await moved(() => client.restartRequest({}));
    expect((await top()).name).toBe('ask');
    expect(output).toBe('Hello, debugger\nHello, debugger\n');
  });

  it('stops at data, goes backwards, and asks what wrote a byte', async () => {
    const stop = await launched({ type: 'x', stopOnEnd: true }, async () => {
      const { body } = await client.dataBreakpointInfoRequest({ name: 'counter' });
      expect(body).toMatchObject({ dataId: '135:1', accessTypes: ['read', 'write', 'readWrite'] });
      const set = await client.setDataBreakpointsRequest({
        breakpoints: [{ dataId: body.dataId!, accessType: 'write', hitCondition: '== 2' }],
      });
      expect(set.body.breakpoints).toEqual([{ id: 1, verified: true }]);
    });
    expect(stop.body).toMatchObject({
      reason: 'data breakpoint',
      description: 'watchpoint 1: counter (t.asm:20) 01 -> 02, by count+3h (t.asm:17)',
    });
    const back = await moved(() => client.stepBackRequest({ threadId: 1 }));
    expect(back.body.reason).toBe('step');
    expect((await top()).line).toBe(line('INC (HL)'));
    expect((await client.evaluateRequest({ expression: '[counter]' })).body.result).toBe('01h');
    await client.setDataBreakpointsRequest({ breakpoints: [] });
    const end = await moved(() => client.continueRequest({ threadId: 1 }));
    expect(end.body).toMatchObject({ reason: 'pause', description: 'the program has ended' });
    const who = await client.evaluateRequest({ expression: 'who counter', context: 'repl' });
    expect(who.body.result).toMatch(/^0135h: 01 was written at ask\+Bh \(t\.asm:14\)\n/);
    await client.setBreakpointsRequest({ source: { path: made.asm }, breakpoints: [{ line: line('DJNZ') }] });
    const rewound = await moved(() => client.reverseContinueRequest({ threadId: 1 }));
    expect(rewound.body.reason).toBe('breakpoint');
    expect((await client.evaluateRequest({ expression: 'b' })).body.result).toBe('01h');
  });

  it('logs where it is asked to, and does not stop there', async () => {
    const logged: string[] = [];
    client.on('output', ({ body }: DebugProtocol.OutputEvent) => {
      if (body.category === 'console') logged.push(body.output);
    });
    await launched({ type: 'x', stopOnEnd: true }, () =>
      client.setBreakpointsRequest({
        source: { path: made.asm },
        breakpoints: [{ line: line('DJNZ'), condition: 'b < 3', logMessage: 'b is {b}' }],
      }),
    );
    expect(logged).toEqual(['b is 2\n', 'b is 1\n']);
  });

  it('is told what is wrong', async () => {
    await client.initializeRequest();
    await expect(client.launchRequest({ program: '/nowhere/X.COM' } as never)).rejects.toThrow('no such file');
    await expect(client.launchRequest({} as never)).rejects.toThrow('launch names no program');
    await expect(client.customRequest('modules')).rejects.toThrow('no program is launched');
  });

  it('that starts it again while it waits for a key has it stopped at its beginning, and can go on', async () => {
    await launched({ stopOnEntry: true });
    await client.continueRequest({ threadId: 1 });
    const stop = await moved(() => client.customRequest('restart', {}));
    expect(stop.body.reason).toBe('entry');
    expect((await top()).instructionPointerReference).toBe('0x0100');
    expect((await moved(() => client.nextRequest({ threadId: 1 }))).body.reason).toBe('step');
  });

  it('sees flags by names of their own, and no instruction before the first', async () => {
    await launched({ stopOnEntry: true });
    const { variables } = (await client.variablesRequest({ variablesReference: 2 })).body;
    expect(variables.map(({ evaluateName }) => evaluateName)).toEqual(
      ['s', 'z', 'y', 'h', 'x', 'p', 'n', 'c'].map((name) => `flag.${name}`),
    );
    const { body } = await client.customRequest('disassemble', {
      memoryReference: '0x0000',
      instructionOffset: -2,
      instructionCount: 3,
    });
    const { instructions } = body as { instructions: DebugProtocol.DisassembledInstruction[] };
    expect(instructions.map(({ presentationHint }) => presentationHint)).toEqual(['invalid', 'invalid', undefined]);
  });
});
