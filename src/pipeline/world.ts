/** What the pipeline is told, and the world around it. */
import type { LayoutName } from '../build/program.js';
import type { Machine } from '../machines/machine.js';
import type { ByteLink } from '../seams/byte-link.js';
import type { Clock } from '../seams/clock.js';
import type { LinkError } from '../seams/errors.js';
import type { FileStore } from '../seams/file-store.js';
import type { RunFolders } from '../seams/run-folders.js';
import type { Target } from '../seams/target.js';
import type { TrainOptions } from '../trainer/train.js';
import type { Replace } from './run-history.js';

export interface PipelineOptions {
  /** Files of pairs. */
  data: { training: string; heldOut?: string | undefined };
  training: Omit<TrainOptions, 'pairs' | 'heldOut' | 'signal' | 'clock'>;
  questions: readonly string[];
  /** Where model.npz, the program, its listing, its symbols and both transcripts go. */
  outDir: string;
  /** What the program is for: CP/M unless given. */
  machine?: Machine | undefined;
  /** 8.3, in capitals, of the type that the machine's programs have: GUESS.COM */
  programName: string;
  layout?: LayoutName | undefined;
  maxSize?: number | undefined;
  /** The clock that the prediction is for. */
  clockHz: number;
  /** Take a whole run of just these data and settings for fresh, from whatever session it is. */
  remember?: boolean;
  /** When a whole run's model takes the place of the one that is there: see run-history.ts. By default `better`. */
  replace?: Replace;
}

/** The board's line. */
export interface OpenBoard {
  link: ByteLink;
  /** What there is to say about the line, once. */
  remark?: string | undefined;
  /** @param lost why it is of no use any more, if nobody has closed it */
  close(lost?: LinkError): Promise<void>;
}

/** The world around the pipeline. */
export interface PipelineHost {
  files: FileStore;
  folders: RunFolders;
  clock: Clock;
  /** Open the board's line: the virtual board's, or the port that the user named. */
  openBoard(): Promise<OpenBoard>;
  /** The board on that line as a target. */
  boardTarget(link: ByteLink, signal: AbortSignal): Promise<Target>;
}
