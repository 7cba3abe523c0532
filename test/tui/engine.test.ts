/** Keys at unlucky moments: whatever runs goes on as if they had not been pressed, and the user is told. */
import { CPM } from '../../src/machines/cpm.js';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { EmulatorSession } from '../../src/tui/emulator-session.js';
import { Engine } from '../../src/tui/engine.js';
import type { EngineEvent, Settings } from '../../src/tui/protocol.js';
import { assemble, memoryReader } from '../../src/z80asm/index.js';
import { smallData } from './harness.js';
import { SETTINGS } from './settings.js';

const data = smallData();
afterAll(() => rmSync(dirname(data), { recursive: true }));

describe('the engine', () => {
  let outDir: string;
  let engine: Engine;
  let events: EngineEvent[];
  let onEvent: (event: EngineEvent) => void;
  beforeEach(() => {
    outDir = mkdtempSync(join(tmpdir(), 'z80lm-engine-'));
    const settings: Settings = {
      ...SETTINGS,
      data: { training: data },
      questions: ['hello', 'bye'],
      name: 'TALK',
      outDir,
    };
    events = [];
    onEvent = () => {};
    engine = new Engine(settings, {
      add(event) {
        events.push(event);
        onEvent(event);
      },
      room: () => Promise.resolve(),
    });
  });
  afterEach(async () => {
    await engine.close();
    rmSync(outDir, { recursive: true });
  });

  const notes = (): string[] => events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  const ended = (): Promise<void> =>
    new Promise((resolve) => {
      const others = onEvent;
      onEvent = (event) => {
        others(event);
        if (event.type === 'busy' && !event.busy) resolve();
      };
    });

  it('lets a stage keep the line and the emulator that it works with', async () => {
    // In each of the two, at its first news: everything that would take them away.
    let asked = false;
    let sent = false;
    onEvent = (event) => {
      if (event.type === 'console' && event.side === 'emulator' && !asked) {
        asked = true;
        engine.handle({ type: 'emulator', action: 'restart' });
        engine.handle({ type: 'keys', side: 'emulator', text: 'x' });
      }
      if (event.type === 'load' && event.side === 'board' && !sent) {
        sent = true;
        engine.handle({ type: 'disconnect' });
        engine.handle({ type: 'keys', side: 'board', text: 'x' });
        engine.handle({ type: 'connect' });
        engine.handle({ type: 'run', agreed: ['train'] });
      }
    };
    // A line that is open and listened to already.
    engine.handle({ type: 'connect' });
    const over = ended();
    engine.handle({ type: 'run', agreed: ['train'] });
    await over;
    expect(events.filter(({ type }) => type === 'failed')).toEqual([]);
    expect(events.find(({ type }) => type === 'summary')).toMatchObject({ summary: { equal: true } });
    expect(notes()).toEqual([
      'the emulator is being asked: wait, or stop it with x',
      'the emulator is being asked: wait, or stop it with x',
      'a stage is talking to the board: wait, or stop it with x',
      'a stage is talking to the board: wait, or stop it with x',
      'something runs already: x stops it',
    ]);
    if (process.platform !== 'linux') return;
    // The board's process is killed: that is no line that somebody has closed.
    const closed = new Promise<EngineEvent>((resolve) => {
      onEvent = (event) => void (event.type === 'line' && event.path === undefined && resolve(event));
    });
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').map(Number);
    const board = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('board-process'))!;
    process.kill(board, 'SIGKILL');
    expect(await closed).toMatchObject({ lost: expect.stringMatching(/./) as string });
  });

  it('looks at data and port before it takes them', async () => {
    const settings = (): Settings | undefined =>
      events.findLast((event): event is Extract<EngineEvent, { type: 'settings' }> => event.type === 'settings')
        ?.settings;
    const noted = (): Promise<void> =>
      new Promise((resolve) => (onEvent = (event) => void (event.type === 'note' && resolve())));
    const other = join(outDir, 'zoo.txt');
    writeFileSync(other, 'is it a bear|YES\nis it a bee|NO\n');
    const before: Settings = {
      ...SETTINGS,
      data: { training: data },
      questions: ['hello', 'bye'],
      name: 'TALK',
      outDir,
    };
    const changed = { ...before, data: { training: other } };
    engine.handle({ type: 'set', settings: changed });
    // What is asked and what the program is called go with the data.
    expect(settings()).toMatchObject({
      questions: ['is it a bear', 'is it a bee'],
      name: 'ZOO',
      data: { training: other },
    });
    const missing = noted();
    engine.handle({ type: 'set', settings: { ...settings()!, data: { training: '/nowhere/x.txt' } } });
    await missing;
    expect(notes().at(-1)).toContain(`the data stays ${other}: /nowhere/x.txt: `);
    expect(settings()!.data).toEqual({ training: other });
    const unplugged = noted();
    engine.handle({ type: 'set', settings: { ...settings()!, port: '/dev/nothing-here' } });
    await unplugged;
    expect(notes().at(-1)).toBe('port is now /dev/nothing-here, but nothing of that name is there');
  });
});

describe('a program in the emulator', () => {
  it('says nothing more when it was replaced, though it was in the middle of a sentence', async () => {
    const source = '\torg 100h\nloop:\tld e,"A"\n\tld c,2\n\tcall 5\n\tjp loop\n';
    const built = assemble({ main: 'a.asm', ...memoryReader({ 'a.asm': source }) });
    if (!built.ok) throw new Error('does not assemble');
    let news = 0;
    let speak = (): void => {};
    const speaks = new Promise<void>((resolve) => (speak = resolve));
    const session = new EmulatorSession({
      machine: CPM,
      program: { name: 'A.COM', bytes: built.bytes },
      names: new Map(),
      clockHz: 7_372_800,
      clock,
      onOutput: () => {
        news++;
        speak();
      },
      onStatus: () => news++,
      room: () => Promise.resolve(),
    });
    const over = session.run();
    session.act('go');
    await speaks;
    session.close();
    const before = news;
    await over;
    expect(news).toBe(before);
  });
});
