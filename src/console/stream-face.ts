/**
 * A console as a stream of text, for pipes and for terminals that cannot show screens: no escape sequence passes, and lines
 * of ours stand between the board's.
 */
import { nodeClock as clock } from '../host/node-clock.js';
import { roomToWrite } from '../host/room-to-write.js';
import { latin1, toBytes } from '../seams/bytes.js';
import { CleanText } from '../terminal/clean-text.js';
import { ConsoleView } from '../terminal/console-view.js';
import type { ConsoleHost, Face } from './face.js';
import { MENU_LINE } from './menu.js';
import type { Preferences } from './preferences.js';

/** @param ascii only characters of 7 bits */
export function streamFace(host: ConsoleHost, preferences: Preferences, ascii: boolean): Face {
  const startMs = clock.now();
  let kind = preferences.terminal;
  let view = new ConsoleView(startMs, { kind, ascii });
  // What is typed may come from a file or a pipe.
  const echoed = new CleanText({ kind: 'vt100', ascii });
  const put = (text: string): void => {
    if (text !== '') host.write(text);
  };
  const face: Face = {
    show(bytes, atMs) {
      const text = view.show(bytes, atMs);
      put(text);
      host.emit({ atMs: Math.round(atMs), text });
    },
    quiet: () => put(view.quiet()),
    echo: (bytes) => put(echoed.take(toBytes(latin1(bytes).replace(/\r\n?|\n/g, '\r\n')))),
    say(text) {
      put(view.breakLine());
      host.note(`-- ${text}`);
    },
    seen() {},
    menu: (open) => open && face.say(MENU_LINE),
    ask(question, answer) {
      if (question !== undefined && answer === '') face.say(question);
      // One character longer or shorter than before.
      put(question === undefined ? '\r\n' : `\r${answer} \b`);
    },
    changed() {
      if (kind !== preferences.terminal) {
        put(view.breakLine());
        kind = preferences.terminal;
        view = new ConsoleView(startMs, { kind, ascii });
      }
      const isHex = preferences.view === 'hex';
      if (view.hex !== isHex) put(view.breakLine());
      view.hex = isHex;
      view.named = preferences.view === 'names';
      view.timestamps = preferences.times === 'on';
    },
    taken: (signal) => roomToWrite(process.stdout, signal),
    close: async () => {},
  };
  face.changed();
  return face;
}

/** Bytes as they come: whatever they do to the terminal. */
export function rawFace(host: ConsoleHost): Face {
  return {
    show: (bytes) => host.write(bytes),
    quiet() {},
    echo: (bytes) => host.write(bytes),
    say: (text) => host.note(`-- ${text}`),
    seen() {},
    menu() {},
    ask() {},
    changed() {},
    taken: (signal) => roomToWrite(process.stdout, signal),
    // What a program has left behind: attributes, line drawing, a cursor that is hidden. Nobody asked for it in a file.
    close: async () => void (process.stdout.isTTY && host.write('\x1b[m\x1b(B\x0f\x1b[?25h')),
  };
}
