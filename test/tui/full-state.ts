/** A state in which every pane has much to show, made by the events that the engine sends. */
import { compareTranscripts } from '../../src/hil/compare.js';
import { timingOf } from '../../src/hil/answer-times.js';
import type { Exchange, Transcript } from '../../src/hil/transcript.js';
import { STAGES } from '../../src/pipeline/events.js';
import type { EngineEvent } from '../../src/tui/protocol.js';
import { apply, createState, type AppState } from '../../src/tui/state.js';
import { SETTINGS } from './settings.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const QUESTIONS = ['is it alive?', 'is it bigger than a car', 'give me a hint', 'is it a lighthouse?'];
const ANSWERS = ['NO', 'YES, MUCH BIGGER', 'IT STANDS BY THE SEA', 'YES. YOU WIN'];
const CLOCK_HZ = SETTINGS.clockHz;
/** Of a character, in T-states. */
const COST = 290_000;

const EPOCHS = 8;
const step = (share: number): EngineEvent => ({
  type: 'training',
  event: {
    type: 'step',
    epoch: Math.min(EPOCHS, 1 + Math.floor(share * EPOCHS)),
    epochs: EPOCHS,
    step: 1,
    steps: 100,
    progress: share,
    loss: 4.8 * Math.exp(-5 * share) + 0.1,
    integerAccuracy: 0.2 + 0.78 * (1 - Math.exp(-6 * share)),
    floatAccuracy: 0.25 + 0.74 * (1 - Math.exp(-7 * share)),
    overflow: { peak: 0.71, wrapped: 0 },
    elapsedMs: 42_000 * share,
    remainingMs: 42_000 * (1 - share),
  },
});
const score = (answers: number) => ({ pairs: 13_416, characterCount: 60_000, answers, characters: 0.99, answerCeiling: 1, characterCeiling: 1 }); // prettier-ignore
const samples = (answers: readonly string[]) => QUESTIONS.map((question, i) => ({ question, expected: ANSWERS[i]!, answer: answers[i]! })); // prettier-ignore

const exchange = (i: number, slower: number): Exchange => {
  const times = Array.from({ length: ANSWERS[i]!.length + 1 }, (_, at) => (at + 1) * COST + 9_000 * ((at * 7) % 5));
  return {
    question: QUESTIONS[i]!,
    raw: bytes(`${QUESTIONS[i]}\r\n${ANSWERS[i]}\r\n> `),
    answer: ANSWERS[i]!,
    characterMs: times.map((tStates) => (tStates / CLOCK_HZ) * 1000 * slower),
    characterTStates: times,
    characterFetches: times.map((tStates) => tStates / 8),
  };
};
const transcript = (target: string, slower: number): Transcript => ({
  target,
  opening: bytes('Type ? for help.\r\n> '),
  exchanges: QUESTIONS.map((_, i) => exchange(i, slower)),
});
const CONSOLE = bytes(
  `GUESS 1.0\r\nThink of a thing. Type ? for help.\r\n${QUESTIONS.map((question, i) => `> ${question}\r\n${ANSWERS[i]}\r\n`).join('')}> `,
);

const CHOICES = [9_000, 1_500, 700].map((size, index) => ({ layer: index + 1, lists: 480, packed: 12, rows: 96, pairs: 3, bytes: size + 608 })); // prettier-ignore
const LAYERS = CHOICES.map(({ bytes: size }) => ({ weights: size - 608, addresses: 512, biases: 96 }));
const PROGRAM = 4_321 + CHOICES.reduce((sum, one) => sum + one.bytes, 0) + 614 + 77;

const port = (path: string, words: string) => ({ path, words, usb: '0403:6001', stableName: `/dev/serial/by-id/usb-${words.replaceAll(' ', '_')}`, holders: [], trap: '' }); // prettier-ignore

const EVENTS: readonly EngineEvent[] = [
  { type: 'ports', ports: [port('/dev/ttyUSB0', 'FTDI FT232R'), { ...port('/dev/ttyACM0', 'a modem'), holders: [{ pid: 4711, name: 'minicom' }], trap: 'ModemManager may open it' }] }, // prettier-ignore
  { type: 'data', heldOutPairs: 1_266, stats: { pairs: 13_416, followUps: 0, questions: 13_416, answers: Array.from({ length: 120 }, (_, i) => ({ answer: i === 0 ? 'HUH?' : `ANSWER NUMBER ${i} OF THEM`, pairs: 454 - i })), questionLength: { mean: 21.4, longest: 48 }, answerLength: { mean: 4.2, longest: 20 }, charset: " !'+,-./0123456789?ABCDEFGHIJKLMNOPQRSTUVWXYZ", examples: 60_123 } }, // prettier-ignore
  { type: 'training', event: { type: 'start', backend: 'native', workers: 2, pairs: 13_416, heldOutPairs: 1_266, examples: 60_123, widths: [4096, 48, 32, 219], parameters: 9_000 } }, // prettier-ignore
  ...Array.from({ length: 60 }, (_, i) => step((i + 1) / 60)),
  { type: 'built', sizes: { code: 4_321, layers: LAYERS, tree: 614, unused: 77, program: PROGRAM, buffers: 1_234, free: 34_000 }, choices: CHOICES, origin: 0x100 }, // prettier-ignore
  { type: 'layouts', rows: [{ layout: 'auto', bytes: PROGRAM, tStates: COST }, { layout: 'sparse', bytes: 20_000, tStates: 250_000 }, { layout: 'packed', refused: 'the program would take 50,000 bytes, and 40,960 are allowed' }] }, // prettier-ignore
  { type: 'emulator', state: 'waits for a key', running: false, trueSpeed: true, profiling: true, tStates: 12_345_678, instructions: 1_234_567, registers: ['AF 0044  BC 0000  DE 0100  HL DC00  IX 0000', 'IY 0000  SP DBFE  PC 0123  I 00  R 12'], next: '0123 call con_in', characters: [290_000, 301_000, 280_000], profile: [{ name: 'walk', share: 0.61 }, { name: 'multiply', share: 0.3 }], breakpoints: ['con_out'] }, // prettier-ignore
  { type: 'line', path: '/dev/ttyUSB0' },
  { type: 'stage', stage: 'flash', title: 'put it on the board' },
  { type: 'board', path: '/dev/ttyUSB0' },
  ...(['prepare', 'send', 'verify', 'finish', 'done'] as const).map((phase): EngineEvent => ({ type: 'load', side: 'board', progress: { phase, step: `the board: ${phase}`, doneBytes: PROGRAM, totalBytes: PROGRAM, retries: 1 } })), // prettier-ignore
  { type: 'wire', received: 23_456, sent: 24_567, controls: ['C', 'ACK', 'ACK', 'NAK', 'ACK'] },
  { type: 'fresh-console', side: 'emulator', asked: true },
  { type: 'console', side: 'emulator', bytes: CONSOLE },
  ...QUESTIONS.map((_, i): EngineEvent => ({ type: 'answered', side: 'emulator', exchange: exchange(i, 1) })),
  { type: 'fresh-console', side: 'board', asked: true },
  { type: 'console', side: 'board', bytes: CONSOLE },
  { type: 'compared', comparison: compareTranscripts(transcript('emulator', 1), transcript('board', 1.02)) },
  { type: 'timed', timing: timingOf(transcript('emulator', 1), transcript('board', 1.02), CLOCK_HZ) },
  { type: 'runs', rows: [1, 2, 3].map((i) => ({ name: `run-00${i}`, outcome: 'done', answers: 0.9, heldOut: 0.5, settings: 'hidden [128,96], epochs 8, seed 1', inPlace: i === 2 })) }, // prettier-ignore
  { type: 'states', states: STAGES.map((stage) => ({ stage, state: stage === 'time' ? 'stale' : 'fresh', elapsedMs: 4_242, ...(stage === 'time' && { why: { kind: 'after', stage: 'build' } as const }) })) }, // prettier-ignore
];
const epoch = (answers: readonly string[], right: number) => ({ weightCounts: CHOICES.map(({ bytes: size }) => [size, 4 * size, 9 * size, 3 * size]), nonZero: 40_000, scored: { training: score(right), heldOut: score(right / 2), samples: samples(answers) } }); // prettier-ignore

/** All stages have run: the model is trained, the board has answered, the measurement is of an earlier build. */
export async function fullState(): Promise<AppState> {
  const state = createState(SETTINGS, () => undefined);
  for (const event of EVENTS) apply(state, event, 500);
  for (const [answers, right] of [[['YES', 'NO', 'HUH?', 'NO'], 0.4], [ANSWERS, 0.97]] as const) // prettier-ignore
    apply(state, { type: 'training', event: { ...(step(1) as { event: object }).event, type: 'epoch', ...epoch(answers, right) } } as unknown as EngineEvent, 500); // prettier-ignore
  state.train.ended = 'done';
  apply(state, { type: 'busy', busy: false }, 500);
  apply(state, { type: 'states', states: STAGES.map((stage) => ({ stage, state: stage === 'time' ? 'stale' : 'fresh', elapsedMs: 4_242, ...(stage === 'time' && { why: { kind: 'after', stage: 'build' } as const }) })) }, 500); // prettier-ignore
  for (let i = 0; i < 40; i++)
    apply(state, { type: 'note', text: `message ${i}: what the engine has to say of a longer kind, so that its line has to be wrapped in windows of the usual width` }, 500); // prettier-ignore
  state.message = { text: 'the whole way is done: 123 bytes of console, emulator and board the same', bad: false };
  state.emulator = { ...state.emulator! };
  await Promise.all(Object.values(state.consoles).map((console) => console.settled()));
  return state;
}
