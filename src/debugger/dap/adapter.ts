/**
 * The debugger for an editor: the Debug Adapter Protocol (https://microsoft.github.io/debug-adapter-protocol/), one program
 * and one thread. The library frames messages; each request is a row of a table here, or of the files beside this.
 *
 * The program's console is `output` events. What is entered in the editor's debug console while the program runs is a
 * line for it; while it stands, an expression, or one of the debugger's commands that look (who, mem, history).
 */
import { DebugSession, InitializedEvent, OutputEvent, Response, StoppedEvent, TerminatedEvent } from '@vscode/debugadapter'; // prettier-ignore
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SessionOptions, Stop, Verb } from '../../emu/debug/session.js';
import { UsageError, Z80lmError } from '../../seams/errors.js';
import { plain, plainLine } from '../../seams/plain.js';
import { CleanText } from '../../terminal/clean-text.js';
import { go, type Context, type Debuggee } from '../debuggee.js';
import { parseCommand } from '../language.js';
import { LOOKING } from '../looking.js';
import { stopWords } from '../picture.js';
import { callLine } from '../../emu/debug/bdos-trace.js';
import { DapBreakpoints } from './breakpoints.js';
import { views } from './views.js';

/** A program that an editor debugs. */
export interface DapProgram extends Debuggee {
  /** Where a file of the listing lies, if it is there; the listing itself for ''. */
  sourcePath(file: string): string | undefined;
  /** The end: what the program has not closed is kept. @returns remarks */
  close(): string[];
}

export interface DapEars extends Required<Pick<SessionOptions, 'log' | 'traced'>> {
  write: (byte: number) => void;
  remark: (words: string) => void;
}

/** What launch takes, as launch.json has it. */
export interface LaunchArguments {
  program?: unknown;
  args?: unknown;
  stopOnEntry?: unknown;
  /** Stand still where the program has ended, to go backwards from there. */
  stopOnEnd?: unknown;
  symbols?: unknown;
  listing?: unknown;
  /** `B=work`: folders as drives. */
  drives?: unknown;
  /** `C=card.img`: disk images as drives. */
  disks?: unknown;
  bdos?: unknown;
  /** Lines that are typed when the program waits for a key. */
  type?: unknown;
}

export type OpenProgram = (launch: LaunchArguments, ears: DapEars) => DapProgram;

type Handler = (args: never, request: DebugProtocol.Request) => unknown;

export const THREAD = 1;
/** How long an idle program is left alone before it may look for a key again. */
const IDLE_MS = 20;

const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsDataBreakpoints: true,
  supportsInstructionBreakpoints: true,
  supportsEvaluateForHovers: true,
  supportsStepBack: true,
  supportsSetVariable: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsReadMemoryRequest: true,
  supportsWriteMemoryRequest: true,
  supportsDisassembleRequest: true,
  supportsSteppingGranularity: true,
  exceptionBreakpointFilters: [
    { filter: 'bdos', label: 'Calls of the BDOS', default: false, supportsCondition: true },
    { filter: 'port', label: 'IN and OUT', default: false, supportsCondition: true },
  ],
};

const VERBS: Readonly<Record<string, Verb>> = {
  continue: 'continue',
  next: 'stepOver',
  stepIn: 'stepInto',
  stepOut: 'stepOut',
  stepBack: 'stepBack',
  reverseContinue: 'reverseContinue',
};

export class DapAdapter extends DebugSession {
  /** Resolves when the editor has gone, or has ended it. */
  readonly over: Promise<void>;
  #end!: () => void;
  #program: DapProgram | undefined;
  #breakpoints: DapBreakpoints | undefined;
  #launch: LaunchArguments = {};
  #running = false;
  /** Runs so far, and the end of the last. */
  #runs = 0;
  #ran: Promise<void> = Promise.resolve();
  #wake = (): void => {};
  #printed: number[] = [];
  readonly #clean = new CleanText();
  #context: Context | undefined;
  #firstLine = 1;

  constructor(private readonly open: OpenProgram) {
    super();
    this.over = new Promise((resolve) => (this.#end = resolve));
  }

  override shutdown(): void {
    this.#close();
    this.#end();
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const response = new Response(request) as DebugProtocol.Response;
    void Promise.resolve()
      .then(() => this.#handle(request))
      .then(
        (body) => {
          response.body = body ?? {};
          this.sendResponse(response);
          if (request.command === 'launch') this.sendEvent(new InitializedEvent());
        },
        (error: unknown) => {
          const words = error instanceof Error ? error.message : String(error);
          const hint = error instanceof Z80lmError && error.hint !== undefined ? ` (${error.hint})` : '';
          response.success = false;
          response.message = words;
          response.body = {
            error: { id: 1, format: plainLine(`${words}${hint}`).replace(/[{}]/g, ''), showUser: true },
          };
          this.sendResponse(response);
        },
      );
  }

  #handle(request: DebugProtocol.Request): unknown {
    const { command, arguments: args } = request;
    const own = this.#own[command];
    if (own) return own(args as never, request);
    const program = this.#opened();
    if (command in VERBS) return this.#move(VERBS[command]!, command);
    const handler = this.#breakpoints!.requests[command] ?? views(program, this.#firstLine)[command];
    if (!handler) throw new UsageError(`${JSON.stringify(command)} is not supported`);
    if (LOOKS.has(command) || !this.#running) return handler(args as never);
    throw new UsageError('the program is running: pause it first');
  }

  readonly #own: Readonly<Record<string, Handler>> = {
    initialize: ({ linesStartAt1, pathFormat }: DebugProtocol.InitializeRequestArguments) => {
      if (pathFormat !== undefined && pathFormat !== 'path') throw new UsageError('files are named by paths only');
      this.#firstLine = linesStartAt1 === false ? 0 : 1;
      return CAPABILITIES;
    },
    launch: (args: LaunchArguments) => this.#begin(args ?? {}),
    attach: () => {
      throw new UsageError('there is nothing to attach to: launch a program');
    },
    configurationDone: () => this.#fromTheStart(),
    restart: async (args: { arguments?: LaunchArguments }) => {
      const { session, start } = this.#opened();
      if (args?.arguments) this.#launch = args.arguments;
      this.#runs++;
      session.interrupt();
      this.#wake();
      await this.#ran;
      // The editor has gone meanwhile.
      if (!this.#program) return;
      this.#running = false;
      start();
      this.#typeAhead();
      this.#fromTheStart();
    },
    pause: () => {
      this.#opened().session.interrupt();
      this.#wake();
    },
    threads: () => ({ threads: [{ id: THREAD, name: 'Z80' }] }),
    terminate: () => void setImmediate(() => this.#terminated()),
    disconnect: () =>
      void setImmediate(() => {
        this.#close();
        this.#end();
      }),
    evaluate: (args: DebugProtocol.EvaluateArguments) => this.#evaluate(args),
  };

  #opened(): DapProgram {
    if (!this.#program) throw new UsageError('no program is launched');
    return this.#program;
  }

  #begin(args: LaunchArguments): void {
    this.#close();
    this.#launch = args;
    const say = (words: string): void => this.sendEvent(new OutputEvent(`${plainLine(words)}\n`, 'console'));
    const program = this.open(args, {
      write: (byte) => void this.#printed.push(byte),
      remark: say,
      log: (_id, text) => {
        this.#flush();
        say(text);
      },
      traced: (call) => say(`bdos ${callLine(call)}`),
    });
    this.#program = program;
    this.#breakpoints = new DapBreakpoints(program, this.#firstLine);
    this.#context = { ...program, next: { mem: undefined, list: undefined } };
    this.#typeAhead();
  }

  #typeAhead(): void {
    const { type } = this.#launch;
    const lines = typeof type === 'string' ? [type] : Array.isArray(type) ? type.map(String) : [];
    this.#opened().keyboard.type(...lines);
  }

  #fromTheStart(): void {
    if (this.#launch.stopOnEntry === true) setImmediate(() => this.sendEvent(new StoppedEvent('entry', THREAD)));
    else this.#run('continue');
  }

  #move(verb: Verb, command: string): object {
    if (this.#running) throw new UsageError('the program is running already');
    this.#run(verb);
    return command === 'continue' ? { allThreadsContinued: true } : {};
  }

  /** Behind the answer to the request, which comes first. */
  #run(verb: Verb): void {
    const program = this.#opened();
    const run = ++this.#runs;
    this.#running = true;
    this.#ran = (async (): Promise<void> => {
      await new Promise(setImmediate);
      try {
        const stop = await go(program.session, verb, {
          flush: () => this.#flush(),
          turn: () => new Promise(setImmediate),
          key: (why) => this.#key(program, why),
        });
        // A restart has begun another run meanwhile, or it is over.
        if (this.#runs !== run || this.#program !== program) return;
        this.#running = false;
        this.#stopped(stop, program);
      } catch (error) {
        this.sendEvent(
          new OutputEvent(`${plainLine(error instanceof Error ? error.message : String(error))}\n`, 'stderr'),
        );
        this.#terminated();
      }
    })();
  }

  async #key(program: DapProgram, why: 'key' | 'idle'): Promise<boolean> {
    if (program.keyboard.next()) return true;
    await new Promise<void>((resolve) => {
      const timer = why === 'key' ? undefined : setTimeout(() => this.#wake(), IDLE_MS);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
    program.keyboard.next();
    return true;
  }

  #stopped(stop: Stop, program: DapProgram): void {
    this.#flush();
    if (stop.why === 'ended' && this.#launch.stopOnEnd !== true) {
      this.sendEvent(new OutputEvent(`${stopWords(stop, program)}\n`, 'console'));
      return this.#terminated();
    }
    const event = new StoppedEvent(this.#breakpoints!.reason(stop), THREAD) as DebugProtocol.StoppedEvent;
    const words = stopWords(stop, program);
    if (words !== undefined) event.body.description = words;
    if (stop.why === 'crashed') event.body.text = stop.message;
    event.body.allThreadsStopped = true;
    const hit = this.#breakpoints!.hit(stop);
    if (hit !== undefined) event.body.hitBreakpointIds = [hit];
    this.sendEvent(event);
  }

  #evaluate({ expression, context }: DebugProtocol.EvaluateArguments): object {
    const program = this.#opened();
    if (context === 'repl' && this.#running) {
      program.keyboard.type(expression);
      this.#wake();
      return { result: '', variablesReference: 0 };
    }
    const { entry, rest } = (context === 'repl' && commandIn(expression)) || {};
    const looks = entry && LOOKING[entry.name];
    if (looks) return { result: plain(looks(this.#context!, rest!).join('\n')), variablesReference: 0 };
    const value = program.session.evaluate(expression);
    const digits = value > 0xff ? 4 : 2;
    const result = `${value.toString(16).toUpperCase().padStart(digits, '0')}h`;
    return { result, variablesReference: 0, memoryReference: `0x${(value & 0xffff).toString(16)}` };
  }

  #flush(): void {
    if (this.#printed.length === 0) return;
    const text = this.#clean.take(Uint8Array.from(this.#printed)).replaceAll('\r\n', '\n').replaceAll('\r', '');
    this.#printed = [];
    if (text !== '') this.sendEvent(new OutputEvent(text, 'stdout'));
  }

  #terminated(): void {
    this.#flush();
    this.#close();
    this.sendEvent(new TerminatedEvent());
  }

  #close(): void {
    const program = this.#program;
    if (!program) return;
    this.#program = undefined;
    this.#running = false;
    program.session.interrupt();
    this.#wake();
    for (const words of program.close()) this.sendEvent(new OutputEvent(`${plainLine(words)}\n`, 'console'));
  }
}

/** Asked for while the program runs, too. */
const LOOKS = new Set(['setBreakpoints', 'setFunctionBreakpoints', 'setInstructionBreakpoints', 'setDataBreakpoints', 'setExceptionBreakpoints', 'dataBreakpointInfo', 'source', 'readMemory']); // prettier-ignore

/** One of the debugger's commands, by its whole name: everything else in an editor's console is an expression. */
function commandIn(text: string): ReturnType<typeof parseCommand> {
  const word = /^\s*([a-z-]+)/i.exec(text)?.[1]?.toLowerCase();
  const isName = word !== undefined && word in LOOKING;
  return isName ? parseCommand(text) : undefined;
}
