/**
 * Whose language a source is in, by what only one assembler has. Our own is the answer unless there is strong evidence: what
 * was written for z80lm must go on to mean what it meant.
 */
import type { DialectName } from './dialect.js';

/** A dialect, and what spoke for it. */
export interface Guess {
  dialect: DialectName;
  /** The first thing found that it has, as written; '' where nothing was, and the dialect is our own. */
  because: string;
  /** The line of that, from 1; 0 where there is none. */
  line: number;
  /** How much speaks for it: from `STRONG` on it is taken for granted. */
  weight: number;
}

/** From here on a dialect is taken; less only breaks a tie between dialects in which a source has no errors. */
export const STRONG = 3;

/** So much of a source is looked at. Who writes for an assembler uses its words early. */
const LOOKED_AT = 65_536;

type Evidence = readonly [DialectName, number, number, RegExp];

/** What ends a word; a colon would make it a label. */
const END = '(?![\\w.?@$:])';
/** At the beginning of a line, perhaps behind blanks. */
const atMargin = (words: string, behind = END): RegExp => new RegExp(`^[ \\t]*(${words})${behind}`, 'gim');
/** Behind a label or blanks. */
const operation = (words: string): RegExp => new RegExp(`^(?:[\\w.?@$]+:{0,2})?[ \\t]+(${words})${END}`, 'gim');

/** What only an 8080 is told, and what only a Z80 is. */
const WORDS_8080 =
  'mvi|lxi|mov|jmp|jnz|jz|jnc|jpo|jpe|lda|sta|lhld|shld|ldax|stax|inx|dcx|inr|dcr|dad|xchg|xthl|sphl|pchl|ana|xra|ora|cmp|adi|aci|sui|sbi|ani|xri|ori|cma|cmc|stc|cnz|cnc|rnz|rnc|hlt';
const WORDS_Z80 = 'ld|jr|djnz|ldir|exx|ex|cpir|res|bit|srl|sla|sbc|neg|im';

/** [dialect, what one occurrence says, how many count, what to look for] */
const EVIDENCE: readonly Evidence[] = [
  ['z80lm', 4, 1, atMargin('endtimed|timed')],
  ['z80lm', 4, 1, /^[ \t]*(@@):/gm],
  ['z80lm', 4, 1, operation('resb')],
  ['tasm', 3, 2, atMargin('#define|#defcont|#include|#ifdef|#ifndef|#if|#else|#endif|#undef')],
  ['tasm', 3, 1, operation('\\.fill|\\.echo|\\.nocodes|\\.lsfirst|\\.msfirst|\\.avsym')],
  ['tasm', 1, 1, operation('\\.equ')],
  ['tasm', 1, 1, operation('\\.org')],
  ['m80', 3, 1, atMargin('\\.printx|\\.comment|\\.radix|subttl|\\.8080|if1|if2|\\.request')],
  ['m80', 3, 1, /^[ \t]+(name)[ \t]*\(/gim],
  ['m80', 2, 1, atMargin('\\.z80|extrn|\\.phase|\\.dephase|\\.xlist|\\.lall|\\.sall|\\.xall|irpc|aseg|dseg')],
  ['m80', 2, 1, operation('aset')],
  ['m80', 1, 1, atMargin('title|cseg|entry')],
  // MAC has it as well, and no Z80's mnemonics (settle8080).
  ['m80', 3, 1, atMargin('maclib')],
  ['8080', 2, 1, atMargin('maclib')],
  ['8080', 1, 1, /^(\*)/gm],
  ['sjasmplus', 3, 1, atMargin('device|savebin|savesna|savetap|ifused|ifnused|abyte[cz]|endlua|lua')],
  ['sjasmplus', 2, 1, atMargin('define', '(?=[ \\t]+[A-Za-z_])')],
  ['sjasmplus', 2, 1, atMargin('edup|endrepeat|output')],
  ['sjasmplus', 1, 1, /^[\w.@]+[ \t]*(:=)/gm],
  ['sjasmplus', 1, 1, /^[ \t]+(macro)[ \t]+\w/gim],
  ['sjasmplus', 1, 1, /^[ \t]*(\/\*)/gm],
  ['8080', 1, 6, operation(WORDS_8080)],
  ['zmac', 1, 1, /^([\w.@]*\?[\w.?@]*):/gm],
];

const Z80_WORDS = operation(WORDS_Z80);

/** All that speaks for any dialect, the most first. Our own is among them, with nothing for it if there is nothing. */
export function evidenceIn(source: string): Guess[] {
  const text = source.slice(0, LOOKED_AT);
  const guesses = new Map<DialectName, Guess>([['z80lm', { dialect: 'z80lm', because: '', line: 0, weight: 0 }]]);
  for (const [dialect, weight, most, pattern] of EVIDENCE) {
    const found = first(text, pattern, most);
    if (found.length === 0) continue;
    const { 1: because = '', index } = found[0]!;
    const line = lineAt(text, index + found[0]![0].indexOf(because));
    const guess = guesses.get(dialect) ?? { dialect, because, line, weight: 0 };
    guesses.set(dialect, guess);
    guess.weight += weight * found.length;
    if (guess.line === 0 || line < guess.line) Object.assign(guess, { because, line });
  }
  settle8080(guesses, text);
  return [...guesses.values()].sort((a, b) => b.weight - a.weight);
}

/** The dialect that a source shows, or our own. */
export function guessDialect(source: string): Guess {
  const all = evidenceIn(source);
  const [best, second] = all;
  const clear = best!.weight >= STRONG && best!.weight > (second?.weight ?? 0);
  return clear ? best! : all.find(({ dialect }) => dialect === 'z80lm')!;
}

/** 8080 mnemonics in a Z80 program are macros, labels, or zmac, which takes both. M80 and TASM have 8080 programs, too. */
function settle8080(guesses: Map<DialectName, Guess>, text: string): void {
  const found = guesses.get('8080');
  if (!found) return;
  const z80 = first(text, Z80_WORDS, found.weight).length;
  if (z80 === 0) return;
  guesses.delete('8080');
  if (found.weight < STRONG || guesses.has('m80') || guesses.has('tasm')) return;
  guesses.set('zmac', { ...found, dialect: 'zmac', weight: 1 + (guesses.get('zmac')?.weight ?? 0) });
}

function first(text: string, pattern: RegExp, most: number): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  pattern.lastIndex = 0;
  for (let match; found.length < most && (match = pattern.exec(text));) found.push(match);
  return found;
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
