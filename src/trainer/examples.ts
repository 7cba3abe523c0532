/**
 * Text pairs to training examples, built once.
 *
 *     is it big | NO        query counts + counts of ""    →  N
 *                           query counts + counts of "N"   →  O
 *                           query counts + counts of "NO"  →  end of answer
 *
 * What the network cannot tell apart is one example: questions with the same trigram counts are one query, answers
 * that start alike one context, and where they go on differently the example has several targets, each with its
 * share. So an example is a query, a context, a distribution over next characters, and a weight.
 *
 * All arrays are shared memory, so that worker threads read one copy.
 */
import {
  CONTEXT_BUCKETS,
  CONTEXT_LENGTH,
  QUERY_BUCKETS,
  encodeContext,
  encodeQuery,
  toBytes,
} from '../model/encoder.js';
import { MAX_ANSWER } from '../model/network.js';
import { typed } from '../model/question.js';
import { atOnce, eachSliced, type Slices } from '../seams/slices.js';

/** What the trainer needs of a pair; pairs.ts reads them from text. */
export interface TextPair {
  /** The answer that the question follows, for a model that remembers. */
  after?: string;
  question: string;
  answer: string;
}

/** Rows of counts that are mostly zero: row r has the entries start[r] to start[r + 1]. */
export interface SparseRows {
  start: Int32Array;
  index: Uint8Array;
  count: Uint8Array;
}

export interface Examples {
  charset: string[];
  /** Distinct query encodings: buckets 0..127. */
  queries: SparseRows;
  /** Distinct context encodings: buckets 0..127. */
  contexts: SparseRows;
  /** For each example its row in `queries` and in `contexts`. Examples of one query stand together. */
  query: Int32Array;
  context: Int32Array;
  /** How many characters of the text each example stands for. */
  weight: Float32Array;
  /** Next characters of example e: entries targetStart[e] to targetStart[e + 1] of target and share. */
  targetStart: Int32Array;
  /** Index in the charset, or -1 for a character that is not in it. */
  target: Int16Array;
  /** Sums to 1 over an example. */
  share: Float32Array;
  /** The examples that each distinct (query, answer) walks through, and what it weighs in pairs. */
  pathStart: Int32Array;
  pathExample: Int32Array;
  pathTarget: Int16Array;
  pathPairs: Int32Array;
  /** The answer of each path, as an index into `answers`, and its query. */
  pathAnswer: Int32Array;
  pathQuery: Int32Array;
  answers: string[];
}

/** The characters of the answers in code order, then the end mark. */
export function charsetOf(pairs: readonly TextPair[]): string[] {
  const characters = new Set<string>();
  for (const { answer } of pairs) for (const c of answer.slice(0, MAX_ANSWER)) characters.add(c);
  return [...characters].sort().concat('\0');
}

/** @param charset characters the model can write; the last is the end mark */
export function buildExamples(pairs: readonly TextPair[], charset: string[]): Examples {
  return atOnce(buildExamplesSliced(pairs, charset));
}

export function* buildExamplesSliced(pairs: readonly TextPair[], charset: string[]): Slices<Examples> {
  const code = new Map(charset.map((c, i) => [c, i]));
  const queries = new RowTable(QUERY_BUCKETS);
  const contexts = new RowTable(CONTEXT_BUCKETS);
  const contextOf = new Map<string, number>();
  const contextRow = (produced: string): number => {
    const tail = produced.slice(-CONTEXT_LENGTH);
    let row = contextOf.get(tail);
    if (row === undefined) contextOf.set(tail, (row = contexts.row(encodeContext(toBytes(tail)))));
    return row;
  };

  const byQuery: Map<string, number>[] = [];
  yield* eachSliced(pairs, ({ question, answer }) => {
    const row = queries.row(encodeQuery(typed(question)));
    const answers = (byQuery[row] ??= new Map());
    const text = answer.slice(0, MAX_ANSWER);
    answers.set(text, (answers.get(text) ?? 0) + 1);
  });

  const examples = { query: [] as number[], context: [] as number[], weight: [] as number[] };
  const targets = { start: [0], target: [] as number[], share: [] as number[] };
  const paths = { start: [0], example: [] as number[], target: [] as number[], pairs: [] as number[] };
  const pathAnswer: number[] = [];
  const pathQuery: number[] = [];
  const answerIndex = new Map<string, number>();
  yield* eachSliced(byQuery, (answers, query) => {
    const local = new Map<number, { id: number; counts: Map<number, number> }>();
    for (const [text, count] of answers) {
      for (let at = 0; at <= text.length; at++) {
        const context = contextRow(text.slice(0, at));
        const next = at < text.length ? (code.get(text[at]!) ?? -1) : charset.length - 1;
        let example = local.get(context);
        if (!example) {
          example = { id: examples.query.length, counts: new Map() };
          local.set(context, example);
          examples.query.push(query);
          examples.context.push(context);
        }
        example.counts.set(next, (example.counts.get(next) ?? 0) + count);
        paths.example.push(example.id);
        paths.target.push(next);
        // An answer of full length ends without its end mark: the program stops there anyway.
        if (at + 1 === MAX_ANSWER) break;
      }
      paths.start.push(paths.example.length);
      paths.pairs.push(count);
      if (!answerIndex.has(text)) answerIndex.set(text, answerIndex.size);
      pathAnswer.push(answerIndex.get(text)!);
      pathQuery.push(query);
    }
    for (const { counts } of local.values()) {
      const total = [...counts.values()].reduce((a, b) => a + b, 0);
      examples.weight.push(total);
      for (const [next, count] of counts) {
        targets.target.push(next);
        targets.share.push(count / total);
      }
      targets.start.push(targets.target.length);
    }
  });

  return {
    charset,
    queries: queries.rows(),
    contexts: contexts.rows(),
    query: share(Int32Array, examples.query),
    context: share(Int32Array, examples.context),
    weight: share(Float32Array, examples.weight),
    targetStart: share(Int32Array, targets.start),
    target: share(Int16Array, targets.target),
    share: share(Float32Array, targets.share),
    pathStart: share(Int32Array, paths.start),
    pathExample: share(Int32Array, paths.example),
    pathTarget: share(Int16Array, paths.target),
    pathPairs: share(Int32Array, paths.pairs),
    pathAnswer: share(Int32Array, pathAnswer),
    pathQuery: share(Int32Array, pathQuery),
    answers: [...answerIndex.keys()],
  };
}

/** Collects distinct rows of counts. */
export class RowTable {
  readonly #known = new Map<string, number>();
  readonly #start = [0];
  readonly #index: number[] = [];
  readonly #count: number[] = [];

  constructor(readonly width: number) {}

  /** The number of this row, new or not. */
  row(counts: Uint16Array): number {
    // Counts fit a byte: a line of text on a CP/M console has at most 127 characters, and longer data is cut here.
    const key = String.fromCharCode(...counts);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    for (let i = 0; i < this.width; i++) {
      if (counts[i] === 0) continue;
      this.#index.push(i);
      this.#count.push(Math.min(255, counts[i]!));
    }
    this.#start.push(this.#index.length);
    this.#known.set(key, this.#known.size);
    return this.#known.size - 1;
  }

  rows(): SparseRows {
    return {
      start: share(Int32Array, this.#start),
      index: share(Uint8Array, this.#index),
      count: share(Uint8Array, this.#count),
    };
  }
}

interface TypedArrayMaker<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer, at: number, length: number): T;
}

/** A typed array in shared memory with these values. */
export function share<T extends { set(values: ArrayLike<number>): void }>(
  Type: TypedArrayMaker<T>,
  values: ArrayLike<number>,
): T {
  // Of no bytes there is no buffer to share.
  const buffer = new SharedArrayBuffer(Math.max(1, values.length) * Type.BYTES_PER_ELEMENT);
  const array = new Type(buffer, 0, values.length);
  array.set(values);
  return array;
}
