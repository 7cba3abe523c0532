/**
 * The conventions in which consoles differ without anything being wrong: rules that are applied to both sides
 * before they are compared, and only where the bytes differ. Each application is counted and reported; nothing is
 * made equal silently.
 */
import { HOSTS } from '../seams/prompt.js';
import { withoutSecondEcho } from './doubled-echo.js';

/** What a rule may know about the text. */
export interface Context {
  /** What was typed, without its RETURN. */
  typed: string;
  /** The machine is back at its host's prompt after it. */
  left: boolean;
}

export interface Rule {
  name: string;
  /** For the report: what the rule takes to be the same. */
  says: string;
  /** One character stands for one byte. */
  apply(text: string, context: Context): string;
}

const RULES: readonly Rule[] = [
  {
    name: 'doubled-echo',
    says: 'an echo that came twice counts as one: besides the board, an adapter or terminal echoes what is typed (half duplex)',
    apply: (text, { typed }) => withoutSecondEcho(text, typed) ?? text,
  },
  {
    name: 'nul',
    says: 'NUL bytes, which some consoles send as padding, are left out',
    apply: (text) => text.replaceAll('\0', ''),
  },
  {
    name: 'xon-xoff',
    says: 'XON and XOFF, which steer the line, are left out',
    apply: (text) => text.replace(/[\x11\x13]/g, ''),
  },
  {
    name: 'line-ends',
    says: 'CR, LF, CR LF and CR CR LF count as one line end',
    apply: lineEnds,
  },
  {
    name: 'echo',
    says: 'a whole echo of what was typed is left out: as typed, in capitals, or none',
    apply(text, { typed }) {
      const isEcho = typed !== '' && text.slice(0, typed.length).toLowerCase() === typed.toLowerCase();
      return isEcho ? text.slice(typed.length).replace(/^ *\r?\n?/, '') : text.replace(/^\r\n/, '');
    },
  },
  {
    name: 'host-prompt',
    says: "the prompt after the end of the program, CP/M's or the monitor's, is left out",
    apply: (text, { left }) => (left ? withoutHost(text).replace(/[\r\n]*$/, '') : text),
  },
];

/** How often a rule changed something, on the left and on the right side. */
export interface RuleUse {
  name: string;
  says: string;
  left: number;
  right: number;
}

export class Normaliser {
  readonly #uses: RuleUse[] = RULES.map(({ name, says }) => ({ name, says, left: 0, right: 0 }));

  /** Both sides as they are if equal, else after the rules, one by one until they are equal. */
  apply(left: string, right: string, context: { typed: string; left: boolean; right: boolean }): [string, string] {
    const { typed } = context;
    // A damaged echo is a finding, not a convention: then it stays, on both sides.
    const echoIntact = !isDamagedEcho(left, typed) && !isDamagedEcho(right, typed);
    let sides: [string, string] = [left, right];
    for (const [index, rule] of RULES.entries()) {
      if (sides[0] === sides[1]) break;
      if (rule.name === 'echo' && (!echoIntact || typed === '')) continue;
      const next: [string, string] = [
        rule.apply(sides[0], { typed, left: context.left }),
        rule.apply(sides[1], { typed, left: context.right }),
      ];
      // A program may repeat a question in its answer: an echo is taken for doubled only if that explains all.
      if (rule.name === 'doubled-echo' && lineEnds(next[0]) !== lineEnds(next[1])) continue;
      if (rule.name === 'doubled-echo' && next[0] !== sides[0] && next[1] !== sides[1]) continue;
      // The same echo on both sides is no reason to leave it out.
      if (rule.name === 'echo' && cut(sides[0], next[0]) === cut(sides[1], next[1])) continue;
      if (next[0] !== sides[0]) this.#uses[index]!.left++;
      if (next[1] !== sides[1]) this.#uses[index]!.right++;
      sides = next;
    }
    return sides;
  }

  /** The rules that changed anything. */
  get used(): RuleUse[] {
    return this.#uses.filter(({ left, right }) => left + right > 0);
  }
}

/** A prompt is that of one of them at most. */
function withoutHost(text: string): string {
  return HOSTS.map((host) => host.without(text)).find((rest) => rest !== text) ?? text;
}

function lineEnds(text: string): string {
  return text.replace(/\r*\n|\r+/g, '\r\n');
}

/** What was taken from the beginning. */
function cut(before: string, after: string): string {
  return before.slice(0, before.length - after.length);
}

/** Of the line, so much must be in the question, in its order. */
const ECHO_SHARE = 0.6;

/** The first line looks like the echo, and is not. */
export function isDamagedEcho(text: string, typed: string): boolean {
  const line = /^[^\r\n]*/.exec(text)![0].trimEnd().toLowerCase();
  const wanted = typed.toLowerCase();
  if (line === wanted || line.length < 3 || wanted.length < 3) return false;
  return commonLength(line, wanted) >= ECHO_SHARE * line.length;
}

/** Length of the longest common subsequence. */
function commonLength(a: string, b: string): number {
  let row = new Uint16Array(b.length + 1);
  for (const character of a) {
    const next = new Uint16Array(row.length);
    for (let j = 0; j < b.length; j++) next[j + 1] = character === b[j] ? row[j]! + 1 : Math.max(row[j + 1]!, next[j]!);
    row = next;
  }
  return row[b.length]!;
}
