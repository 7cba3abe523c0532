/** An editor's breakpoints, which it tells anew as a whole each time, kept in step with those of the session. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { BreakpointRequest, Stop } from '../../emu/debug/session.js';
import { UsageError } from '../../seams/errors.js';
import { plainLine } from '../../seams/plain.js';
import type { SourceLine } from '../../z80asm/listing-file.js';
import { placeOf } from '../places.js';
import type { DapProgram } from './adapter.js';

type Conditions = Pick<DebugProtocol.SourceBreakpoint, 'condition' | 'hitCondition' | 'logMessage'>;
type Answer = DebugProtocol.Breakpoint;

/** Why the editor says it stopped, by the group of the breakpoint. */
const REASONS: Readonly<Record<string, string>> = {
  function: 'function breakpoint',
  instruction: 'instruction breakpoint',
  data: 'data breakpoint',
  exception: 'exception',
};

export class DapBreakpoints {
  #last = 0;
  /** The session's numbers, by the group that they were told in. */
  readonly #groups = new Map<string, number[]>();
  /** The editor's number of each of the session's: one line of a macro has several. */
  readonly #numbers = new Map<number, { id: number; group: string }>();

  constructor(
    private readonly program: DapProgram,
    private readonly firstLine: number,
  ) {}

  readonly requests: Readonly<Record<string, (args: never) => unknown>> = {
    setBreakpoints: ({ source, breakpoints = [], lines = [] }: DebugProtocol.SetBreakpointsArguments) => {
      const path = source.path ?? source.name ?? '';
      const wanted: DebugProtocol.SourceBreakpoint[] =
        breakpoints.length > 0 ? breakpoints : lines.map((line) => ({ line }));
      return this.#group(`source ${path}`, wanted, (one) => {
        const places = this.#lines(path, one.line + 1 - this.firstLine);
        const line = isListing(path) ? places[0]!.row : places[0]!.line;
        return { requests: places.map(({ address }) => execute(address)), shown: { line: line - 1 + this.firstLine } };
      });
    },
    setFunctionBreakpoints: ({ breakpoints }: DebugProtocol.SetFunctionBreakpointsArguments) =>
      this.#group('function', breakpoints, ({ name }) => {
        const at = placeOf(name, this.program);
        return { requests: [execute(at)], shown: { instructionReference: reference(at) } };
      }),
    setInstructionBreakpoints: ({ breakpoints }: DebugProtocol.SetInstructionBreakpointsArguments) =>
      this.#group('instruction', breakpoints, ({ instructionReference, offset = 0 }) => {
        const at = addressIn(instructionReference, offset);
        return { requests: [execute(at)], shown: { instructionReference: reference(at) } };
      }),
    setDataBreakpoints: ({ breakpoints }: DebugProtocol.SetDataBreakpointsArguments) =>
      this.#group('data', breakpoints, ({ dataId, accessType = 'write' }) => {
        const [, from = '', length = ''] = /^([0-9a-f]{1,4}):(\d{1,5})$/.exec(dataId) ?? [];
        if (from === '') throw new UsageError(`${JSON.stringify(dataId)} is no data`);
        const request: BreakpointRequest = {
          kind: 'memory',
          from: parseInt(from, 16),
          length: Number(length),
          read: accessType !== 'write',
          write: accessType !== 'read',
        };
        return { requests: [request], shown: {} };
      }),
    setExceptionBreakpoints: ({ filters, filterOptions = [] }: DebugProtocol.SetExceptionBreakpointsArguments) => {
      const wanted: { filterId: string; condition?: string }[] = [
        ...filters.map((filterId) => ({ filterId })),
        ...filterOptions,
      ];
      return this.#group('exception', wanted, ({ filterId }) => {
        if (filterId === 'bdos') return { requests: [{ kind: 'bdos' }], shown: {} };
        if (filterId === 'port') return { requests: [{ kind: 'port', in: true, out: true }], shown: {} };
        throw new UsageError(`there is no filter ${JSON.stringify(filterId)}`);
      });
    },
    dataBreakpointInfo: ({ name, asAddress, bytes }: DebugProtocol.DataBreakpointInfoArguments) => {
      try {
        const at = asAddress ? addressIn(name, 0) : placeOf(name, this.program);
        const length = bytes ?? 1;
        return {
          dataId: `${at.toString(16)}:${length}`,
          description: `${name}, ${length === 1 ? '1 byte' : `${length} bytes`} at ${reference(at)}`,
          accessTypes: ['read', 'write', 'readWrite'],
          canPersist: false,
        };
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { dataId: null, description: plainLine(error.message) };
      }
    },
  };

  /** The editor's number of the breakpoint that it stopped at. */
  hit(stop: Stop): number | undefined {
    return 'id' in stop ? this.#numbers.get(stop.id)?.id : undefined;
  }

  reason(stop: Stop): string {
    if ('id' in stop) return REASONS[this.#numbers.get(stop.id)?.group ?? ''] ?? 'breakpoint';
    if (stop.why === 'crashed') return 'exception';
    if (stop.why === 'step' || stop.why === 'until' || stop.why === 'beginning') return 'step';
    return 'pause';
  }

  /** Those of a group are these now, and no others. */
  #group<One extends Conditions>(
    group: string,
    wanted: readonly One[],
    place: (one: One) => { requests: BreakpointRequest[]; shown: Partial<Answer> },
  ): { breakpoints: Answer[] } {
    const { breakpoints } = this.program.session;
    for (const id of this.#groups.get(group) ?? []) {
      breakpoints.remove(id);
      this.#numbers.delete(id);
    }
    const ids: number[] = [];
    this.#groups.set(group, ids);
    const answers = wanted.map((one): Answer => {
      const id = ++this.#last;
      try {
        const { requests, shown } = place(one);
        for (const request of requests) {
          const added = breakpoints.add({ ...request, ...conditions(one) });
          ids.push(added.id);
          this.#numbers.set(added.id, { id, group });
        }
        return { id, verified: true, ...shown };
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { id, verified: false, message: plainLine(error.message) };
      }
    });
    return { breakpoints: answers };
  }

  /** @throws UsageError where no code is */
  #lines(path: string, line: number): SourceLine[] {
    const { source } = this.program;
    const file = isListing(path) ? undefined : source.file(path);
    if (!isListing(path) && file === undefined)
      throw new UsageError('the listing has no such file: assemble it with --listing');
    const places = file === undefined ? source.rows(line) : source.places(file, line);
    if (places.length === 0) throw new UsageError('there is no code at this line or behind it');
    return places;
  }
}

function conditions({
  condition,
  hitCondition,
  logMessage,
}: Conditions): Pick<BreakpointRequest, 'condition' | 'hits' | 'log'> {
  return {
    ...(condition !== undefined && condition !== '' && { condition }),
    ...(hitCondition !== undefined &&
      hitCondition !== '' && { hits: hitCondition.replace(/\s+/g, '').replace(/^==?/, '') }),
    ...(logMessage !== undefined && logMessage !== '' && { log: logMessage }),
  };
}

const execute = (at: number): BreakpointRequest => ({ kind: 'execute', at });

function isListing(path: string): boolean {
  return /\.lst$/i.test(path);
}

/** How the editor names an address. */
export function reference(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** @throws UsageError for what lies outside of memory */
export function addressIn(text: string, offset: number): number {
  const address = Number(text) + offset;
  if (!Number.isInteger(address) || address < 0 || address > 0xffff)
    throw new UsageError(`${JSON.stringify(text)} is no address in 64 KB`);
  return address;
}
