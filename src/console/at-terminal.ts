/** A session with somebody at the terminal: keys from it in raw mode, until Ctrl-]. */
import { atExit } from '../host/at-exit.js';
import { concatBytes } from '../seams/bytes.js';
import { InputSequences, REST_MS, type Incoming } from '../terminal/input.js';
import { EXIT_KEY } from './menu.js';
import type { Operator } from './operator.js';
import type { Session } from './session.js';
import type { Keystroke } from './typed.js';

/** @param note what is said first, on a screen */
export async function runAtTerminal(session: Session, operator: Operator, note: string): Promise<void> {
  const { face } = session;
  const { screen } = face;
  if (screen === undefined) {
    const reader = new KeyReader((keys) => operator.take(keys));
    return runWithKeys(session, (chunk) => reader.take(chunk));
  }
  const { link, typist } = session;
  screen.setStanding({
    port: () => `${link.name}${link.baud === undefined ? '' : ` ${link.baud}`}`,
    lost: () => link.state !== 'open',
    toType: () => ({ count: typist.waiting, stoppable: typist.stoppable }),
    log: () => (session.log === undefined || session.log.paused ? undefined : session.log.path),
  });
  screen.onAnswer((bytes) => session.answer(bytes));
  screen.onKeys((keys) => operator.take(keys));
  face.say(note);
  const { stdin } = process;
  const onGone = (): void => session.leave();
  stdin.on('end', onGone).on('error', onGone);
  try {
    await session.run();
  } finally {
    stdin.off('end', onGone).off('error', onGone);
  }
}

/** Bytes both ways as they are, but for the key that leaves. */
export async function runRaw(session: Session): Promise<void> {
  await runWithKeys(session, (chunk) => {
    const end = chunk.indexOf(EXIT_KEY);
    session.typist.key(concatBytes([end < 0 ? chunk : chunk.subarray(0, end)]));
    if (end >= 0) session.leave();
  });
}

async function runWithKeys(session: Session, onData: (chunk: Buffer) => void): Promise<void> {
  const { stdin } = process;
  const cooked = atExit(() => stdin.setRawMode(false));
  stdin.setRawMode(true);
  // Also when the terminal was closed, where nobody can type that it is enough.
  const onGone = (): void => session.leave();
  stdin.on('data', onData).on('end', onGone).on('error', onGone).resume();
  try {
    await session.run();
  } finally {
    stdin.off('data', onData).off('end', onGone).off('error', onGone).pause();
    cooked();
  }
}

/** Of a terminal that is only read: characters, and the sequences of keys that send more than one. */
const KEY = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])|[^]/gu;
const NAMES: Readonly<Record<string, string>> = {
  '\x1b[A': 'up', '\x1b[B': 'down', '\x1b[C': 'right', '\x1b[D': 'left', '\x1b[H': 'home', '\x1b[F': 'end',
  '\x1bOA': 'up', '\x1bOB': 'down', '\x1bOC': 'right', '\x1bOD': 'left',
}; // prettier-ignore

export function keysOf(text: string): Keystroke[] {
  return [...text.matchAll(KEY)].map(([sequence]) => ({ name: NAMES[sequence] ?? sequence, sequence }));
}

/** Whole keys and characters, however their bytes are cut up on the way. */
export class KeyReader {
  readonly #decoder = new TextDecoder();
  readonly #sequences = new InputSequences();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly listener: (keys: Keystroke[]) => void) {}

  take(chunk: Uint8Array): void {
    this.#tell(this.#sequences.take(this.#decoder.decode(chunk, { stream: true })));
  }

  #tell(all: readonly Incoming[]): void {
    for (const { type, text } of all)
      // Nothing was asked here, so an answer is not ours, and nobody has typed it.
      if (type !== 'answer') this.listener(type === 'paste' ? [{ name: 'paste', sequence: text }] : keysOf(text));
    clearTimeout(this.#timer);
    if (this.#sequences.waits) this.#timer = setTimeout(() => this.#tell(this.#sequences.flush()), REST_MS);
  }
}
