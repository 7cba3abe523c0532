/**
 * The terminal UI: the whole way on one screen.
 *
 * This process draws and hears keys; the engine (src/tui/engine.ts), in another, works. The terminal is given back on
 * every way out: leaving, Ctrl-C, a signal, a defect of ours; and nothing else writes on it meanwhile.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { NO_STOP } from './debugger/command-lines.js';
import { startable } from './package.js';
import { EXIT, type ExitStatus } from './seams/errors.js';
import { press, show as showPane } from './tui/app.js';
import { startEngine } from './tui/engine-client.js';
import { drawFrame } from './tui/frame.js';
import { KeyBursts } from './tui/key-bursts.js';
import type { Command, Settings } from './tui/protocol.js';
import { openScreen } from './terminal/screen.js';
import { paneAt } from './tui/stage-bar.js';
import { terminalSettings } from './tui/terminal-guard.js';
import { latin1 } from './seams/bytes.js';
import { plainLines } from './seams/plain.js';
import { keptWords } from './pipeline/kept-words.js';
import { apply, createState, say } from './tui/state.js';

export interface TuiOptions {
  settings: Settings;
  ascii: boolean;
  mouse: boolean;
  /** Tells the kind of terminal. */
  env: NodeJS.ProcessEnv;
}

/** Between two pictures: as often as a slow line bears. A key's answer does not wait for it. */
const FRAME_MS = 50;
/** Running times on the screen go on without events. */
const TICK_MS = 500;
/** Where no shell waits (ssh HOST z80lm, a window of its own) the system ignores the stop; one that counts comes at once. */
const UNSTOPPED_MS = 200;
const ENDING = 'the transfer comes to its end, so that the board keeps a program: some seconds\n';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Runs until the user leaves. */
export function openTui({ settings, ascii, mouse, env }: TuiOptions): Promise<ExitStatus> {
  return new Promise((resolve) => {
    let over = false;
    let suspended = false;
    /** What was printed by anything, for after the screen is gone. */
    const printed: string[] = [];
    // A program is answered while its user is at its console; nothing else types on a board of itself.
    const state = createState(
      settings,
      () => soon(),
      (side, bytes) => {
        if (state.typing === side || state.typing === 'both')
          hands.send({ type: 'keys', side, text: latin1(bytes), as: 'answer' });
      },
    );
    const stderrWrite = process.stderr.write.bind(process.stderr);
    process.stderr.write = ((chunk: string | Uint8Array) => {
      strayText(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    }) as typeof process.stderr.write;

    const onSignal = (): void => leave(EXIT.interrupted);
    const onDefect = (error: unknown): void => {
      printed.push(`internal error: ${error instanceof Error ? error.stack : String(error)}\n`);
      leave(EXIT.no);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    // The command line's own prints at once, on a screen that is about to go, and exits.
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', onDefect);
    process.on('unhandledRejection', onDefect);

    const before = terminalSettings();
    const engine = startEngine(settings, before, {
      async events(batch) {
        for (const event of batch) {
          apply(state, event, performance.now());
          // Where a run's model is would be lost with the screen.
          if (over && event.type === 'model-kept') printed.push(`${keptWords(event)}\n`);
        }
        soon();
        // The next ones are wanted when the consoles show these.
        await Promise.all(Object.values(state.consoles).map((console) => console.settled()));
      },
      ended(why) {
        apply(state, { type: 'engine-ended', why }, performance.now());
        soon();
      },
      text: strayText,
    });
    // Only now: from here on there is something to give back, and the engine's process to do it if this one is killed.
    const screen = openScreen({ mouse, env });

    let timer: NodeJS.Timeout | undefined;
    let atOnce: NodeJS.Immediate | undefined;
    const show = (urgent: boolean): void => {
      clearTimeout(timer);
      timer = atOnce = undefined;
      if (over) return;
      const size = { width: screen.width, height: screen.height, ascii };
      screen.draw(drawFrame(state, size, performance.now()), urgent);
    };
    const draw = (): void => show(false);
    const soon = (): void => void (timer ??= setTimeout(draw, FRAME_MS));
    const tick = setInterval(draw, TICK_MS);

    const bursts = new KeyBursts((command) => {
      if (!engine.send(command)) say(state, 'the engine has ended: leave with q, and start z80lm again', true);
    });
    const hands = {
      send: (command: Command) => bursts.take(command),
      quit: () => leave(state.busy ? EXIT.interrupted : EXIT.done),
      repaint: () => screen.repaint(),
      suspend: () => void suspend(),
      debug: () => void debug(),
    };
    screen.onKey((key) => {
      press(state, key, hands);
      // At once, but a paste is one picture and not one for each of its characters.
      atOnce ??= setImmediate(show, true);
    });
    screen.onClick((x, y) => {
      const pane = state.zoomed ? undefined : paneAt(x, y, screen, state.pane);
      if (pane) showPane(state, pane);
      show(true);
    });
    screen.onResize(draw);
    screen.onReady(draw);
    // Windows has no such signal.
    if (process.platform !== 'win32') process.on('SIGTSTP', suspend);
    draw();

    /**
     * Ctrl-Z: the shell has the terminal until `fg`. The whole job is stopped, as its shell may be waiting for npm or
     * another parent of ours; only the engine does not listen, so that no board is left in mid-transfer.
     */
    async function suspend(): Promise<void> {
      if (over || suspended || process.platform === 'win32') return;
      suspended = true;
      const takeBack = await screen.lend();
      process.off('SIGTSTP', suspend);
      const goOn = (): void => {
        process.off('SIGCONT', goOn);
        clearTimeout(unheard);
        suspended = false;
        process.on('SIGTSTP', suspend);
        takeBack();
      };
      process.on('SIGCONT', goOn);
      process.kill(0, 'SIGTSTP');
      // SIGCONT is heard between a timer and an immediate, so after a real stop this says nothing.
      const unheard = setTimeout(() => {
        setImmediate(() => {
          if (!suspended || over) return;
          goOn();
          say(state, 'no shell waits here that could bring it back: it was not stopped');
        });
      }, UNSTOPPED_MS);
    }

    /** The debugger has the terminal until it is left; what runs in the engine goes on. */
    async function debug(): Promise<void> {
      const { outDir, name, fileType } = state.settings;
      const program = `${outDir}/${name}.${fileType}`;
      if (over || suspended) return;
      if (!existsSync(program)) return say(state, `there is no ${program} yet: build it first`);
      suspended = true;
      const takeBack = await screen.lend();
      process.stdin.pause();
      const { path, execArgv } = startable('cli');
      // In the UI's own job: what Ctrl-Z stopped there no shell would bring back.
      const env = { ...process.env, [NO_STOP]: '1' };
      const child = spawn(process.execPath, [...execArgv, path, 'debug', program], { stdio: 'inherit', env });
      const why = await new Promise<string | undefined>((ended) => {
        child.once('error', ({ message }) => ended(message));
        child.once('close', () => ended(undefined));
      });
      suspended = false;
      takeBack();
      if (why !== undefined) say(state, `the debugger did not start: ${why}`, true);
    }

    function strayText(text: string): void {
      for (const line of text.split('\n')) if (line.trim() !== '') say(state, line);
    }

    function leave(status: ExitStatus): void {
      if (over) return;
      over = true;
      clearInterval(tick);
      clearTimeout(timer);
      // A terminal that is gone (SIGHUP) cannot be written to, and nobody misses the words.
      process.stderr.on('error', () => undefined);
      void screen
        .close()
        // A terminal that is gone: nothing can be given back.
        .catch(() => undefined)
        .then(() => {
          process.stderr.write = stderrWrite;
          return engine.close(() => process.stderr.write(ENDING));
        })
        .then(() => {
          for (const text of printed) process.stderr.write(plainLines(text));
          for (const signal of SIGNALS) process.off(signal, onSignal);
          process.off('SIGTSTP', suspend);
          process.off('uncaughtException', onDefect);
          for (const other of others) process.on('uncaughtException', other);
          process.off('unhandledRejection', onDefect);
          resolve(status);
        });
    }
  });
}
