/** What a model says and plays, from the heads of the files that it learns from. */
import type { Game } from '../model/game.js';
import type { Voice } from '../model/voice.js';
import { InputError } from '../seams/errors.js';
import { gameFrom, type GameLines } from './game-lines.js';
import type { Head, ReplyLine } from './head.js';

export interface Play {
  voice?: Voice;
  game?: Game;
}

/** What of a file its play is read from. */
export interface HeadFile {
  file: string;
  head: Head;
}

/** Where a file says something else than one before it. */
export interface Difference {
  what: string;
  file: string;
  line: number;
}

/** The heads of files that are read together as one, and where they differ: there the first stays. */
export function joinedHead(files: readonly HeadFile[]): {
  head: Head;
  gameFile: string | undefined;
  differences: Difference[];
} {
  const replies = new Map<string, ReplyLine>();
  const differences: Difference[] = [];
  let { unknown, repeat, game }: Partial<Head> = {};
  let gameFile: string | undefined;
  for (const { file, head } of files) {
    unknown ??= head.unknown;
    const differ = (what: string, line: number): void => void differences.push({ what, file, line });
    for (const reply of head.replies) {
      const other = replies.get(reply.answer);
      if (!other) replies.set(reply.answer, reply);
      else if (other.texts.join('/') !== reply.texts.join('/')) differ(`reply ${reply.answer}`, reply.line);
    }
    if (head.repeat && repeat && repeat.answer !== head.repeat.answer) differ('repeat', head.repeat.line);
    repeat ??= head.repeat;
    if (head.game && game && playText(game) !== playText(head.game)) differ('the game', head.game.limit?.line ?? 1);
    if (head.game && !game) [game, gameFile] = [head.game, file];
  }
  return {
    head: {
      ...(unknown && { unknown }),
      replies: [...replies.values()],
      ...(repeat && { repeat }),
      ...(game && { game }),
    },
    gameFile,
    differences,
  };
}

/**
 * The head of files that are read together.
 * @throws InputError where they say different things
 */
export function headOf(files: readonly HeadFile[]): { head: Head; gameFile: string | undefined } {
  const { differences, ...joined } = joinedHead(files);
  const [first] = differences;
  if (!first) return joined;
  throw new InputError(`${first.what} differs from that of another file`, {
    where: `${first.file}:${first.line}`,
    hint: 'leave it in one of the files',
  });
}

/**
 * The play of files that are read together.
 * @throws InputError where they say different things, and for a game that is none
 */
export function playOf(files: readonly HeadFile[]): Play {
  const { head, gameFile } = headOf(files);
  const { replies, repeat, game } = head;
  const voice: Voice = {
    replies: Object.fromEntries(replies.map(({ answer, texts }) => [answer, texts])),
    ...(repeat && { repeat: repeat.answer }),
  };
  return {
    ...((replies.length > 0 || repeat) && { voice }),
    ...(game && { game: checkedGame(gameFile!, game) }),
  };
}

/** Without the lines' numbers. */
function playText(lines: GameLines): string {
  return JSON.stringify(lines, (key, value: unknown) => (key === 'line' ? undefined : value));
}

function checkedGame(file: string, lines: GameLines): Game {
  const { game, faults } = gameFrom(lines);
  const errors = faults.filter(({ level }) => level === 'error');
  const [first] = errors;
  if (!first) return game;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: see z80lm data lint)` : '';
  throw new InputError(`${first.message}${more}`, { where: `${file}:${first.line}`, hint: first.cure });
}
