/**
 * Two transcripts, byte for byte: as they are, or after the rules of normalise.ts for consoles that differ in
 * their conventions.
 */
import { typed as typedBytes } from '../model/question.js';
import { latin1 } from '../seams/bytes.js';
import { withoutSecondEcho } from './doubled-echo.js';
import { lineFaults, type LineFaults } from './line-faults.js';
import { isDamagedEcho, Normaliser, type RuleUse } from './normalise.js';
import type { Exchange, IncidentKind, Transcript } from './transcript.js';

export interface Difference {
  /** Bytes into the text compared. */
  offset: number;
  /** The byte on each side, or undefined where that side had already ended. */
  left: number | undefined;
  right: number | undefined;
}

/** same: equal bytes; differs: the program said something else; line: the line damaged it; missing: no whole answer. */
export type Verdict = 'same' | 'differs' | 'line' | 'missing';

export interface ExchangeComparison {
  /** The question, or undefined for the program's opening. */
  question: string | undefined;
  /** The answers. */
  left: string | undefined;
  right: string | undefined;
  verdict: Verdict;
  /** The texts that were compared; one character a byte. */
  texts: { left: string; right: string };
  difference: Difference | undefined;
  line?: LineFaults;
  /** The echo came back damaged, so that the program was perhaps asked something else. */
  echoDamaged?: boolean;
  /** What was typed came back twice, on the right only, and that is all that differs. */
  echoDoubled?: boolean;
  /** What came of asking once more. */
  again?: 'came right' | 'came again' | 'differs anew';
  /** Why there is no whole answer, on either side. */
  incidents?: { side: 'left' | 'right'; kind: IncidentKind; message: string; hint?: string }[];
}

export interface Comparison {
  left: string;
  right: string;
  equal: boolean;
  /** Bytes that were compared on the left side. */
  bytes: number;
  exchanges: ExchangeComparison[];
  /** The rules that made something equal, or were tried on something that is not. */
  rules: RuleUse[];
}

/**
 * Compare the opening and every exchange, echo included. An exchange that one side lacks, or has only in part, is
 * a difference: missing data is never equal.
 * @param options.normalise apply the rules where bytes differ; otherwise bytes are bytes
 */
export function compareTranscripts(
  left: Transcript,
  right: Transcript,
  options: { normalise?: boolean } = {},
): Comparison {
  const normaliser = options.normalise ? new Normaliser() : undefined;
  const compare = (question: string | undefined, a: Side | undefined, b: Side | undefined): ExchangeComparison =>
    compareExchange(question, a, b, normaliser);
  const exchanges = [compare(undefined, openingOf(left), openingOf(right))];
  for (let i = 0; i < Math.max(left.exchanges.length, right.exchanges.length); i++) {
    const [a, b] = [left.exchanges[i], right.exchanges[i]];
    exchanges.push(compare((a ?? b)!.question, a, b));
  }
  return {
    left: left.target,
    right: right.target,
    equal: exchanges.every((exchange) => exchange.verdict === 'same'),
    bytes: left.exchanges.reduce((sum, exchange) => sum + exchange.raw.length, left.opening.length),
    exchanges,
    rules: normaliser?.used ?? [],
  };
}

/** One side of an exchange, or of the opening. */
export type Side = Pick<Exchange, 'raw'> & Partial<Exchange>;

function openingOf({ opening, exchanges, incident }: Transcript): Side {
  return { raw: opening, ...(incident && exchanges.length === 0 && { incident }) };
}

/** @param normaliser with it, the rules are applied where bytes differ */
export function compareExchange(
  question: string | undefined,
  a: Side | undefined,
  b: Side | undefined,
  normaliser?: Normaliser,
): ExchangeComparison {
  const typed = latin1(typedBytes(question ?? ''));
  const raw: [string, string] = [rawText(a), rawText(b)];
  const incidents = [
    ...(a?.incident ? [{ side: 'left' as const, incident: a.incident }] : []),
    ...(b?.incident ? [{ side: 'right' as const, incident: b.incident }] : []),
  ].map(({ side, incident: { kind, error } }) => ({
    side,
    kind,
    message: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
  }));
  const missing = a === undefined || b === undefined || incidents.length > 0;
  // What is not there needs no rules.
  const sides = { typed, left: a?.left ?? false, right: b?.left ?? false };
  const [left, right] = (missing ? undefined : normaliser?.apply(...raw, sides)) ?? raw;
  const difference = firstDifference(left, right);
  const line = missing ? undefined : lineFaults(left, right);
  const echoDamaged =
    !missing && difference !== undefined && isDamagedEcho(right, typed) && !isDamagedEcho(left, typed);
  const echoDoubled = !missing && difference !== undefined && withoutSecondEcho(right, typed) === left;
  return {
    question,
    left: a?.answer,
    right: b?.answer,
    verdict: missing
      ? 'missing'
      : difference === undefined
        ? 'same'
        : line || echoDamaged || echoDoubled
          ? 'line'
          : 'differs',
    texts: { left, right },
    difference,
    ...(line && { line }),
    ...(echoDamaged && { echoDamaged }),
    ...(echoDoubled && { echoDoubled }),
    ...(incidents.length > 0 && { incidents }),
  };
}

function firstDifference(left: string, right: string): Difference | undefined {
  if (left === right) return undefined;
  let offset = 0;
  while (offset < left.length && left[offset] === right[offset]) offset++;
  const at = (text: string): number | undefined => (offset < text.length ? text.charCodeAt(offset) : undefined);
  return { offset, left: at(left), right: at(right) };
}

const rawText = (side: Side | undefined): string => (side ? latin1(side.raw) : '');
