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

/**
 * The play of files that are read together.
 * @throws InputError where they say different things, and for a game that is none
 */
export function playOf(files: readonly HeadFile[]): Play {
  const replies = new Map<string, ReplyLine>();
  let repeat: Head['repeat'];
  let game: { file: string; lines: GameLines } | undefined;
  const differ = (what: string, file: string, line: number): never => {
    throw new InputError(`${what} differs from that of another file`, {
      where: `${file}:${line}`,
      hint: 'leave it in one of the files',
    });
  };
  for (const { file, head } of files) {
    for (const reply of head.replies) {
      const other = replies.get(reply.answer);
      if (other && other.texts.join('/') !== reply.texts.join('/')) differ(`reply ${reply.answer}`, file, reply.line);
      replies.set(reply.answer, reply);
    }
    if (head.repeat) {
      if (repeat && repeat.answer !== head.repeat.answer) differ('repeat', file, head.repeat.line);
      repeat = head.repeat;
    }
    if (head.game) {
      const line = head.game.limit?.line ?? 1;
      if (game && playText(game.lines) !== playText(head.game)) differ('the game', file, line);
      game ??= { file, lines: head.game };
    }
  }
  const voice: Voice = {
    replies: Object.fromEntries([...replies.values()].map(({ answer, texts }) => [answer, texts])),
    ...(repeat && { repeat: repeat.answer }),
  };
  return {
    ...((replies.size > 0 || repeat) && { voice }),
    ...(game && { game: checkedGame(game.file, game.lines) }),
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
