/**
 * What a closed model says for its answers, where it says more than the answer as it stands: texts that take turns, so that
 * it does not repeat itself.
 *
 *     HELLO     "Hello."   "Good day to you."   "Ah, you again."
 *     AGAIN     repeats what was said last
 */

/** The most characters in a text: two lines of a terminal. */
export const MAX_REPLY = 120;
/** The most texts for one answer. */
export const MOST_VARIANTS = 16;
/** Texts that are longer are broken at a blank, for terminals of 80 columns. */
const LINE_WIDTH = 78;

export interface Voice {
  /** Texts for an answer, by turns; an answer without them is said as it stands. */
  replies: Record<string, string[]>;
  /** The answer that stands for the last text once more. */
  repeat?: string;
}

/** Whether a text can be a reply: printable ASCII, which is packed with the codes that are left. */
export const isReply = (text: string): boolean => text.length >= 1 && text.length <= MAX_REPLY && /^[ -~]*$/.test(text);

/** What is said for an answer, by turns. */
export function repliesTo(voice: Voice | undefined, answer: string): readonly string[] {
  return ownReplies(voice, answer) ?? [answer];
}

/** Texts that the data has under a name. Every object has a "constructor", which is none of them. */
export function ownReplies(voice: Voice | undefined, name: string): readonly string[] | undefined {
  return voice && Object.hasOwn(voice.replies, name) ? voice.replies[name] : undefined;
}

/** The text as a terminal shows it: a line feed stands for the blank where it is broken. */
export function broken(text: string): string {
  if (text.length <= LINE_WIDTH) return text;
  const at = text.lastIndexOf(' ', LINE_WIDTH);
  return at <= 0 ? text : `${text.slice(0, at)}\n${broken(text.slice(at + 1))}`;
}

/** @param fail throws */
export function checkVoice(voice: Voice, answers: readonly string[], fail: (message: string) => never): void {
  for (const [answer, texts] of Object.entries(voice.replies)) {
    if (texts.length === 0 || texts.length > MOST_VARIANTS)
      fail(`the answer ${JSON.stringify(answer)} has ${texts.length} replies; 1 to ${MOST_VARIANTS} can take turns`);
    const bad = texts.find((text) => !isReply(text));
    if (bad !== undefined)
      fail(`a reply is ${JSON.stringify(bad)}, which is not 1 to ${MAX_REPLY} characters of ASCII`);
  }
  if (voice.repeat !== undefined && !answers.includes(voice.repeat))
    fail(`${JSON.stringify(voice.repeat)} is to repeat what was said, but it is not one of the answers`);
}
