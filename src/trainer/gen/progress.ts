/**
 * Where a run stands, from the file itself and a small file beside it:
 *
 *     elephant.txt          unknown: IDK
 *                           # facts                          what the next lines were made as
 *                           does it live in africa|YES
 *     elephant.gen.json     the job, tokens and money spent, lines dropped by reason
 *
 * The pairs are counted in the .txt alone, so whatever breaks a run, the two cannot disagree about them.
 */
import { InputError } from '../../seams/errors.js';
import type { FileStore } from '../../seams/file-store.js';
import { scanPairs, textLines } from '../pairs.js';
import { CATEGORIES, type GenPair, type Job } from './job.js';

/** The content of the .gen.json. */
export interface Sidecar extends Job {
  inputTokens: number;
  outputTokens: number;
  /** Of all runs, by the prices of their days; null: a part had no known price. */
  dollars: number | null;
  requests: number;
  rejected: Record<string, number>;
}

export interface Standing {
  sidecar: Sidecar;
  pairs: GenPair[];
}

/** Names of the two files. */
export function filesOf(output: string): { pairs: string; sidecar: string } {
  const stem = output.replace(/\.txt$/, '');
  return { pairs: `${stem}.txt`, sidecar: `${stem}.gen.json` };
}

/**
 * What is there of this job. A line that a broken run left half is cut off.
 * @throws InputError where the files belong to another job, or are not from here at all
 */
export function standingOf(files: FileStore, output: string, job: Job): Standing {
  const names = filesOf(output);
  if (!files.exists(names.sidecar)) {
    if (files.exists(names.pairs))
      throw new InputError('there is such a file already, and no record of how it was made', {
        where: names.pairs,
        hint: 'choose another name with -o',
      });
    const sidecar = { ...job, inputTokens: 0, outputTokens: 0, dollars: 0, requests: 0, rejected: {} };
    return { sidecar, pairs: [] };
  }
  const sidecar = readSidecar(files, names.sidecar);
  if (sidecar.kind !== job.kind || sidecar.subject !== job.subject || String(sidecar.answers) !== String(job.answers))
    throw new InputError(`it was made for ${wordsOf(sidecar)}, not for ${wordsOf(job)}`, {
      where: names.sidecar,
      hint: 'choose another name with -o, or ask for the same again',
    });
  return { sidecar: { ...sidecar, ...job }, pairs: readGenerated(files, names.pairs, job) };
}

function wordsOf({ kind, subject, answers }: Job): string {
  const printable = subject.replace(/[^\x20-\x7e]/g, ' ').slice(0, 40);
  return `the ${kind === 'dialogues' ? 'persona with dialogues' : kind} "${printable}"${answers && kind !== 'topic' ? ` with the answers ${answers.join(', ')}` : ''}`;
}

function readSidecar(files: FileStore, path: string): Sidecar {
  const fail = (cause?: unknown): never => {
    throw new InputError('this is no record of a generation', {
      where: path,
      hint: 'choose another name with -o',
      cause,
    });
  };
  let value: Partial<Sidecar> | null;
  try {
    value = JSON.parse(new TextDecoder().decode(files.read(path))) as Partial<Sidecar> | null;
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    return fail(cause);
  }
  const isCount = (count: unknown): boolean => Number.isFinite(count) && (count as number) >= 0;
  const { kind, subject, answers, inputTokens, outputTokens, dollars, requests, rejected } = value ?? {};
  const sound =
    kind !== undefined &&
    Object.hasOwn(CATEGORIES, kind) &&
    typeof subject === 'string' &&
    (answers === undefined || Array.isArray(answers)) &&
    [inputTokens, outputTokens, requests].every(isCount) &&
    (dollars === null || isCount(dollars)) &&
    typeof rejected === 'object' &&
    rejected !== null;
  return sound ? (value as Sidecar) : fail();
}

function readGenerated(files: FileStore, path: string, job: Job): GenPair[] {
  if (!files.exists(path)) return [];
  let bytes = files.read(path);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) {
    bytes = bytes.slice(0, whole);
    files.write(path, bytes);
  }
  if (bytes.length === 0) return [];
  const names = CATEGORIES[job.kind].map(({ name }) => name);
  const categoryAt: string[] = [];
  let current = names[0]!;
  for (const line of textLines(bytes, path)) {
    const [, said] = /^# (\w+)$/.exec(line) ?? [];
    if (said !== undefined && names.includes(said)) current = said;
    categoryAt.push(current);
  }
  const { pairs } = scanPairs(bytes, path);
  // Without a pair it begins anew, head and all.
  if (pairs.length === 0) files.write(path, new Uint8Array());
  return pairs.map(({ line, ...pair }) => ({ ...pair, category: categoryAt[line - 1]! }));
}

/** What is wanted and not there yet. */
export function missingOf(quotas: ReadonlyMap<string, number>, pairs: readonly GenPair[]): Map<string, number> {
  const missing = new Map(quotas);
  for (const { category } of pairs) missing.set(category, (missing.get(category) ?? 0) - 1);
  return new Map([...missing].map(([name, count]) => [name, Math.max(0, count)]));
}
