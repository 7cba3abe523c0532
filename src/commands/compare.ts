/**
 * `z80lm compare`: the same prompts to a program in the emulator and on one or more boards, and what they said,
 * byte for byte. With `--golden` against an earlier run instead, so that one of the two is enough.
 */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { traitsOf } from '../build/signature.js';
import { emulatorTarget } from '../emu/target.js';
import { compareRun, type CompareReport } from '../hil/compare-run.js';
import { answerSheet, checkAnswers, type AnswerSheet, type DataQuestion, type DataReport } from '../hil/data-check.js';
import { goldenText, readGolden } from '../hil/golden.js';
import { junitXml } from '../hil/junit.js';
import { LANE_DEFAULTS, type Lane } from '../hil/lane.js';
import { readScript } from '../hil/script.js';
import { finish } from '../hil/streams.js';
import { askAll, type Script } from '../hil/turns.js';
import type { Transcript } from '../hil/transcript.js';
import { nodeClock } from '../host/node-clock.js';
import { answer } from '../model/inference.js';
import type { Network } from '../model/network.js';
import { decodeModel } from '../model/npz.js';
import { manifest } from '../package.js';
import { EXIT, UsageError, type ExitStatus } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import type { Program } from '../seams/target.js';
import { readPairs } from '../trainer/pairs.js';
import { Rng } from '../trainer/rng.js';
import { boardLane, collect, readProgram, withBoardOptions, type BoardFlags, type BoardLane } from './board-lane.js';
import { CompareView } from './compare-view.js';
import { fromTheStart } from './from-the-start.js';
import { withLinkOptions } from './link-options.js';
import { dataPath } from './shipped-data.js';
import { action, frequency, seedOf, wholeNumber, type Shell } from './shared.js';

interface Flags extends BoardFlags {
  port?: string[];
  prompts?: string;
  data?: string;
  sample: string;
  seed: string;
  model?: string;
  clock: string;
  retries: string;
  recheck: boolean;
  raw?: boolean;
  golden?: string;
  record?: boolean;
  junit?: string;
  html?: string;
}

export function registerCompare(program: Command): void {
  const command = withBoardOptions(
    program
      .command('compare')
      .description('ask emulator and board the same questions and compare, byte for byte')
      .argument('<program>', 'a .COM, or for a monitor a .HEX')
      .option('--prompts <prompts>', `what to ask: one question per line, or a script (${pageUrl('compare')})`)
      .option('--data <data>', 'ask questions of a data file, and count the right answers')
      .option('--sample <n>', 'how many of them', '500')
      .option('--seed <n>', 'another seed, other questions', '1')
      .option('--model <npz>', 'with --data: the model, whose answers on this computer are the reference')
      .option('--no-flash', 'the program is on the board already')
      .option('--retries <n>', 'how often a program that hung, or a board that was reset, is started again', '1')
      .option('--no-recheck', 'do not ask once more where an answer differs')
      .option('--raw', 'compare every byte as it came: no rules for echo and line ends')
      .option('--golden <folder>', 'compare with the transcript recorded there, rather than with the emulator')
      .option('--record', 'write what was said to the folder of --golden')
      .option('--clock <frequency>', "the emulator's, for its times in the report", '7.3728MHz')
      .option('--junit <file>', 'write the result as JUnit XML')
      .option('--html <file>', 'write a report with charts, one file'),
  );
  withLinkOptions(command);
  command.options.find(({ long }) => long === '--port')!.argParser(collect);
  command.action(action<Flags, [string]>(compare));
}

async function compare(shell: Shell, flags: Flags, path: string): Promise<ExitStatus> {
  const program = readProgram(shell, path, flags.as);
  const clockHz = frequency(flags.clock);
  const retries = wholeNumber('--retries', flags.retries, 0, 1000);
  const { script: wanted, questions } = whatToAsk(shell, flags);
  const traits = traitsOf(program.image);
  if (traits && questions)
    throw new UsageError('this program has texts of its own, by turns, where the data has one answer', {
      hint: 'compare it with --prompts; z80lm eval MODEL DATA --on z80 counts right answers',
    });
  const script = fromTheStart(shell, program, wanted);
  // Read before the conversation, which may take an hour.
  const network = flags.model === undefined ? undefined : decodeModel(shell.files.read(flags.model), flags.model);
  const golden = openGolden(shell, flags, path, program, script);
  const ports = [...new Set(flags.port ?? [])];
  const boards = await Promise.all(ports.map((port) => boardLane(shell, flags, port, program)));
  const emulator: Lane = {
    name: 'emulator',
    open: async () => {
      const target = emulatorTarget({ clockHz, clock: nodeClock, emulate: program.machine.emulate });
      // It has no memory of earlier runs: even without flashing the program must be put there.
      if (!flags.flash) for await (const _ of target.load(program));
      return { target, close: () => target.close() };
    },
  };
  if (boards.length === 0 && golden === undefined)
    throw new UsageError('nothing to compare with', {
      hint: 'name the board with --port, or a recorded transcript with --golden (and --record it first)',
    });
  // Against a recording, a board stands for itself; without one the emulator does.
  const recorded = golden?.reference;
  const others: readonly (Lane | BoardLane)[] = recorded && boards.length === 0 ? [emulator] : boards;
  const reference = recorded ?? emulator;

  // A conversation may take an hour: what comes of it can be kept.
  shell.files.willWrite({
    '--junit': flags.junit,
    '--html': flags.html,
    '--golden': flags.record ? golden?.path : undefined,
  });
  const at = new Date();
  const view = new CompareView(shell, ['emulator', ...boards.map(({ name }) => name)]);
  const run = compareRun({
    program,
    script,
    reference,
    others,
    clock: nodeClock,
    signal: shell.signal,
    load: flags.flash,
    retries,
    reconnectMs: LANE_DEFAULTS.reconnectMs,
    normalise: flags.raw !== true,
    // Asked again, one that remembers may say something else.
    recheck: flags.recheck && traits === undefined,
  });
  const report = await finish(run, (event) => view.show(event));
  view.finish(report);
  if (recorded && !golden.sameProgram)
    shell.note('the recording was made with another build of the program: only what it says was compared');
  const data = questions && dataReport(network, questions, report);
  if (data) view.data(data);
  if (flags.junit !== undefined) {
    shell.files.write(flags.junit, junitXml(report.comparisons, program.name));
    shell.note(`JUnit: ${flags.junit}`);
  }
  if (flags.html !== undefined) {
    const { compareHtml } = await import('../hil/compare-html.js');
    const run = {
      at,
      version: manifest().version,
      program,
      boards: others.map((lane) => ({
        name: lane.name,
        kind: 'kind' in lane ? lane.kind() : undefined,
        ...(lane === emulator && { clock: `${clockHz / 1e6} MHz` }),
      })),
    };
    shell.files.write(flags.html, await compareHtml(report, { run, clockHz, data }));
    shell.note(`report: ${flags.html}`);
  }
  const recordedIt = !flags.record || record(shell, golden!.path, report, program, script);
  shell.emit({ type: 'report', ...forPrograms(report), ...(data && { data }) });
  return recordedIt || report.status !== EXIT.done ? report.status : EXIT.no;
}

/** @returns the script, and for data the answers that go with it */
function whatToAsk(shell: Shell, flags: Flags): { script: Script; questions?: DataQuestion[] } {
  if ((flags.prompts === undefined) === (flags.data === undefined))
    throw new UsageError(
      flags.data === undefined ? 'what shall be asked?' : '--prompts and --data exclude each other',
      {
        hint: 'give --prompts FILE with a question a line, or --data FILE with text pairs',
      },
    );
  if (flags.prompts !== undefined) return { script: readScript(shell.files.read(flags.prompts), flags.prompts) };
  const file = dataPath(shell.files, flags.data!);
  const questions = sample(
    byQuestion(readPairs(shell.files.read(file), file).pairs),
    wholeNumber('--sample', flags.sample, 1, 1_000_000),
    seedOf(flags.seed),
  );
  return { script: askAll(questions.map(({ question }) => question)), questions };
}

/** A question may stand in the data with several answers: each of them is right. */
function byQuestion(pairs: readonly { question: string; answer: string }[]): DataQuestion[] {
  const answers = new Map<string, Set<string>>();
  for (const { question, answer } of pairs) {
    const typed = question.trim();
    if (typed === '') continue;
    answers.set(typed, (answers.get(typed) ?? new Set()).add(answer));
  }
  return [...answers].map(([question, all]) => ({ question, answers: [...all] }));
}

function sample(questions: DataQuestion[], count: number, seed: number): DataQuestion[] {
  const order = Int32Array.from(questions, (_, i) => i);
  new Rng(seed).shuffle(order);
  return [...order.subarray(0, count)].map((i) => questions[i]!);
}

function dataReport(network: Network | undefined, questions: DataQuestion[], report: CompareReport): DataReport {
  const sheets: AnswerSheet[] = [report.reference, ...report.transcripts].map(answerSheet);
  if (network !== undefined) {
    sheets.unshift({ name: 'reference', answers: questions.map(({ question }) => answer(network, question)) });
  }
  return checkAnswers(questions, sheets);
}

interface GoldenPlace {
  path: string;
  reference?: Transcript;
  sameProgram: boolean;
}

function openGolden(
  shell: Shell,
  flags: Flags,
  path: string,
  program: Program,
  script: Script,
): GoldenPlace | undefined {
  if (flags.golden === undefined) {
    if (flags.record) throw new UsageError('where shall it be recorded?', { hint: 'name a folder with --golden' });
    return undefined;
  }
  const stem = (file: string): string => basename(file).replace(/\.[^.]*$/, '');
  const file = `${flags.golden}/${stem(path)}.${stem((flags.prompts ?? flags.data)!)}.json`;
  if (flags.record) return { path: file, sameProgram: true };
  if (!shell.files.exists(file))
    throw new UsageError('nothing is recorded for this program and these prompts', {
      where: file,
      hint: 'record it with --record',
    });
  const { transcript, sameProgram } = readGolden(shell.files.read(file), file, program, script);
  return { path: file, reference: transcript, sameProgram };
}

/** Only what all targets agree on is worth keeping. */
function record(shell: Shell, path: string, report: CompareReport, program: Program, script: Script): boolean {
  const whole = report.reference.incident === undefined && report.reference.exchanges.every((e) => !e.incident);
  if (!report.equal || !whole) {
    shell.note(`not recorded, as not all is there and equal: ${path}`);
    return false;
  }
  shell.files.write(path, goldenText(report.reference, program, script));
  shell.note(`recorded: ${path}`);
  return true;
}

function forPrograms({ comparisons, equal, status }: CompareReport): object {
  return { equal, status, comparisons };
}
