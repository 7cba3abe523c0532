/**
 * Talk to a built program in its emulated machine, prompt-driven and without waiting: how the build measures what it
 * built, and what tests and benchmarks share.
 */
import type { Folder } from '../emu/cpm/folder.js';
import { createCpm } from '../emu/cpm/machine.js';
import type { EmulatedMachine } from '../emu/emulated.js';
import { CPM } from '../machines/cpm.js';
import type { Machine } from '../machines/machine.js';
import { typed } from '../model/question.js';
import { utf8 } from '../seams/bytes.js';
import type { Console } from '../seams/console.js';
import { EmuError } from '../seams/errors.js';
import { QUESTION_PROMPT } from '../seams/prompt.js';

/** Far more than any answer takes; a program that runs on is broken. */
const LIMIT = 4_000_000_000;
const CR = 0x0d;

/** While it answers, the program looks for a key once per character; more often than this, it waits for one. */
const IDLE_POLLS = 8;

export interface Answer {
  /** Everything printed between the echoed question and the next prompt, less line ends; one character a byte. */
  text: string;
  /** For each character, and last for the end mark: T-states since the one before. */
  tStates: number[];
}

export interface Talk {
  emulated: EmulatedMachine;
  /** All console output so far, one character a byte. */
  output(): string;
  /** Type keys and run until the program waits for one, or ends. Returns what it printed. */
  type(keys: string | Uint8Array): string;
  /** Put a key into the keyboard without running. */
  key(key: string): void;
  /** Type a question: a text, as much of it as a line takes, or bytes as they are. */
  ask(question: string | Uint8Array): Answer;
  ended: boolean;
}

/**
 * On CP/M.
 * @param bdosBase where the system begins, as for createCpm
 * @param drives what the program finds on A:, B: …
 */
export function startTalk(program: Uint8Array, tail = '', bdosBase?: number, drives: Folder[] = []): Talk {
  const machine = (console: Console): EmulatedMachine =>
    createCpm({ console, drives, ...(bdosBase !== undefined && { bdosBase }) });
  return talkTo(machine, `TEST.${CPM.file.type}`, program, tail);
}

/** @param file the program, as the machine's file format has it */
export function startTalkOn({ emulate, file: { type } }: Machine, file: Uint8Array, tail = ''): Talk {
  return talkTo(emulate, `TEST.${type}`, file, tail);
}

function talkTo(emulate: Machine['emulate'], name: string, bytes: Uint8Array, tail: string): Talk {
  const printed: { byte: number; at: number }[] = [];
  const keys: number[] = [];
  /** Looks at the empty keyboard since the last output. */
  let polls = 0;
  const emulated = emulate({
    ended: false,
    ready: () => keys.length > 0,
    read: () => {
      if (keys.length === 0 && ++polls >= IDLE_POLLS) emulated.pause();
      return keys.shift();
    },
    write: (byte) => {
      polls = 0;
      printed.push({ byte, at: emulated.cpu.tStates });
    },
  });
  emulated.load({ name, bytes }, tail);
  const text = (from: number): string =>
    printed
      .slice(from)
      .map(({ byte }) => String.fromCharCode(byte))
      .join('');
  const run = (): void => {
    polls = 0;
    const limit = emulated.cpu.tStates + LIMIT;
    for (;;) {
      const stop = emulated.run(limit);
      if (stop.why === 'crashed')
        throw new EmuError(`the program crashed at ${stop.at.toString(16)}h: ${stop.message}`);
      if (stop.why === 'time') throw new EmuError('the program runs on and on');
      talk.ended = stop.why === 'ended';
      if (talk.ended || (polls >= IDLE_POLLS && keys.length === 0)) return;
    }
  };
  const talk: Talk = {
    emulated,
    ended: false,
    output: () => text(0),
    type(pressed) {
      const from = printed.length;
      keys.push(...(typeof pressed === 'string' ? utf8(pressed) : pressed));
      run();
      return text(from);
    },
    key: (key) => {
      keys.push(key.charCodeAt(0));
    },
    ask(question) {
      const from = printed.length;
      const shown = talk.type(Uint8Array.of(...(typeof question === 'string' ? typed(question) : question), CR));
      // The echo ends in the line end that the program prints before it thinks.
      const start = shown.indexOf('\r\n') + 2;
      const end = shown.search(QUESTION_PROMPT);
      const answer = printed.slice(from + start - 1, from + end + 1);
      return {
        text: shown.slice(start, end),
        tStates: answer.slice(1).map(({ at }, i) => at - answer[i]!.at),
      };
    },
  };
  run();
  return talk;
}
