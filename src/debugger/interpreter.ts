/**
 * Executes the commands of the debugger's language on a program. It gives lines and a report back, and prints nothing: a
 * front end shows them, and between slices of a run it shows what the program prints.
 */
import type { Registers } from '../emu/cpu.js';
import type { Moment, Stop, Verb } from '../emu/debug/session.js';
import { UsageError } from '../seams/errors.js';
import { counted } from '../seams/words.js';
import { CHANGING } from './changing.js';
import { go, type Context, type Debuggee, type Hooks } from './debuggee.js';
import { argumentsOf, parseCommand, required, type Command, type CommandName } from './language.js';
import { LOOKING } from './looking.js';
import { stopLines, stopReport } from './picture.js';
import { placeOf } from './places.js';
import { STOPPING } from './stopping.js';

/** What came of a command. */
export interface Answer {
  lines: string[];
  /** The program has run, and stands here. */
  report?: object;
  quit?: boolean;
}

const MOST_STEPS = 1_000_000;

/** Each of the steps, as the session has it. */
const STEPS: Readonly<Partial<Record<CommandName, Verb>>> = {
  step: 'stepInto',
  over: 'stepOver',
  out: 'stepOut',
  continue: 'continue',
  back: 'stepBack',
  'back-over': 'reverseOver',
  'back-out': 'reverseOut',
  'back-continue': 'reverseContinue',
};

export class Interpreter {
  readonly context: Context;
  #before: Registers | undefined;
  #last: Command | undefined;
  #running = false;

  constructor(
    debuggee: Debuggee,
    private readonly hooks: Hooks,
  ) {
    this.context = { ...debuggee, next: { mem: undefined, list: undefined } };
  }

  /** A program is running: `interrupt` stops it. */
  get running(): boolean {
    return this.#running;
  }

  interrupt(): void {
    this.context.session.interrupt();
  }

  /** Where it stands at the beginning. */
  begin(): Answer {
    return this.#stopped(undefined);
  }

  /** @throws UsageError for what cannot be done */
  async execute(line: string): Promise<Answer> {
    const isRepeat = line.trim() === '';
    const command = isRepeat ? this.#last : parseCommand(line);
    if (!command) return { lines: [] };
    const { entry, rest } = command;
    this.#last = entry.repeats ? { entry, rest: ['mem', 'list'].includes(entry.name) ? '' : rest } : undefined;
    if (entry.name === 'quit') return { lines: [], quit: true };
    const plain = LOOKING[entry.name] ?? CHANGING[entry.name] ?? STOPPING[entry.name];
    if (plain) return { lines: plain(this.context, rest) };
    return this.#move(entry.name, rest);
  }

  async #move(name: CommandName, rest: string): Promise<Answer> {
    const { session } = this.context;
    if (name === 'restart') {
      this.context.start();
      this.#before = undefined;
      return this.#stopped(undefined);
    }
    if (name === 'goto') return this.#stopped(await this.#run({ goTo: momentOf(rest) }));
    if (name === 'until')
      return this.#stopped(await this.#run({ until: placeOf(required(rest, 'a place'), this.context) }));
    if (name === 'go') return this.#go(rest);
    const verb = STEPS[name]!;
    const count = rest === '' ? 1 : countOf(rest);
    const lines: string[] = [];
    let stop: Stop | undefined;
    for (let i = 0; i < count; i++) {
      stop = await this.#run(verb);
      if (stop.why !== 'step') break;
      // As DDT's trace: each of several steps is seen.
      if (i + 1 < count && lines.length < 2 * MOST_SHOWN) lines.push(...this.#shown(stop));
      else if (i + 1 < count) this.#before = session.cpu.getRegisters();
    }
    const answer = this.#stopped(stop);
    return { ...answer, lines: [...lines, ...answer.lines] };
  }

  /** `g[START][,PLACE...]` */
  async #go(rest: string): Promise<Answer> {
    const [start = '', ...places] = rest.split(',').map((part) => part.trim());
    const { session } = this.context;
    const stops = places.map((text) => placeOf(text, this.context));
    if (start !== '') session.setRegisters({ pc: placeOf(start, this.context) });
    const temporary = stops.map((at) => session.breakpoints.add({ kind: 'execute', at }));
    try {
      const stop = await this.#run('continue');
      const isOurs = stop.why === 'breakpoint' && temporary.some(({ id }) => id === stop.id);
      return this.#stopped(isOurs ? { why: 'until', at: stop.at } : stop);
    } finally {
      for (const { id } of temporary) session.breakpoints.remove(id);
    }
  }

  async #run(verb: Verb): Promise<Stop> {
    this.#running = true;
    try {
      return await go(this.context.session, verb, this.hooks);
    } finally {
      this.#running = false;
    }
  }

  #shown(stop: Stop | undefined): string[] {
    const lines = stopLines(stop, this.context, this.#before);
    this.#before = this.context.session.cpu.getRegisters();
    return lines;
  }

  #stopped(stop: Stop | undefined): Answer {
    this.context.next = { mem: this.context.next.mem, list: undefined };
    const { session } = this.context;
    const { last, now } = session.history;
    const past = session.isLive
      ? []
      : [`(in the past: ${counted(last.instructions - now.instructions, 'instruction')} before the last)`];
    const report = {
      ...stopReport(stop, this.context),
      ...(!session.isLive && { live: false }),
    };
    return { lines: [...this.#shown(stop), ...past], report };
  }
}

/** So many steps of one command are shown; the rest are done. */
const MOST_SHOWN = 1000;

function momentOf(rest: string): Moment {
  const text = required(rest, 'a number of instructions').replaceAll(',', '');
  if (!/^\d{1,15}$/.test(text))
    throw new UsageError(`${JSON.stringify(rest)} is no number of instructions`, { hint: 'history shows them' });
  return { instructions: Number(text), tStates: 0 };
}

/** Steps are counted in decimal, though DDT's were hex. */
function countOf(rest: string): number {
  const [text = '', ...others] = argumentsOf(rest);
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > MOST_STEPS || others.length > 0)
    throw new UsageError(`${JSON.stringify(rest)} is no number of steps`, { hint: `1 to ${MOST_STEPS}, in decimal` });
  return count;
}
