/**
 * What of a text may go into a bug report that others will read. Not by a list of what secrets look like, which is never
 * complete, but the other way round: what is known to be harmless stays, and of all else only kind and length are said.
 */
import { DRIVE_AND_USER } from '../seams/prompt.js';
import { counted } from '../seams/words.js';
import { KNOWN_WORDS } from './known-words.js';

/** In place of a text: its length helps ("the name has 300 characters"), its words do not. */
export function lengthOf(text: string): string {
  return `[text, ${counted([...text].length, 'character')}]`;
}

/** More is no line that somebody wrote to be read. */
const LONGEST_LINE = 200;
/** So many numbers side by side may be one: of a telephone, of a card. */
const MOST_NUMBERS = 2;

const NUMBER = /^[-+]?\d{1,6}(?:[.,]\d{1,4})?%?$/;
/** A version has three parts; four may be an address. */
const VERSION = /^v?\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const ADDRESS = /^(?:0x[0-9a-f]{2,4}|[0-9a-f]{4}h)$/i;
/** CP/M's, with a command of its own behind it. */
const PROMPT = new RegExp(`^${DRIVE_AND_USER}>(?:dir|era|type|ren|stat)?$`, 'i');
const DEVICE = /^\/dev\/(?:tty(?:USB|ACM|S|AMA)|pts\/)\d{1,3}$|^COM\d{1,3}$/;
const FORMAT = /^[5-8][NEO][12]$/;
const EDGES = /^[\s"'`([{<*.,:;!?>=-]+|[\s"'`)\]}>*.,:;!?=-]+$/g;

/** Lines of which every word is known stay as they are; of others remains how many, and how long. */
export function harmlessText(text: string, privateWords: readonly string[] = []): string {
  const out: string[] = [];
  let lines = 0;
  let characters = 0;
  const flush = (): void => {
    if (lines > 0) out.push(`[${counted(lines, 'line')}, ${counted(characters, 'character')}]`);
    lines = characters = 0;
  };
  for (const line of text.split(/\r*\n|\r/)) {
    if (isHarmless(line, privateWords)) {
      flush();
      out.push(line);
    } else {
      lines++;
      characters += line.length;
    }
  }
  flush();
  return out.join('\n');
}

function isHarmless(line: string, privateWords: readonly string[]): boolean {
  if (line.trim() === '') return true;
  // What is not printable may hide anything.
  if (line.length > LONGEST_LINE || !/^[\x20-\x7e]*$/.test(line)) return false;
  let numbers = 0;
  let hasWord = false;
  for (const token of line.trim().split(/\s+/)) {
    const isNumber = NUMBER.test(token.replace(EDGES, ''));
    numbers = isNumber ? numbers + 1 : 0;
    if (numbers > MOST_NUMBERS) return false;
    if (isNumber) continue;
    if (!isKnown(token, privateWords)) return false;
    hasWord = true;
  }
  return hasWord;
}

function isKnown(token: string, privateWords: readonly string[]): boolean {
  if (PROMPT.test(token)) return true;
  const word = token.replace(EDGES, '');
  if (word === '') return true;
  if (privateWords.includes(word.toLowerCase())) return false;
  return KNOWN_WORDS.has(word.toLowerCase()) || [VERSION, ADDRESS, DEVICE, FORMAT].some((form) => form.test(word));
}

/** The keys of z80lm's own JSON whose numbers and truth values say how a run went. */
const KEYS: ReadonlySet<string> = new Set(
  `accuracy agree answers board bytes characterMs characters ceiling clock clockHz comparisons cost elapsedMs ended epoch
  epochs equal error errors exchanges exitStatus fetches figures firstMs format found heldOut hidden high hz instructions
  kept kind left loss low maker measured measuredMs model msPerCharacter nonZero pairs perCharacter places predicted
  predictedMs programs questions quarters reference report result right rounds seconds sizes start status stopped
  tStates tStatesPerCharacter tables target text total training transcripts type value values version waitStates whole
  width`.split(/\s+/),
);
/** The texts that they hold, where they are words of ours. */
const VALUES = /^(?:ok|yes|no|done|equal|differs|silent|lost|left|crashed|failed|free|closed|board|emulator)$/;
const DEEPEST = 12;

/** The same of JSON: known keys, numbers and truth values stay, texts and unknown keys do not. */
export function harmlessJson(value: unknown, depth = 0): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return VALUES.test(value) ? value : lengthOf(value);
  if (depth > DEEPEST) return '[deeper]';
  if (Array.isArray(value)) return value.map((one) => harmlessJson(one, depth + 1));
  const entries = Object.entries(value as object);
  const known = entries.filter(([key]) => KEYS.has(key));
  const others = entries.length - known.length;
  return {
    ...Object.fromEntries(known.map(([key, one]) => [key, harmlessJson(one, depth + 1)])),
    ...(others > 0 && { '[others]': others }),
  };
}
