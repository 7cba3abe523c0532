/** What may be wrong with what a set says and plays: its replies, its game, and whether pairs ask for them. */
import { ACTIONS, GAME_TEXT_NAMES, guessOf } from '../model/game.js';
import type { Finding, Place } from './data-lint.js';
import { GAME_FAULTS, gameFrom, type GameLines } from './game-lines.js';
import type { Head } from './head.js';
import { joinedHead, type HeadFile } from './play.js';

export const PLAY_FINDINGS = {
  'two heads': 'files that say or play different things: the trainer refuses them',
  ...GAME_FAULTS,
  'not asked for': 'a fact or a secret that no pair asks for',
  'not of the game': 'an answer that is neither a fact, a secret nor an action of the game, and has no reply',
  'never said': 'a reply or a repetition for an answer that no pair has',
  'no hints': 'pairs that ask for a hint, which no fact has',
} as const;

/** A pair's answer and its place. */
interface Answered extends Place {
  answer: string;
}

/** @param entries the pairs of all files */
export function playFindings(files: readonly HeadFile[], entries: readonly Answered[]): Finding[] {
  const { head, gameFile, differences } = joinedHead(files);
  const placeOf = (answer: string, line: number): Place => ({
    file: files.find((one) => one.head.replies.some((reply) => reply.answer === answer))?.file ?? gameFile!,
    line,
  });
  return [
    ...differences.map(({ what, file, line }): Finding => ({
      kind: 'two heads',
      level: 'error',
      message: `${what} differs from that of another file`,
      places: [{ file, line }],
      cure: 'leave it in one of the files',
    })),
    ...neverSaid(files, head, entries, placeOf),
    ...(head.game ? gameFindings(head.game, gameFile!, head, entries) : []),
  ];
}

function neverSaid(
  files: readonly HeadFile[],
  { replies, repeat, unknown, game }: Head,
  entries: readonly Answered[],
  placeOf: (answer: string, line: number) => Place,
): Finding[] {
  if (entries.length === 0) return [];
  const said = new Set<string>(entries.map(({ answer }) => answer));
  if (unknown) said.add(unknown.answer);
  const isIdleRepeat = repeat !== undefined && !said.has(repeat.answer);
  const repeatFile = files.find(({ head }) => head.repeat)?.file ?? '';
  // What a game says by itself. A fact that nobody asks for is no hint either.
  if (game) for (const name of GAME_TEXT_NAMES) said.add(name);
  return [
    ...(isIdleRepeat
      ? [
          {
            kind: 'never said' as const,
            // checkVoice of the model.
            level: 'error' as const,
            message: `no pair has the answer ${repeat.answer}, which is to repeat what was said`,
            places: [{ file: repeatFile, line: repeat.line }],
            cure: `write pairs that ask for it, such as what did you say|${repeat.answer}`,
          },
        ]
      : []),
    ...replies
      .filter(({ answer }) => !said.has(answer))
      .map(({ answer, line }): Finding => ({
        kind: 'never said',
        level: 'warning',
        message: `no pair has the answer ${answer}, so its reply is never said`,
        places: [placeOf(answer, line)],
        cure: 'write pairs with that answer, correct the name, or leave the reply out',
      })),
  ];
}

function gameFindings(lines: GameLines, file: string, head: Head, entries: readonly Answered[]): Finding[] {
  const { faults, game } = gameFrom(lines);
  const answers = new Map<string, Answered[]>();
  for (const entry of entries) answers.set(entry.answer, [...(answers.get(entry.answer) ?? []), entry]);
  const names = [
    ...lines.facts.map(({ name, line }) => ({ name, line })),
    ...lines.secrets.map((secret) => ({ name: guessOf(secret.names), line: secret.line })),
  ];
  const known = new Set<string>([...names.map(({ name }) => name), ...ACTIONS, ...head.replies.map((r) => r.answer)]);
  if (head.unknown) known.add(head.unknown.answer);
  if (head.repeat) known.add(head.repeat.answer);
  const hasHints = head.replies.some(({ answer }) => game.facts.includes(answer));
  return [
    ...faults.map(({ kind, level, message, line, cure }): Finding => ({
      kind,
      level,
      message,
      places: [{ file, line }],
      cure,
    })),
    ...names
      .filter(({ name }) => entries.length > 0 && !answers.has(name))
      .map(({ name, line }): Finding => ({
        kind: 'not asked for',
        level: 'warning',
        message: `nobody asks for ${name}`,
        places: [{ file, line }],
        cure: 'write pairs with its name for an answer, or leave it out',
      })),
    ...[...answers]
      .filter(([answer]) => !known.has(answer))
      .map(([answer, places]): Finding => ({
        kind: 'not of the game',
        level: 'warning',
        message: `${answer} is no fact, secret or action of the game`,
        places: places.map((place) => ({ file: place.file, line: place.line })),
        cure: 'correct it; if it is meant to be said as it stands, give it a reply, such as reply BYE: Bye.',
      })),
    ...(answers.has('HINT') && !hasHints
      ? [
          {
            kind: 'no hints' as const,
            level: 'warning' as const,
            message: 'pairs ask for a HINT, but no fact has a sentence for it',
            places: answers
              .get('HINT')!
              .slice(0, 1)
              .map((place) => ({ file: place.file, line: place.line })),
            cure: 'say facts in sentences, such as reply ALIVE: It is alive.',
          },
        ]
      : []),
  ];
}
