/**
 * The tree of a closed set of answers: forks, where the network chooses, and what is said between them.
 *
 *     steps 'answers'        one fork, and each answer is a choice
 *     steps 'characters'     a fork wherever answers part:    YES, YELL, NO →
 *
 *         fork 0 ── Y "YE" ──► fork 1 ── S "S"
 *                └─ N "NO"             └─ L "LL"
 *
 * With characters an output stands for the character that begins a choice (the end of an answer is one, too), so an output
 * may serve several forks; with answers, for one answer.
 */
import type { ClosedSet } from './closed-set.js';

export interface Choice {
  /** Of the network's last layer. */
  output: number;
  /** What it says, up to the next fork or the end; empty where an answer ends. */
  says: string;
  /** The fork after that; the answer is complete where there is none. */
  next?: number;
}

/** By output, upwards; the first fork, where every answer begins, may have one choice, all others have two and more. */
export type Fork = Choice[];

export interface AnswerTree {
  /** In the order in which a walk from the first fork comes to them. */
  forks: Fork[];
  /** Of the last layer. */
  outputs: number;
}

const END = '\0';
const trees = new WeakMap<ClosedSet, AnswerTree>();

/** The tree is made once for a set: do not change one that is in use. */
export function answerTree(closed: ClosedSet): AnswerTree {
  let tree = trees.get(closed);
  if (!tree) trees.set(closed, (tree = closed.steps === 'answers' ? flat(closed.answers) : spelled(closed.answers)));
  return tree;
}

function flat(answers: readonly string[]): AnswerTree {
  return { forks: [answers.map((says, output) => ({ output, says }))], outputs: answers.length };
}

function spelled(answers: readonly string[]): AnswerTree {
  // Answers that share what comes before `length`; those of a fork part there.
  const next = (answer: string, length: number): string => answer[length] ?? END;
  const beginnings = new Set<string>();
  interface Open {
    choices: { begins: string; says: string; next?: number }[];
  }
  const open: Open[] = [];
  /** What the group shares from `from` on. */
  const shared = (group: readonly string[], from: number): number => {
    const [first = '', ...others] = group;
    let length = from;
    while (length < first.length && others.every((answer) => answer[length] === first[length])) length++;
    return length;
  };
  const fork = (group: readonly string[], from: number): number => {
    const at = shared(group, from);
    const index = open.push({ choices: [] }) - 1;
    const groups = new Map<string, string[]>();
    for (const answer of group) {
      const begins = next(answer, at);
      groups.set(begins, [...(groups.get(begins) ?? []), answer]);
    }
    for (const [begins, members] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      beginnings.add(begins);
      const [only = ''] = members;
      const until = members.length === 1 ? only.length : shared(members, at);
      // Before the first fork nothing is said, as its answer may be another.
      const says = only.slice(index === 0 ? 0 : at, until);
      const choice: Open['choices'][number] = { begins, says };
      open[index]!.choices.push(choice);
      if (members.length > 1) choice.next = fork(members, until);
    }
    return index;
  };
  fork(answers, 0);
  const outputOf = new Map([...beginnings].sort().map((begins, output) => [begins, output]));
  const forks = open.map(({ choices }) =>
    choices.map(({ begins, says, next: after }) => ({
      output: outputOf.get(begins)!,
      says,
      ...(after !== undefined && { next: after }),
    })),
  );
  return { forks, outputs: outputOf.size };
}

/** The choices that lead to an answer: one per fork on its way. */
export function wayTo(closed: ClosedSet, answer: string): { fork: number; choice: number }[] {
  const { forks } = answerTree(closed);
  const way: { fork: number; choice: number }[] = [];
  let said = '';
  for (let at: number | undefined = 0; at !== undefined;) {
    const fork: Fork = forks[at]!;
    const fits = fork
      .map(({ says, next }, choice) => ({ choice, says, next }))
      .filter(({ says, next }) => (next === undefined ? said + says === answer : answer.startsWith(said + says)));
    // An answer that another one begins with ends in a choice that says nothing: the longest that fits goes on.
    const taken = fits.sort((a, b) => b.says.length - a.says.length)[0]!;
    way.push({ fork: at, choice: taken.choice });
    said += taken.says;
    at = taken.next;
  }
  return way;
}
