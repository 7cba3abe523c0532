/** A session with somebody at the terminal: keys from it in raw mode, until Ctrl-]. */
import { atExit } from '../host/at-exit.js';
import { concatBytes } from '../seams/bytes.js';
import { KeyReader } from './key-reader.js';
import { EXIT_KEY } from './menu.js';
import type { Operator } from './operator.js';
import type { Session } from './session.js';

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
