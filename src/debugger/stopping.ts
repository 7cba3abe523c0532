/** Commands about where to stop: breakpoints, watchpoints, ports and calls of the BDOS. */
import { hex } from '../emu/debug/names.js';
import type { Breakpoint, BreakpointRequest } from '../emu/debug/session.js';
import { UsageError } from '../seams/errors.js';
import { counted } from '../seams/words.js';
import type { Context, Plain } from './debuggee.js';
import { argumentsOf, conditionsOf, required, type CommandName } from './language.js';
import { placeName } from './picture.js';
import { byteOf, placeOf, placesOf } from './places.js';

export const STOPPING: Readonly<Partial<Record<CommandName, Plain>>> = {
  break(context, rest) {
    if (rest === '') return breakpointLines(context);
    const { place, ...conditions } = conditionsOf(rest);
    const [what = '', ...words] = argumentsOf(place);
    const ask = KINDS[what.toLowerCase()];
    if (ask) return [added(context, { ...ask(context, words), ...conditions })];
    if (words.length > 0)
      throw new UsageError(`${JSON.stringify(words[0])} is too much`, {
        hint: 'break PLACE if EXPR hits N log TEXT',
      });
    // A line of a macro is in as many places as the macro was used.
    const places = placesOf(required(what, 'a place'), context);
    return places.map((at) => added(context, { kind: 'execute', at, ...conditions }));
  },

  watch(context, rest) {
    if (rest === '') return breakpointLines(context);
    const { place, ...conditions } = conditionsOf(rest);
    const words = argumentsOf(place);
    const use = USES[words.at(-1)?.toLowerCase() ?? ''];
    if (use) words.pop();
    const [from, length, ...more] = words;
    if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is too much: watch PLACE[,LENGTH] [write]`);
    return [
      added(context, {
        kind: 'memory',
        from: placeOf(required(from, 'a place'), context),
        ...(length !== undefined && { length: placeOf(length, context) }),
        ...(use ?? USES['write']!),
        ...conditions,
      }),
    ];
  },

  pass(context, rest) {
    if (rest === '') return breakpointLines(context);
    const [place, count] = argumentsOf(rest);
    const at = placeOf(required(place, 'a place'), context);
    return [
      added(context, { kind: 'execute', at, ...(count !== undefined && { hits: `>=${placeOf(count, context)}` }) }),
    ];
  },

  delete(context, rest) {
    const { breakpoints } = context.session;
    const at = /^at (.+)$/.exec(rest)?.[1];
    const here = at === undefined ? undefined : placeOf(at, context);
    const ids =
      rest === ''
        ? breakpoints.list().map(({ id }) => id)
        : here === undefined
          ? numbersOf(rest)
          : breakpoints.list().filter((one) => one.kind === 'execute' && one.at === here).map(({ id }) => id); // prettier-ignore
    for (const id of ids) breakpoints.remove(id);
    return [`${counted(ids.length, 'breakpoint')} taken away`];
  },

  enable: (context, rest) => enabled(context, rest, true),
  disable: (context, rest) => enabled(context, rest, false),
};

const USES: Readonly<Record<string, { read: boolean; write: boolean }>> = {
  write: { read: false, write: true },
  read: { read: true, write: false },
  any: { read: true, write: true },
};

/** What is no place in the program: `break bdos 9`, `break port 80 out`. */
const KINDS: Readonly<Record<string, (context: Context, words: string[]) => BreakpointRequest>> = {
  bdos: (_context, [call, ...more]) => {
    refuse(more);
    if (call !== undefined && !/^\d{1,3}$/.test(call))
      throw new UsageError(`${JSON.stringify(call)} is no BDOS call`, {
        hint: 'a number, in decimal as in the manuals',
      });
    return { kind: 'bdos', ...(call !== undefined && { call: Number(call) }) };
  },
  port: (context, words) => {
    const way = ['in', 'out'].find((one) => one === words.at(-1)?.toLowerCase());
    if (way !== undefined) words.pop();
    const [port, ...more] = words;
    refuse(more);
    return {
      kind: 'port',
      ...(port !== undefined && { port: byteOf(port, context) }),
      in: way !== 'out',
      out: way !== 'in',
    };
  },
};

function refuse([more]: string[]): void {
  if (more !== undefined) throw new UsageError(`${JSON.stringify(more)} is too much`);
}

function added(context: Context, request: BreakpointRequest): string {
  return breakpointLine(context.session.breakpoints.add(request), context);
}

function breakpointLines(context: Context): string[] {
  const all = context.session.breakpoints.list().map((one) => breakpointLine(one, context));
  return all.length === 0 ? ['none'] : all;
}

/** `2  watch counter write if value > 9  met 3 times` */
export function breakpointLine(one: Breakpoint, context: Context): string {
  const words = [
    `${String(one.id).padStart(2)} `,
    wordsOf(one, context),
    ...(one.condition === undefined ? [] : [`if ${one.condition}`]),
    ...(one.hits === undefined ? [] : [`hits ${one.hits}`]),
    ...(one.log === undefined ? [] : [`log ${one.log}`]),
    ...(one.enabled ? [] : ['(disabled)']),
    ...(one.met === 0 ? [] : [`(met ${counted(one.met, 'time')})`]),
  ];
  return words.join(' ');
}

function wordsOf(one: Breakpoint, context: Context): string {
  switch (one.kind) {
    case 'execute':
      return `break ${placeName(one.at, context)}`;
    case 'memory': {
      const { read = true, write = true, length = 1 } = one;
      const use = read && write ? 'any' : read ? 'read' : 'write';
      return `watch ${placeName(one.from, context)}${length === 1 ? '' : `, ${length} bytes`} ${use}`;
    }
    case 'port': {
      const way = one.in && one.out ? '' : one.in ? ' in' : ' out';
      return `break port${one.port === undefined ? '' : ` ${hex(one.port, 2)}`}${way}`;
    }
    case 'bdos':
      return `break bdos${one.call === undefined ? '' : ` ${one.call}`}`;
  }
}

function enabled(context: Context, rest: string, on: boolean): string[] {
  const ids = numbersOf(required(rest, 'a number'));
  const { breakpoints } = context.session;
  for (const id of ids) breakpoints.enable(id, on);
  return breakpoints.list().filter(({ id }) => ids.includes(id)).map((one) => breakpointLine(one, context)); // prettier-ignore
}

function numbersOf(rest: string): number[] {
  return argumentsOf(rest).map((text) => {
    if (!/^\d{1,6}$/.test(text))
      throw new UsageError(`${JSON.stringify(text)} is no number of a breakpoint`, { hint: 'break alone lists them' });
    return Number(text);
  });
}
