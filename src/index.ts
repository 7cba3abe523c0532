/**
 * z80lm as a library: what other programs may import. Nothing heavy is loaded before it is used (TensorFlow.js with
 * the first training, serialport with the first port). Each `// ##` line below opens a section of docs/api.md, which
 * `npm run api` makes from the doc comments.
 */

// ## Model: what a μLM is, its file, its arithmetic
export * from './model.js';

// ## Training: text pairs to a model
export { readPairs, type Pair } from './trainer/pairs.js';
export { train, type TrainOptions } from './trainer/train.js';
export type { TrainDone, TrainEpoch, TrainEvent, TrainStart, TrainStep } from './trainer/events.js';

// ## Build: a model to a CP/M program
export {
  buildMind,
  buildProgram,
  type BuildOptions,
  type BuiltMind,
  type BuiltProgram,
  type ProgramSizes,
} from './build/program.js';
export { buildShell, type BuiltShell } from './build/shell.js';
export { firmwareReader } from './build/firmware-files.js';

// ## Machines: what a program is made for
export { imageOf, MACHINES, machineNamed, machineOfFile } from './machines/index.js';
export type { Image, Machine, MachineBoard, MachineMemory, ProgramFile } from './machines/machine.js';
export type { FirmwareKind } from './emu/board/personality.js';

// ## Assembler
export * from './asm.js';

// ## Emulator: a Z80 that counts its T-states, and CP/M 2.2 around it
export * from './emu.js';

// ## Links: ways to reach a board
export { openLink, type LinkOptions } from './link/open-link.js';
export { listPorts, type PortInfo } from './link/port-list.js';

// ## Transfer: XMODEM, and boards as targets
export * from './transfer.js';

// ## Talk and compare: the same questions to any target
export { converse, type ConverseEvent } from './hil/converse.js';
export { compareTranscripts, type Comparison, type Difference } from './hil/compare.js';
export { msPerCharacter, tStatesPerCharacter, type Exchange, type Transcript } from './hil/transcript.js';

// ## This computer
export { openImageFile, type OpenImage } from './host/image-file.js';
export { nodeClock } from './host/node-clock.js';
export { nodeFiles } from './host/node-files.js';
export { nodeFolder } from './host/node-folder.js';
export type { FileKind, FileStore } from './seams/file-store.js';

// ## Types that the above mention
export type { LayerBytes } from './build/model-data.js';
export type { LayoutChoice, LayoutName } from './build/program.js';
export type { ExchangeComparison } from './hil/compare.js';
export type { RuleUse } from './hil/normalise.js';
export type { Incident } from './hil/transcript.js';
export type { Script } from './hil/turns.js';
export type { Adapter } from './link/adapters.js';
export type { Roots } from './link/port-list.js';
export type { SerialOptions } from './link/serial-options.js';
export type { SteadyLink } from './link/steady-link.js';
export type { BackendChoice } from './trainer/backend-choice.js';
export type { Budget, Cost } from './trainer/budget.js';
export type { Best, Checkpoint, FreeCheckpoint } from './trainer/checkpoint.js';
export type { ClosedCheckpoint } from './trainer/closed/checkpoint.js';
export type { ClosedRecipe } from './trainer/closed/recipe.js';
export type { ClosedWishes } from './trainer/closed/settings.js';
export { Conversation, seedFrom, type ConversationOptions } from './model/conversation.js';
export type { ClosedSet } from './model/closed-set.js';
export type { Action, Game, GameText } from './model/game.js';
export type { Voice } from './model/voice.js';
export type { Overflow, Sample } from './trainer/events.js';
export type { TextPair } from './trainer/examples.js';
export type { PairFile } from './trainer/pairs.js';
export type { Recipe } from './trainer/recipe.js';
export type { Score } from './trainer/scorer.js';
