/** What was lost once: a key on a late stage trains anew, `x` stops that, and a bad model lies where the good one was. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { Engine } from '../../src/tui/engine.js';
import type { Command, EngineEvent, Question, Settings } from '../../src/tui/protocol.js';
import { smallData } from './harness.js';
import { SETTINGS } from './settings.js';

const data = smallData();
afterAll(() => rmSync(dirname(data), { recursive: true }));

let outDir: string;
let settings: Settings;
let engine: Engine;
let events: EngineEvent[];
let onEvent: (event: EngineEvent) => void;
beforeEach(() => {
  outDir = mkdtempSync(join(tmpdir(), 'z80lm-lost-'));
  settings = { ...SETTINGS, data: { training: data }, questions: ['hello'], name: 'TALK', outDir };
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

const until = (isIt: (event: EngineEvent) => boolean): Promise<void> =>
  new Promise((resolve) => {
    onEvent = (event) => {
      if (isIt(event)) resolve();
    };
  });
async function done(command: Command): Promise<void> {
  const over = until((event) => event.type === 'busy' && !event.busy);
  engine.handle(command);
  await over;
}
const model = (): string => readFileSync(join(outDir, 'model.npz')).toString('hex');
const flash: Command = { type: 'run', to: 'flash', again: ['flash'] };
const questions = (): Question[] => events.filter((event) => event.type === 'ask');

it('is asked first, and a training that is stopped leaves the model as it was', async () => {
  await done({ type: 'run', to: 'build', agreed: ['train'] });
  const good = model();
  engine.handle({ type: 'set', settings: { ...settings, epochs: 100_000 } });
  engine.handle(flash);
  expect(questions()).toMatchObject([
    {
      command: flash,
      stages: [
        { stage: 'train', why: 'changed: epochs 1, now 100000' },
        { stage: 'build', why: 'train has to run first' },
        { stage: 'emulate', why: 'not done yet' },
      ],
    },
  ]);
  expect(questions()[0]!.stages[0]!.expectedMs).toBeGreaterThan(0);
  expect(questions()[0]!.model).toContain('The model that is there is run-001');
  expect(events.filter(({ type }) => type === 'busy')).toHaveLength(2);

  // Agreed to, and stopped in the middle.
  const learning = until((event) => event.type === 'training' && event.event.type === 'epoch');
  engine.handle({ ...flash, agreed: ['train', 'build', 'emulate'] });
  await learning;
  await done({ type: 'stop' });
  expect(model()).toBe(good);
  expect(events.find(({ type }) => type === 'stage-stopped')).toBeDefined();
  expect(events.filter((event) => event.type === 'model-kept').at(-1)).toMatchObject({ run: 'run-002', outcome: 'stopped', inPlace: false }); // prettier-ignore
  expect(existsSync(join(outDir, 'runs/run-002/model.npz'))).toBe(true);
  expect(existsSync(join(outDir, 'runs/run-002/model.ckpt'))).toBe(true);

  // It can be taken, and the good one again; each with its settings.
  engine.handle({ type: 'take', run: 'run-002' });
  expect(model()).toBe(readFileSync(join(outDir, 'runs/run-002/model.npz')).toString('hex'));
  expect(events.filter((event) => event.type === 'settings').at(-1)?.settings.epochs).toBe(100_000);
  engine.handle({ type: 'take', run: 'run-001' });
  expect(model()).toBe(good);
  expect(events.filter((event) => event.type === 'runs').at(-1)?.rows).toMatchObject([
    { name: 'run-002', outcome: 'stopped, taken', inPlace: false },
    { name: 'run-001', outcome: 'done', inPlace: true },
  ]);
}, 60_000);

it('goes for leaving, too', async () => {
  await done({ type: 'run', to: 'train' });
  const good = model();
  engine.handle({ type: 'set', settings: { ...settings, epochs: 100_000 } });
  const learning = until((event) => event.type === 'training' && event.event.type === 'epoch');
  engine.handle({ type: 'run', to: 'train', again: ['train'] });
  await learning;
  await engine.close();
  expect(model()).toBe(good);
  expect(existsSync(join(outDir, 'runs/run-002/model.npz'))).toBe(true);
}, 60_000);
