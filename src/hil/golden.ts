/**
 * A recorded transcript: what a program said, kept in a file that people can read and version control can show
 * the changes of. Later runs of either target are checked against it without the other.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { latin1, toBytes } from '../seams/bytes.js';
import { InputError } from '../seams/errors.js';
import type { Program } from '../seams/target.js';
import { ScriptFile } from './script.js';
import { turnsOf, type Script } from './turns.js';
import type { Transcript } from './transcript.js';

const FORMAT = 'z80lm transcript 1';

const GoldenFile = z.object({
  format: z.literal(FORMAT),
  program: z.object({ name: z.string(), bytes: z.number(), sha256: z.string() }),
  /** Who said it. */
  target: z.string(),
  script: ScriptFile,
  /** Console output; a character stands for a byte. */
  opening: z.string(),
  exchanges: z.array(
    z.object({ question: z.string(), console: z.string(), answer: z.string(), left: z.boolean().optional() }),
  ),
});

/** The file's text. Nothing in it depends on time: the same run gives the same file. */
export function goldenText(transcript: Transcript, program: Program, script: Script): string {
  const file: z.infer<typeof GoldenFile> = {
    format: FORMAT,
    program: { name: program.name, bytes: program.bytes.length, sha256: hash(program) },
    target: transcript.target,
    script,
    opening: latin1(transcript.opening),
    exchanges: transcript.exchanges.map(({ question, raw, answer, left }) => ({
      question,
      console: latin1(raw),
      answer,
      ...(left && { left }),
    })),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

export interface Golden {
  transcript: Transcript;
  /** The program is, byte for byte, the one that was recorded. */
  sameProgram: boolean;
}

/**
 * @throws InputError where the file is no recording, or was recorded with another script
 */
export function readGolden(file: Uint8Array, where: string, program: Program, script: Script): Golden {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(file));
  } catch (cause) {
    throw new InputError(`the recording is damaged: ${(cause as Error).message}`, { where, hint: RECORD, cause });
  }
  const parsed = GoldenFile.safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new InputError(`the file is no recording: ${path.join('.')}: ${message}`, { where, hint: RECORD });
  }
  const { data } = parsed;
  if (JSON.stringify(turnsOf(data.script)) !== JSON.stringify(turnsOf(script)))
    throw new InputError('it was recorded with other prompts', { where, hint: RECORD });
  return {
    sameProgram: data.program.sha256 === hash(program),
    transcript: {
      target: `recorded ${data.target}`,
      opening: toBytes(data.opening),
      exchanges: data.exchanges.map(({ question, console, answer, left }) => ({
        question,
        raw: toBytes(console),
        answer,
        characterMs: [],
        ...(left && { left }),
      })),
    },
  };
}

const RECORD = 'record it anew with --record';

function hash({ bytes }: Program): string {
  return createHash('sha256').update(bytes).digest('hex');
}
