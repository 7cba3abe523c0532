/**
 * What the prompts of a board look like, in one place. CP/M's, as boards show it:
 *
 *     A>                      CP/M 2.2: the user is not told
 *     A3>                     ZSDOS and ZCPR
 *     3A>                     CP/M 3: the user first, and none is user 0
 *     A0:SYSTEM>              NZCOM: with the directory's name
 *     00:00 A0:SYSTEM>        ZPM3: with a clock, and escape sequences between the parts
 *
 * that of our own programs, which wait for a question: `> `, in a game with the question's number before it; and monitors'.
 */

/** Drive and user, either way round. */
export const DRIVE_AND_USER = '(?:\\d{1,2}[A-P]|[A-P]\\d{0,2})';
const CLOCK = '\\d{1,2}:\\d{2}(?::\\d{2})? ';
const DIRECTORY = ':[^\\s:<>]{0,8}';

/** CP/M's, as a whole line. */
export const CPM_PROMPT = new RegExp(`^(?:${CLOCK})?${DRIVE_AND_USER}(?:${DIRECTORY})?>$`);

/** That of a program of ours, at the end of what it has said. */
export const QUESTION_PROMPT = /\r\n\d{0,3}> $/;
/** A number of at most so many digits stands in it. */
export const QUESTION_DIGITS = 3;

/** The Small Computer Monitor's. */
export const SCM_PROMPT = /(?:^|[\r\n])\*$/;

/** What programs are started from, and how it shows that one has ended. */
export interface Host {
  /** In words: "CP/M". */
  title: string;
  /** Does a text, of which the last is given, end in its prompt, on a line of its own behind what the program said? */
  isAt(text: string): boolean;
  /** A text without its prompt, where that ends it. */
  without(text: string): string;
}

export const CPM_HOST: Host = {
  title: 'CP/M',
  isAt: (text) => /[\r\n]/.test(text) && cpmPrompt(text) !== undefined,
  without: (text) => withoutPrompt(text),
};
export const SCM_HOST: Host = {
  title: 'the monitor',
  isAt: (text) => /[\r\n]\*$/.test(text),
  without: (text) => (SCM_HOST.isAt(text) ? text.slice(0, -1) : text),
};
/** All of them, for what does not know which it was: a recording. */
export const HOSTS: readonly Host[] = [CPM_HOST, SCM_HOST];

/** A program's or a monitor's, for a console that does not know what runs. */
export const OTHER_PROMPT = new RegExp(`(?:^|[\\r\\n])\\d{0,${QUESTION_DIGITS}}> ?$|${SCM_PROMPT.source}`);

/**
 * A report of a disk error: the drive, and why.
 *
 *     Bdos Err On B: Bad Sector                  CP/M 2.2; waits for a key
 *     ZSDOS error on B: Bad Sector               ZSDOS (ZDDOS), with a line behind it; waits for a key, or boots at once
 *     Call: 21  File: GUESS   .COM
 *     CP/M Error On P: Invalid Drive             CP/M 3; comes back by itself
 */
export const DISK_ERROR = /(?:Bdos Err|Z[SD]DOS error|CP\/M Error) On ([A-P]): *([A-Za-z/]+(?: [A-Za-z/]+)*)/i;

/** One at the end of what came, which waits for a key. */
export const BDOS_ERROR =
  /(?:Bdos Err|Z[SD]DOS error) On ([A-P]): ([A-Za-z/ ]+)(?=(?:\r\nCall: \d+(?: +File: [^\r\n]{0,12})?\r\n)?$)/i;

/** RomWBW 3.5.1, endlessly: a byte came that its serial port had no room for. */
export const CRASHED = /\+\+\+ BAD INT @/;
export const CRASH_REMEDY = 'RomWBW has crashed: reset it; a cable without RTS/CTS wants --flow none --pace 1 there';

export interface CpmPrompt {
  /** Empty where the prompt does not tell. */
  drive: string;
  /** Undefined where it does not tell: user 0, or a CP/M 2.2 that never does. */
  user: number | undefined;
  /** As a person sees it. */
  text: string;
}

/** More is no prompt, and a text may be long. */
const LONGEST = 200;

/**
 * The CP/M prompt that ends a text, or undefined.
 * @param sign of a whole line; another than the known forms where one was learned
 */
export function cpmPrompt(text: string, sign: RegExp = CPM_PROMPT): CpmPrompt | undefined {
  const line = lastLine(text);
  return sign.test(line) ? readPrompt(line) : undefined;
}

/** A drive's letter that stands by itself, perhaps with a user; not a directory's name, nor a letter of a word. */
const PLACE = /(?<![A-Za-z\d:])(?:(\d{1,2})([A-P])|([A-P])(\d{0,2}))(?![A-Za-z\d])/g;

/** What a line tells that is a prompt. Of several letters that could be the drive (CP/M A>) it is the last. */
export function readPrompt(line: string): CpmPrompt {
  const [, before, first, second, after] = [...line.matchAll(PLACE)].at(-1) ?? [];
  const user = before || after;
  return { drive: first ?? second ?? '', user: user ? Number(user) : undefined, text: line };
}

/**
 * The sign of a prompt that was seen, whatever its form: other drives, users, directories and times are the same prompt;
 * a text that ends in `X>` is not, where the prompt is longer.
 */
export function signOf({ text }: CpmPrompt): RegExp {
  const [, clock = '', rest = ''] = new RegExp(`^(${CLOCK})?(.*)>$`).exec(text) ?? [];
  const place = [...rest.matchAll(PLACE)].at(-1);
  const at = place?.index ?? rest.length;
  const behind = rest.slice(at + (place?.[0].length ?? 0));
  const named = new RegExp(`^${DIRECTORY}$`).test(behind);
  // NZCOM: B3> is a place that has no name, beside A0:SYSTEM>.
  const hasUser = /\d/.test(place?.[0] ?? '');
  let directory = named ? DIRECTORY : literal(behind);
  if (hasUser && named) directory = `(?:${DIRECTORY}|(?<=\\d[A-P]?))`;
  else if (hasUser && behind === '') directory = `(?:${DIRECTORY})?`;
  const parts = [clock && CLOCK, literal(rest.slice(0, at)), place && DRIVE_AND_USER, directory];
  return new RegExp(`^${parts.join('')}>$`);
}

/** Numbers may be those of a line, a day, a battery. */
const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/\d+/g, '\\d+');

/** A text without the prompt that ends it. */
export function withoutPrompt(text: string, sign: RegExp = CPM_PROMPT): string {
  if (cpmPrompt(text, sign) === undefined) return text;
  return text.slice(0, 1 + Math.max(text.lastIndexOf('\r'), text.lastIndexOf('\n')));
}

/** CSI and other escape sequences. */
const ESCAPE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[ -/]+[0-~]|[0-Z\\-~])/g;

/** A text as a screen shows it: without escape sequences and noise, and with backspaces obeyed. */
export function onScreen(text: string): string {
  let shown = '';
  for (const c of text.replace(ESCAPE, '')) {
    if (c === '\b') shown = /[\r\n]$/.test(shown) ? shown : shown.slice(0, -1);
    else if (c === '\r' || c === '\n' || c === '\t' || (c >= ' ' && c !== '\x7f')) shown += c;
  }
  return shown;
}

/** The last line of a text as a screen shows it. */
export function lastLine(text: string): string {
  return /[^\r\n]*$/.exec(onScreen(text.slice(-LONGEST)))![0];
}
