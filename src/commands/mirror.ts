/**
 * Terminal and board joined, in the way that fits what standard input and output are:
 *
 *     both a terminal       the board's screen (src/console/screen-face.ts)
 *     TERM=dumb, or > FILE  a stream of text without control sequences
 *     --raw                 bytes as they are
 *     keys from a pipe      the stream, and each line when the board is ready for it (src/console/piped.ts)
 */
import { keepingDefects } from '../console/defects.js';
import { Log } from '../console/log.js';
import { Operator } from '../console/operator.js';
import { runPiped } from '../console/piped.js';
import { preferencesFrom, type PreferenceWords, type Preferences } from '../console/preferences.js';
import type { ConsoleHost, Face } from '../console/face.js';
import { rawFace, streamFace } from '../console/stream-face.js';
import { Session } from '../console/session.js';
import { runAtTerminal, runRaw } from '../console/at-terminal.js';
import type { SteadyLink } from '../link/steady-link.js';
import { cannotOpen, isUnicode } from '../terminal/capabilities.js';
import { canBeTyped, flashHere, hostFor } from './flash-here.js';
import type { Shell } from './shared.js';

export interface MirrorOptions extends PreferenceWords {
  log?: string | undefined;
  /** Its text instead of its bytes. */
  logClean?: boolean | undefined;
  /** Behind what is in the file. */
  logAppend?: boolean | undefined;
  /** A line for the user before it begins. */
  note?: string | undefined;
  /** Bytes both ways as they are. */
  raw?: boolean | undefined;
  /** A text file to type first. */
  send?: string | undefined;
  /** Wait for a link that is lost instead of ending; a terminal does so unless told otherwise. */
  reconnect?: boolean | undefined;
}

type Way = 'screen' | 'stream' | 'raw' | 'piped';

/** Join terminal and board until the user leaves, or piped input has been answered. */
export async function mirror(shell: Shell, link: SteadyLink, options: MirrorOptions): Promise<void> {
  const preferences = preferencesFrom(options);
  const logOptions = { clean: options.logClean, append: options.logAppend, terminal: preferences.terminal };
  const log = options.log === undefined ? undefined : new Log(options.log, logOptions);
  const way = wayFor(shell, options);
  const host = hostOf(shell, link);
  const words = way === 'piped' ? 'ends with the input' : LEAVES[way];
  const note = options.note === undefined ? words : `${options.note}; ${words}`;
  let session: Session | undefined;
  try {
    if (way !== 'screen') shell.note(note);
    const joined = async (): Promise<void> => {
      const face = await faceFor(way, host, preferences);
      const reconnect = options.reconnect ?? way !== 'piped';
      session = new Session(host, link, face, { preferences, reconnect, log, unpaced: way === 'raw' });
      const operator = new Operator(session, logOptions);
      if (options.send !== undefined) operator.send(options.send);
      try {
        if (way === 'piped') await runPiped(session);
        else if (way === 'raw') await runRaw(session);
        else await runAtTerminal(session, operator, note);
      } finally {
        await face.close();
      }
    };
    if (way === 'screen') await keepingDefects(joined, () => session?.leave());
    else await joined();
  } finally {
    (session?.log ?? log)?.close();
  }
  shell.note('');
  const kept = session?.log;
  if (kept?.failure !== undefined) throw kept.failure;
}

const LEAVES = {
  screen: 'Ctrl-] leaves, Ctrl-\\ shows a menu',
  stream: 'Ctrl-] leaves, Ctrl-\\ shows a menu',
  raw: 'Ctrl-] leaves; all else goes both ways as it is',
};

function wayFor(shell: Shell, { raw }: MirrorOptions): Way {
  if (process.stdin.isTTY !== true) return 'piped';
  if (raw) return 'raw';
  const shows = cannotOpen(process.stdin, process.stdout, process.env['TERM']) === undefined;
  return shows && !shell.json ? 'screen' : 'stream';
}

async function faceFor(way: Way, host: ConsoleHost, preferences: Preferences): Promise<Face> {
  const ascii = !isUnicode(process.env);
  if (way === 'raw') return rawFace(host);
  if (way !== 'screen') return streamFace(host, preferences, ascii);
  const { ScreenFace } = await import('../console/screen-face.js');
  return new ScreenFace({
    preferences,
    env: process.env,
    ascii,
    leave: (text) => host.write(`${text}\n`),
  });
}

function hostOf(shell: Shell, link: SteadyLink): ConsoleHost {
  return {
    signal: shell.signal,
    read: (file) => shell.files.read(file),
    mayLog: (file) => shell.files.willWrite({ '--log': file }),
    notText(file, bytes, tail) {
      if (!canBeTyped(file, bytes)) return 'is no text';
      const machine = hostFor(file, tail);
      return machine && `is a program for ${machine.title}`;
    },
    flash(file, face, signal) {
      const { progress } = face;
      const here: Shell = progress
        ? {
            ...shell,
            note: (line = '') => face.say(line),
            progress: (label, total) => progress.call(face, label, total),
          }
        : shell;
      return flashHere(here, link, file, signal);
    },
    note: (line) => shell.note(line),
    write: (bytes) => shell.write(bytes),
    emit: (value) => shell.emit(value),
  };
}
