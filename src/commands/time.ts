/** `z80lm time`: how fast a program is on a real clock, beside what the emulator predicts. */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { colour } from './colour.js';
import { firmwareReader } from '../build/firmware-files.js';
import { emulatorTarget } from '../emu/target.js';
import { changeSince, historyText, readHistory, type HistoryEntry } from '../hil/history.js';
import { readScript } from '../hil/script.js';
import { finish } from '../hil/streams.js';
import { askAll, type Script } from '../hil/turns.js';
import { timingRows, timingSentence } from '../hil/timing-words.js';
import { timeRun, type TimingEvent, type TimingReport } from '../hil/timing-run.js';
import { relativeWidth } from '../hil/timing.js';
import { nodeClock } from '../host/node-clock.js';
import type { Machine } from '../machines/machine.js';
import { manifest } from '../package.js';
import { AsmError, EXIT, RefusedError, UsageError, type ExitStatus } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import { plainLine } from '../seams/plain.js';
import type { Program } from '../seams/target.js';
import { assemble, formatDiagnostic } from '../z80asm/index.js';
import { boardLane, readProgram, withBoardOptions, type BoardFlags, type MachineProgram } from './board-lane.js';
import { fromTheStart } from './from-the-start.js';
import { withLinkOptions } from './link-options.js';
import { ownQuestions } from './own-questions.js';
import { action, wholeNumber, type Progress, type Shell } from './shared.js';

interface Flags extends BoardFlags {
  port?: string;
  prompts?: string;
  repeat: string;
  metronome: boolean;
  name?: string;
  history?: string | true;
  out?: string;
  html?: string;
}

const HISTORY = 'timing-history.jsonl';

export function registerTime(program: Command): void {
  const command = withBoardOptions(
    program
      .command('time')
      .description('time a program on a board: its clock, its wait states, measured against predicted')
      .argument('<program>', 'a .COM, or for a monitor a .HEX')
      .option('--prompts <prompts>', `what to ask (${pageUrl('compare')}); questions of its own kind unless given`)
      .option('--repeat <n>', 'ask all of it so often', '3')
      .option('--no-flash', 'the program is on the board already; without --no-metronome the metronome, too')
      .option('--no-metronome', 'ask only: then wait states cannot be told from a slower clock')
      .option('--name <name>', "the board's name in the report and the history; its port unless given")
      .option('--history [file]', `keep the result there (${HISTORY}), and warn if a change made it slower`)
      .option('--out <file>', 'write the report as JSON, for z80lm run --like')
      .option('--html <file>', 'write a report with a chart, one file'),
  );
  withLinkOptions(command).action(action<Flags, [string]>(time));
}

async function time(shell: Shell, flags: Flags, path: string): Promise<ExitStatus> {
  if (flags.port === undefined)
    throw new UsageError('which port is the board on?', { hint: 'name it with --port; z80lm ports lists them' });
  const program = readProgram(shell, path, flags.as);
  const { script: wanted, asked } = whatToAsk(shell, flags, program, path);
  const script = fromTheStart(shell, program, wanted);
  shell.note(`asked: ${asked}`);
  const at = new Date();
  const { machine } = program;
  if (flags.metronome && !flags.flash && machine.board?.keepsPrograms === false)
    throw new UsageError('this board keeps one program, and the metronome is another', {
      where: program.name,
      hint: 'say --no-metronome as well, or leave --no-flash out',
    });
  const metronome = flags.metronome ? assembleMetronome(shell, machine) : undefined;
  const historyFile = flags.history === true ? HISTORY : flags.history;
  // Before anything is measured: a damaged file, or a place where nothing can be written, must not cost a run.
  if (historyFile !== undefined) shell.files.mayReplace(historyFile);
  shell.files.willWrite({ '--out': flags.out, '--html': flags.html, '--history': historyFile });
  const history = historyFile === undefined ? [] : loadHistory(shell, historyFile);
  const view = new TimingView(shell);
  const lane = await boardLane(shell, flags, flags.port, program);
  const board = await lane.open();
  let report: TimingReport | undefined;
  try {
    // While it was opened.
    shell.signal.throwIfAborted();
    const run = timeRun({
      board: board.target,
      boardName: flags.name ?? flags.port,
      emulator: emulatorTarget({ clock: nodeClock, emulate: program.machine.emulate }),
      program,
      metronome,
      script,
      repeat: wholeNumber('--repeat', flags.repeat, 1, 1000),
      load: flags.flash,
      clock: nodeClock,
      baud: board.baud,
      signal: shell.signal,
    });
    // It hears the signal, and ends by itself: a transfer that is called off tidies up the board.
    report = await finish(run, (event) => view.show(event));
    shell.signal.throwIfAborted();
  } finally {
    view.stop();
    await board.close();
  }
  if (!report)
    throw new RefusedError('no answer of the board could be timed', {
      where: flags.port,
      hint: 'none was what the emulator answers: z80lm compare shows what differs',
    });
  shell.print();
  for (const [name, value] of timingRows(report)) shell.print(`  ${name.padEnd(12)} ${value}`);
  shell.print();
  shell.print(colour.bold(`  ${timingSentence(report)}`));
  if (flags.out !== undefined) {
    shell.files.write(flags.out, `${JSON.stringify(report, null, 1)}\n`);
    shell.note(`report: ${flags.out}`);
  }
  if (flags.html !== undefined) {
    const { timingHtml } = await import('../hil/timing-html.js');
    const run = { at, version: manifest().version, program, kind: lane.kind(), asked };
    shell.files.write(flags.html, await timingHtml(report, run));
    shell.note(`report: ${flags.html}`);
  }
  if (historyFile !== undefined && report.clock.doubt !== undefined)
    shell.note(`not kept in ${historyFile}: ${report.clock.doubt}`);
  else if (historyFile !== undefined) keep(shell, historyFile, history, report, program);
  shell.emit({ ...report, sentence: timingSentence(report) });
  return EXIT.done;
}

/** @returns the script, and which questions they are */
function whatToAsk(
  shell: Shell,
  { prompts }: Flags,
  program: MachineProgram,
  path: string,
): { script: Script; asked: string } {
  if (prompts !== undefined)
    return { script: readScript(shell.files.read(prompts), prompts), asked: `what ${prompts} says` };
  const { questions, words } = ownQuestions(shell.files, program, path);
  return { script: askAll(questions), asked: words };
}

function assembleMetronome(shell: Shell, { host, file }: Machine): Program {
  const result = assemble({ main: `time/${host}`, ...firmwareReader(shell.files) });
  if (!result.ok)
    throw new AsmError(`the metronome does not assemble:\n${result.diagnostics.map(formatDiagnostic).join('\n')}`, {
      where: 'firmware/time',
      hint: 'a file there was changed or is missing: restore it, or install the package again',
    });
  const { bytes, origin } = result;
  return { name: `Z80LMCLK.${file.type}`, bytes: file.encode({ bytes, origin, entry: origin }, 'Z80LMCLK') };
}

function loadHistory(shell: Shell, file: string): HistoryEntry[] {
  return shell.files.exists(file) ? readHistory(new TextDecoder().decode(shell.files.read(file)), file) : [];
}

function keep(shell: Shell, file: string, history: HistoryEntry[], report: TimingReport, program: Program): void {
  const { clock, perCharacter } = report;
  const whole = clock.waitStates?.whole;
  const entry: HistoryEntry = {
    at: new Date().toISOString(),
    board: report.board,
    program: program.name,
    sha256: createHash('sha256').update(program.bytes).digest('hex'),
    bytes: program.bytes.length,
    msPerCharacter: perCharacter.measuredMs,
    tStatesPerCharacter: perCharacter.tStates,
    clockHz: clock.hz.value,
    ...(whole !== undefined && { waitStates: whole }),
  };
  shell.files.write(file, historyText([...history, entry]));
  const change = changeSince(history, entry);
  if (!change) return shell.note(`kept in ${file}`);
  const { before, verdict } = change;
  const words = verdict === 'as fast' ? 'as fast as' : `${Math.abs(100 * change.change).toFixed(1)} % ${verdict} than`;
  const line = `${program.name} is ${words} the build of ${before.at} (${before.msPerCharacter.toFixed(2)} ms a character)`;
  if (verdict === 'slower') process.stderr.write(`${colour.yellow('warning:')} ${line}\n`);
  else shell.note(line);
}

class TimingView {
  #transfer: Progress | undefined;

  constructor(private readonly shell: Shell) {}

  /** Whatever is shown of a transfer that was not done. */
  stop(): void {
    this.#transfer?.stop();
  }

  show(event: TimingEvent): void {
    switch (event.type) {
      case 'load': {
        const { phase, step, doneBytes, totalBytes } = event.progress;
        this.#transfer ??= this.shell.progress(event.program, totalBytes);
        this.#transfer.update(doneBytes, step);
        if (phase !== 'done') return;
        this.#transfer.stop();
        this.#transfer = undefined;
        return;
      }
      case 'echoes':
        return this.shell.note(
          `echoes after ${event.leastMs.toFixed(1)} to ${event.mostMs.toFixed(1)} ms, mostly ${event.medianMs.toFixed(1)}`,
        );
      case 'round': {
        const { estimate, rounds } = event;
        if (!estimate) return;
        const { hz } = estimate;
        const width = relativeWidth(hz);
        // One round tells nothing of how far rounds agree.
        const within = Number.isFinite(width) ? ` within ${(100 * width).toFixed(2)} %` : '';
        return this.shell.note(`round ${rounds}: ${(hz.value / 1e6).toFixed(4)} MHz${within}`);
      }
      case 'answered': {
        const { question, answer, characterMs } = event.exchange;
        const each = (characterMs.at(-1) ?? 0) / Math.max(1, characterMs.length);
        const said = plainLine(answer).padEnd(12);
        return this.shell.print(`  > ${plainLine(question).padEnd(36)} ${said} ${each.toFixed(1)} ms a character`);
      }
      case 'opened':
    }
  }
}
