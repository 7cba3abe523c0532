/** What each stage would be made from now, by name: see standing.ts. */
import { firmwareReader, includedBy } from '../build/firmware-files.js';
import type { LayoutName } from '../build/program.js';
import type { Machine } from '../machines/machine.js';
import { LEAST_TRAINED_SIZE } from '../model/limits.js';
import type { FileStore } from '../seams/file-store.js';
import type { Stage } from './events.js';
import { hashOf } from './hash.js';
import { ingredients, type Ingredients } from './standing.js';

/** Of the pipeline's options, what results depend on. */
export interface InputOptions {
  data: { training: string; heldOut?: string | undefined };
  training: object & { workers?: number | undefined; samples?: readonly string[] | undefined };
  questions: readonly string[];
  machine?: Machine | undefined;
  programName: string;
  layout?: LayoutName | undefined;
  maxSize?: number | undefined;
  clockHz: number;
}

/** What stages have made so far. */
export interface MadeSoFar {
  model: Uint8Array | undefined;
  /** The firmware's, as the last build read them. */
  sources: readonly string[];
  program: Uint8Array | undefined;
  emulated: Ingredients | undefined;
  /** The open line to the board; another one each time that it is opened, for what happened meanwhile nobody knows. */
  board: string | undefined;
  /** Which sending, and which comparison. */
  flight: string | undefined;
  compared: string | undefined;
}

/** @returns undefined where a part is not there */
export function inputsOf(
  stage: Stage,
  options: InputOptions,
  files: FileStore,
  made: MadeSoFar,
): Ingredients | undefined {
  const { training, questions, machine, programName, layout, maxSize, clockHz } = options;
  const { workers: _workers, samples: _samples, ...learning } = training;
  const { model, sources, program, emulated, board, flight, compared } = made;
  switch (stage) {
    case 'data':
      return ingredients({ data: contents(options, files) });
    case 'train':
      return ingredients({
        ...asText({ ...learning, ...trainingLimit(options) }),
        ...(trainingLimit(options).bytes !== undefined && { firmware: firmwareOf(options.machine!, files) }),
        data: contents(options, files),
      });
    case 'build': {
      const read = firmwareReader(files);
      const firmware = hashOf(...sources.map((path) => read.readBinary(path) ?? ''));
      return ingredients({ ...asText({ machine: machine?.name, programName, layout, maxSize }), model, firmware });
    }
    case 'emulate':
      return ingredients({ ...asText({ questions, clockHz }), program });
    case 'flash':
      return ingredients({ programName, program, board });
    case 'compare':
      return ingredients({ emulated: emulated && JSON.stringify(emulated), flight, board });
    case 'time':
      return ingredients({ compared });
  }
}

/** What training has to aim at, where a machine's memory is what it is. */
export function trainingLimit({ machine, maxSize }: Pick<InputOptions, 'machine' | 'maxSize'>): {
  machine?: string;
  bytes?: number;
} {
  if (!machine?.memory.isFixed) return {};
  return {
    machine: machine.name,
    bytes: Math.max(LEAST_TRAINED_SIZE, Math.min(maxSize ?? Infinity, machine.programBytes)),
  };
}

/** What the program is made of, beside the model: the bytes that a training has room for depend on it. */
function firmwareOf({ host }: Machine, files: FileStore): string | undefined {
  const read = firmwareReader(files);
  return hashOf(...includedBy(read, ['chat/chat.asm', `hosts/${host}`]).map((path) => read.readBinary(path)));
}

/** Settings that are set. */
function asText(settings: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, JSON.stringify(value)]],
    ),
  );
}

/** Hash of the data files; undefined where one is missing. */
function contents({ data: { training, heldOut } }: InputOptions, files: FileStore): string | undefined {
  const read = (path: string): Uint8Array | undefined => (files.exists(path) ? files.read(path) : undefined);
  return hashOf(read(training), heldOut === undefined ? '' : read(heldOut));
}
