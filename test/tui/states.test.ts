/** What the panes say is so: whatever ends, and however, nothing goes on saying that it runs, is open, or is fresh. */
import { describe, expect, it } from 'vitest';
import { STAGES, type Stage, type StageState } from '../../src/pipeline/events.js';
import { press } from '../../src/tui/app.js';
import { drawFrame } from '../../src/tui/frame.js';
import type { Command, Question } from '../../src/tui/protocol.js';
import { apply, createState, type AppState, type PaneName } from '../../src/tui/state.js';
import type { StageMark, UiEvent } from '../../src/tui/stage-marks.js';
import { SETTINGS } from './settings.js';

const states = (of: Partial<Record<Stage, StageState['state']>>, why?: StageState['why']): UiEvent => ({
  type: 'states',
  states: STAGES.map((stage) => ({ stage, state: of[stage] ?? 'fresh', ...(why && { why }), elapsedMs: 1 })),
});
const FRESH = states({});
const begins = (stage: Stage): UiEvent => ({ type: 'stage', stage, title: '' });
const LINE: UiEvent = { type: 'line', path: '/dev/ttyUSB0' };
const sending = (phase: 'send' | 'verify'): UiEvent => ({
  type: 'load',
  side: 'board',
  progress: { phase, step: 'reading it back', doneBytes: 512, totalBytes: 1024, retries: 0 },
});

function after(...events: UiEvent[]): AppState {
  const state = createState(SETTINGS, () => undefined);
  for (const event of events) apply(state, event, 500);
  return state;
}
const marks = (state: AppState): StageMark[] => STAGES.map((stage) => state.stages[stage].mark);
function screen(state: AppState, pane: PaneName, width = 100): string {
  state.pane = pane;
  const { rows } = drawFrame(state, { width, height: 30, ascii: false }, 1000);
  return rows.map((row) => row.map(({ char }) => char).join('').trimEnd()).join('\n'); // prettier-ignore
}
const RUNNING = /running|stopping| now$|left$/m;

describe('when the engine is killed', () => {
  const state = after(LINE, FRESH, { type: 'busy', busy: true }, begins('flash'), sending('verify'), {
    type: 'engine-ended',
    why: 'the engine stopped (SIGKILL)',
  });

  it('what ran has failed, and what it knew is not known', () => {
    expect(marks(state)).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'failed', 'unknown', 'unknown']);
    expect([state.busy, state.line, state.alive]).toEqual([false, undefined, false]);
  });

  it('no pane says that anything goes on', () => {
    for (const pane of ['data', 'train', 'build', 'emulate', 'ports', 'flash', 'consoles', 'time'] as const) {
      const text = screen(state, pane);
      expect(text).not.toMatch(RUNNING);
      expect(text).not.toMatch(/\bdone\b|open$/m);
      expect(text).toContain('the engine has ended');
    }
    expect(screen(state, 'flash')).toContain('it ended in: reading it back');
    expect(screen(state, 'flash')).toContain('FAILED: the engine stopped (SIGKILL)');
    expect(screen(state, 'ports')).toContain('the line was lost: the engine stopped (SIGKILL)');
    expect(screen(state, 'ports')).toMatch(/^ +LOST$/m);
  });

  it('q leaves at once', () => {
    let left = 0;
    press(
      state,
      { name: 'q', sequence: 'q' },
      {
        send: () => undefined,
        quit: () => left++,
        repaint: () => undefined,
        suspend: () => undefined,
        debug: () => undefined,
      },
    );
    expect(left).toBe(1);
  });
});

describe('when the board is lost', () => {
  it('what is on it, and what was measured on it, is not fresh any more', () => {
    const state = after(LINE, FRESH, { type: 'line', path: undefined, lost: 'the port is gone' });
    expect(marks(state)).toEqual(['fresh', 'fresh', 'fresh', 'fresh', 'stale', 'stale', 'stale']);
    expect(screen(state, 'time')).toContain('the line to the board was lost: the port is gone');
    expect(state.message).toEqual({ text: 'the line to the board was lost: the port is gone', bad: true });
  });

  it('no key goes to it', () => {
    const state = after(LINE);
    state.typing = 'both';
    apply(state, { type: 'line', path: undefined, lost: 'gone' }, 0);
    expect(state.typing).toBeUndefined();
  });

  it('a flash that it was in the middle of says so', () => {
    const state = after(LINE, begins('flash'), sending('send'), {
      type: 'failed',
      stage: 'flash',
      message: 'the port is gone',
      where: '/dev/ttyUSB0',
      hint: 'plug it in',
      stopped: false,
    });
    apply(state, { type: 'busy', busy: false }, 0);
    expect(state.stages.flash.mark).toBe('failed');
    const text = screen(state, 'flash');
    expect(text).toContain('FAILED: /dev/ttyUSB0: the port is gone');
    expect(text).not.toMatch(RUNNING);
  });
});

describe('when a stage is stopped', () => {
  const stopped = { type: 'failed', where: '', hint: '', message: 'stopped', stopped: true } as const;

  it('it is stopping until it has ended, and then it is stopped', () => {
    const state = after(begins('compare'), { type: 'stopping', stage: 'compare' });
    expect(screen(state, 'consoles')).toContain('stopping');
    apply(state, { type: 'stage-stopped', stage: 'compare', afterMs: 120, left: false }, 0);
    apply(state, { ...stopped, stage: 'compare' }, 0);
    expect(state.stages.compare.mark).toBe('stopped');
    expect(state.message?.text).toBe('compare was stopped and ended after 0.1 s');
  });

  it('one that did not end is said to have been left', () => {
    const state = after(begins('flash'), { type: 'stage-stopped', stage: 'flash', afterMs: 3_000, left: true });
    expect(state.message).toMatchObject({ bad: true });
    expect(state.message?.text).toContain('did not end within 3.0 s, and was left');
  });

  it('what a transfer says of the board is not lost', () => {
    const state = after(begins('flash'), sending('send'), { ...stopped, stage: 'flash', message: 'Z80LM.$$$ was removed' }); // prettier-ignore
    expect(state.message?.text).toBe('flash was stopped: Z80LM.$$$ was removed');
    expect(screen(state, 'flash')).toContain('STOPPED before it was exchanged');
    expect(screen(state, 'flash')).toContain('Z80LM.$$$ was removed');
  });

  it('a training that was cut off says where its model is', () => {
    const score = { pairs: 2, characterCount: 9, answers: 0.5, characters: 1, answerCeiling: 1, characterCeiling: 1 };
    const state = after(begins('train'));
    const folder = 'out/runs/run-002';
    apply(state, { type: 'model-kept', run: 'run-002', folder, outcome: 'stopped', training: score, inPlace: false, before: undefined }, 0); // prettier-ignore
    apply(state, { type: 'stage-stopped', stage: 'train', afterMs: 100, left: false }, 0);
    expect(state.train.ended).toBe('stopped');
    expect(state.message?.text).toContain('what it had come to is in out/runs/run-002');
    expect(state.log.join('\n')).toContain('run-002 was cut off: what it had come to (50.0% of the answers right)');
  });

  it('a run that ends leaves no stage that runs, whatever was not told', () => {
    expect(after(begins('build'), { type: 'busy', busy: false }).stages.build.mark).toBe('stopped');
  });
});

describe('a measurement of another program', () => {
  it('is not fresh, and says why', () => {
    const state = after(LINE, FRESH, states({ compare: 'stale', time: 'stale' }, { kind: 'after', stage: 'build' }));
    expect(state.stages.time.mark).toBe('stale');
    expect(screen(state, 'time')).toContain('out of date: build has to run first');
  });
});

describe('a question', () => {
  const question: Question = {
    type: 'ask',
    command: { type: 'run', to: 'flash', again: ['flash'] },
    stages: [
      { stage: 'train', why: 'changed: epochs 30, now 1', expectedMs: 150_000 },
      { stage: 'build', why: 'train has to run first', expectedMs: undefined },
    ],
    model: 'The model that is there is run-001 (100.0% of the answers right).',
  };
  function answer(state: AppState, name: string): { sent: Command[]; quits: number } {
    const sent: Command[] = [];
    let quits = 0;
    press(
      state,
      { name, sequence: name },
      { send: (command) => sent.push(command), quit: () => quits++, repaint() {}, suspend() {}, debug() {} },
    );
    return { sent, quits };
  }

  it('tells what is done first, why, for how long, and what becomes of the model', () => {
    const text = screen(after(question), 'flash');
    expect(text).toContain('Before flash, this will first run train, build: about 2:30 min and more.');
    expect(text).toContain('train: changed: epochs 30, now 1 (2:30 min the last time)');
    expect(text).toContain('The model that is there is run-001 (100.0% of the answers right).');
    expect(text).toContain('Enter: yes     Esc: no');
  });

  it('is agreed to with Enter, and only with that', () => {
    expect(answer(after(question), 'enter').sent).toEqual([
      { type: 'run', to: 'flash', again: ['flash'], agreed: ['train', 'build'] },
    ]);
    for (const key of ['escape', 'r', 'q', 'x', 'space']) {
      const state = after(question);
      expect(answer(state, key).sent).toEqual([]);
      expect([state.overlay, state.question]).toEqual([undefined, undefined]);
    }
  });

  it('is asked by q while something runs, and not by Ctrl-C', () => {
    const busy = (): AppState => after({ type: 'busy', busy: true }, begins('train'));
    const state = busy();
    expect(answer(state, 'q').quits).toBe(0);
    expect(screen(state, 'train')).toContain('train is running. Leaving stops it; what it has come to stays');
    expect(answer(state, 'escape').quits).toBe(0);
    answer(state, 'q');
    expect(answer(state, 'q').quits).toBe(1);
    expect(answer(busy(), 'C-c').quits).toBe(1);
  });
});

it('what was said is kept to so many lines of so many characters', () => {
  const state = after();
  for (let i = 0; i < 2_000; i++) apply(state, { type: 'note', text: 'x'.repeat(100_000) }, 0);
  for (let i = 0; i < 2_000; i++) apply(state, { type: 'file', path: 'out/a', bytes: 1 }, 0);
  expect(state.log).toHaveLength(500);
  apply(state, { type: 'note', text: 'x'.repeat(100_000) }, 0);
  expect(state.log.at(-1)!.length).toBeLessThan(5_000);
});
