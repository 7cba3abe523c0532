/** `z80lm flash`: a program onto a board, proven to be there; `--run` starts it and stays as its console. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { nodeClock as clock } from '../host/node-clock.js';
import type { SteadyLink } from '../link/steady-link.js';
import { ctsStaysOff } from '../link/cts.js';
import { heeding } from '../link/wait.js';
import type { ByteLink } from '../seams/byte-link.js';
import { CPM } from '../machines/cpm.js';
import { machineOfDriver, machineOfFile } from '../machines/index.js';
import type { Machine } from '../machines/machine.js';
import { InputError, LinkError, UsageError } from '../seams/errors.js';
import { pageUrl } from '../seams/pages.js';
import { isProven, type LineLesson, type LoadPhase, type Program } from '../seams/target.js';
import { boardTarget } from '../transfer/board-target.js';
import { withState } from '../transfer/drivers/cpm-flash.js';
import type { Driver } from '../transfer/drivers/driver.js';
import { DRIVER_NAMES } from '../transfer/drivers/index.js';
import { bootCpm, recogniseBoard } from '../transfer/recognise.js';
import { makeDriver, mustRunOn } from './make-driver.js';
import { helperFor, tellOfHelper, withHelperOptions, type HelperWish } from './flash-helper.js';
import { keepLearnedOf } from './keep-learned.js';
import { boardKey, knownBoardsFile, recall } from './known-boards.js';
import { mirror } from './mirror.js';
import { openFromFlags, withLinkOptions, type LineDefaults, type LinkFlags } from './link-options.js';
import { action, wholeNumber, type Shell } from './shared.js';

interface Options extends LinkFlags {
  board: string;
  as?: string;
  boot?: boolean;
  verify: boolean;
  retries: string;
  run?: boolean;
  remember: boolean;
  helper?: HelperWish;
}

export function registerFlash(program: Command): void {
  withHelperOptions(
    withLinkOptions(
      program
        .command('flash')
        .description('send a program or a mind to a board and verify it')
        .argument(
          '<program|mind>',
          'the program, a .COM (for a monitor: Intel HEX, .HEX), or a mind for TALK.COM, a .MND',
        )
        .option('--board <board>', `${DRIVER_NAMES.join(', ')}, or a board file (.json), or auto: find out`, 'auto')
        .option('--as <name>', "its name on the board, such as CHAT.COM or B:CHAT.COM; the file's name unless given")
        .option('--boot', 'bring the board from its boot menu to CP/M first; without this a menu is left to you')
        .option('--no-verify', 'do not read it back (saves about half of the time)')
        .option('--retries <n>', 'begin again when the port goes away and comes back, at most so often', '0')
        .option('--run', 'start it, and stay as its console')
        .option('--no-remember', 'do not keep what the line turned out to need for the next flash or console'),
    ),
  ).action(
    action<Options, [string]>(async (shell, options, file) => {
      const board = await chooseBoard(shell, options.board);
      const name = options.as === undefined ? nameOf(file, SENT) : nameAsked(options.as);
      if (options.run) mustStart(name);
      const com: Program = { name, bytes: shell.files.read(file) };
      if (com.bytes.length === 0) throw new InputError('the file is empty', { where: file });
      const retries = wholeNumber('the number of retries', options.retries, 0, 100);
      const { link, lesson } = await openLine(shell, options, board?.line);
      let learned = lesson;
      try {
        const driver = await find(shell, link, board?.driver, options.boot ?? false);
        shell.note(`${link.name}: ${driver.title}`);
        const machine = machineFor(file, name);
        if (options.run) mustRunOn(driver, machine, name);
        else if (machineOfDriver(driver.name) !== machine)
          shell.note(`${name} is for ${machine.title}: it cannot be started on this board`);
        // What is a file for CP/M has a name of CP/M's.
        if (machineOfDriver(driver.name).board?.keepsPrograms) nameAsked(name);
        const { verify } = options;
        const helper = helperFor(shell, options.helper);
        const target = boardTarget(link, driver, clock, { verify, signal: shell.signal, ...(helper && { helper }) });
        for (let left = retries; ; left--) {
          try {
            const loaded = await load(shell, target.load(com), com, link.name, driver.name);
            learned = loaded.learned ?? learned;
            if (helper !== undefined) tellOfHelper(shell, helper, loaded.phaseMs);
            break;
          } catch (error) {
            if (left === 0 || link.state !== 'lost') throw error;
            await comeBack(shell, link, error);
          }
        }
        if (learned !== undefined && options.remember) await keepLearnedOf(shell, options.port!, learned);
        // From the renaming on it goes to its end: the new program is there, proven.
        if (shell.signal.aborted) return shell.interruptedTooLate();
        if (options.run) {
          await target.start('');
          await mirror(shell, link, { note: `${com.name} runs` });
        }
      } finally {
        await link.close();
      }
    }),
  );
}

/** Slow enough for every board seen without flow control. */
const SAFE: LineLesson = { flow: 'none', paceMs: 1 };

/**
 * The line, and what was learned when it was opened: where CTS is off before anything was sent, and nobody has said how the
 * line is to be treated, it goes on without flow control. The first that is sent there is a CR: if the board only is busy or
 * off, nothing is lost.
 */
async function openLine(
  shell: Shell,
  options: Options,
  defaults: LineDefaults | undefined,
): Promise<{ link: SteadyLink; lesson?: LineLesson }> {
  // What is known of all boards is read, and may be written anew with what is learned of this one.
  const known = options.remember ? knownBoardsFile() : undefined;
  if (known !== undefined) shell.files.mayReplace(known);
  const link = await openFromFlags(options, defaults, shell);
  const said = [options.flow, options.pace, defaults?.flow, defaults?.paceMs].some((given) => given !== undefined);
  if (said || (await isKnown(shell, options.port!)) || !(await ctsStaysOff(link, clock, shell.signal))) return { link };
  await link.close();
  const words = 'CTS is off, so the cable has no flow control, or the board is off';
  shell.note(`${link.name}: ${words}; going on with --flow ${SAFE.flow} --pace ${SAFE.paceMs}`);
  // A reset that was asked for has been done.
  const flags = { ...options, reset: undefined, flow: SAFE.flow, pace: String(SAFE.paceMs) };
  return { link: await openFromFlags(flags, defaults, shell), lesson: SAFE };
}

/** Has doctor, or a flash, found out how the line on this port is to be treated? */
async function isKnown(shell: Shell, port: string): Promise<boolean> {
  const key = await boardKey(port);
  const known = key === undefined ? undefined : recall(shell.files, key, () => undefined);
  return known?.flow !== undefined || known?.paceMs !== undefined;
}

/** Who is there, and how to talk to it. */
async function find(shell: Shell, bare: SteadyLink, driver: Driver | undefined, boot: boolean): Promise<Driver> {
  const link = heeding(bare, shell.signal);
  try {
    if (boot) await bootCpm(link, clock);
    if (driver !== undefined) return driver;
    return await makeDriver(shell.files, await recogniseBoard(link, clock, { onState: tellState(shell, link) }));
  } catch (error) {
    throw withState(error, 'no program on the board was changed', 'interrupted while looking for the board');
  }
}

/** What the board was left in, and is brought from. */
export const tellState =
  (shell: Shell, link: ByteLink) =>
  (words: string): void =>
    shell.note(`${link.name}: leaving ${words}`);

/** The port went away in mid-transfer: wait for it. The driver gets the board's receiver back to the prompt. */
async function comeBack(shell: Shell, link: SteadyLink, error: unknown): Promise<void> {
  if (!(error instanceof LinkError)) throw error;
  shell.note(`${link.name}: ${error.message}; waiting for it, then beginning again`);
  await link.reopen({ limitMs: COME_BACK_MS }, shell.signal);
  shell.note(`${link.name} is back`);
}

/** A person looks for the cable, plugs it in, and the board starts again. */
const COME_BACK_MS = 600_000;

/** The driver that --board names, and what its file says about the line; undefined for auto. */
export async function chooseBoard(
  shell: Shell,
  board: string,
): Promise<{ driver: Driver; line?: LineDefaults } | undefined> {
  if (board === 'auto') return undefined;
  if (/\.json$/i.test(board)) {
    const { parseBoardFile } = await import('../transfer/board-file.js');
    return parseBoardFile(new TextDecoder().decode(shell.files.read(board)), board);
  }
  return { driver: await makeDriver(shell.files, board) };
}

/** The machine that a program is for, by the name of its file, or else by the one that it is to have. */
export function machineFor(file: string, name: string): Machine {
  return machineOfFile(file) ?? machineOfFile(name) ?? CPM;
}

interface Loaded {
  /** How long each phase took. */
  phaseMs: Partial<Record<LoadPhase, number>>;
  /** What the line turned out to need. */
  learned: LineLesson | undefined;
}

async function load(
  shell: Shell,
  steps: ReturnType<ReturnType<typeof boardTarget>['load']>,
  com: Program,
  port: string,
  board: string,
): Promise<Loaded> {
  const progress = shell.progress(com.name, com.bytes.length);
  const started = clock.now();
  /** When each phase began. */
  const begins = new Map<LoadPhase, number>();
  let retries = 0;
  let proven = false;
  let doubt: string | undefined;
  let learned: LineLesson | undefined;
  /** Of the program; its file may be a text. */
  let bytes = com.bytes.length;
  try {
    for await (const step of steps) {
      const now = clock.now();
      bytes = step.totalBytes;
      if (!begins.has(step.phase)) begins.set(step.phase, now);
      retries = step.retries;
      proven = isProven(step, proven);
      doubt ??= step.doubt;
      learned = step.learned ?? learned;
      const seconds = (now - begins.get(step.phase)!) / 1000;
      const rate = step.doneBytes > 0 && seconds > 0.2 ? ` ${Math.round(step.doneBytes / seconds)} bytes/s` : '';
      progress.update(step.doneBytes, `${step.step}${rate}${retries > 0 ? `, ${retries} repeated` : ''}`);
    }
  } finally {
    progress.stop();
  }
  const times = [...begins.values(), clock.now()];
  const phaseMs = Object.fromEntries(
    [...begins.keys()].map((phase, n) => [phase, Math.round(times[n + 1]! - times[n]!)]),
  );
  const seconds = (clock.now() - started) / 1000;
  const verified = proven && doubt === undefined;
  shell.print(`${com.name}: ${bytes} bytes on the board in ${seconds.toFixed(1)} s${verified ? ', verified' : ''}`);
  if (doubt !== undefined) shell.note(`not verified: ${doubt}`);
  if (learned !== undefined)
    shell.note(`${port}: this line loses bytes at full speed; sent with ${learned.paceMs} ms per byte, as --pace does`);
  shell.emit({
    name: com.name,
    bytes,
    port,
    board,
    seconds,
    phaseMs,
    retries,
    verified,
    doubt,
    learned,
  });
  return { phaseMs, learned };
}

/** What can be started: by CP/M, and by a monitor. */
const PROGRAMS = ['COM', 'HEX'];
/** What is sent under its own name. */
const SENT = [...PROGRAMS, 'MND'];
// CP/M's own list of what a name cannot hold is < > . , ; : = ? * [ ]; the rest of this one cannot be typed well.
const NAME = /^(?:[A-P]:)?[A-Z0-9$#@!%'()\-_{}~^&]{1,8}(?:\.([A-Z0-9$#@!%'()\-_{}~^&]{1,3}))?$/;

/** A file's name on the board: CP/M's, where there is something to keep it. @throws UsageError */
export function nameOf(file: string, types?: readonly string[]): string {
  mustHaveBoard(file);
  const name = basename(file);
  const keeps = machineOfFile(name)?.board?.keepsPrograms ?? true;
  return keeps ? boardName(name, types) : name.toUpperCase();
}

/** @throws UsageError where no line leads to the machine that a file is for */
export function mustHaveBoard(file: string): void {
  const name = basename(file);
  const machine = machineOfFile(name);
  if (machine && !machine.board)
    throw new UsageError(`this is ${machine.file.title}, and no line leads to a ${machine.title}`, {
      where: file,
      hint: `z80lm run ${name} talks to it here; ${pageUrl('machines')} says how it gets onto a real one`,
    });
}

/**
 * A CP/M name in capitals: a drive perhaps, 1 to 8 characters, and one of `types`.
 * @throws UsageError
 */
export function boardName(name: string, types: readonly string[] = PROGRAMS): string {
  const capitals = name.toUpperCase();
  const type = NAME.exec(capitals)?.[1];
  if (type !== undefined && types.includes(type)) return capitals;
  throw new UsageError(`${JSON.stringify(name)} is no name for a CP/M program`, {
    hint: 'give one of at most 8 letters and digits and .COM with --as, such as --as CHAT.COM',
  });
}

/** A name that was asked for may be that of any file. @throws UsageError */
function nameAsked(name: string): string {
  const capitals = name.toUpperCase();
  if (NAME.test(capitals)) return capitals;
  throw new UsageError(`${JSON.stringify(name)} is no name for a CP/M file`, {
    hint: 'give one of at most 8 letters and digits, a dot, and a type of at most 3, such as --as CHAT.COM',
  });
}

/** @throws UsageError where --run cannot start it */
function mustStart(name: string): void {
  if (PROGRAMS.some((type) => name.endsWith(`.${type}`))) return;
  throw new UsageError(`${name} is no program, so --run cannot start it`, {
    hint: name.endsWith('.MND')
      ? 'flash it without --run, then flash TALK.COM with --run (z80lm build --shell -o TALK.COM makes it)'
      : 'flash it without --run, or name a .COM with --as',
  });
}
