/**
 * z80lm as a library: what other programs may import. Nothing heavy is loaded before it is used (TensorFlow.js with
 * the first training, serialport with the first port). Each `// ##` line below opens a section of docs/api.md, which
 * `npm run api` makes from the doc comments.
 */

// ## Model: what a μLM is, its file, its arithmetic
export { answer, argmax, encodeInput, runLayer, runNetwork } from './model/inference.js';
export { encodeContext, encodeQuery, toBytes } from './model/encoder.js';
export { checkNetwork, MAX_ANSWER, MAX_WIDTH, type Layer, type ModelAbout, type Network } from './model/network.js';
export { decodeModel, encodeModel } from './model/npz.js';

// ## Training: text pairs to a model
export { readPairs, type Pair } from './trainer/pairs.js';
export { train, type TrainOptions } from './trainer/train.js';
export type { TrainDone, TrainEpoch, TrainEvent, TrainStart, TrainStep } from './trainer/events.js';

// ## Build: a model to a CP/M program
export { buildProgram, type BuildOptions, type BuiltProgram, type ProgramSizes } from './build/program.js';
export { firmwareReader } from './build/firmware-files.js';

// ## Assembler
export {
  assemble,
  disassemble,
  formatDiagnostic,
  formatListing,
  formatSymbols,
  memoryReader,
  parseSymbols,
  toIntelHex,
  type AssembleOptions,
  type AssemblyResult,
  type Diagnostic,
  type DisassembledProgram,
  type DisassembleOptions,
  type SourceReader,
  type SymbolFile,
} from './z80asm/index.js';

// ## Emulator: CP/M 2.2 on a Z80 that counts its T-states
export { createCpm, type Cpm, type CpmOptions, type CpmStop } from './emu/cpm/machine.js';
export { emulatorTarget, type EmulatorTarget, type EmulatorTargetOptions } from './emu/target.js';

// ## Links: ways to reach a board
export { openLink, type LinkOptions } from './link/open-link.js';
export { listPorts, type PortInfo } from './link/port-list.js';
export type { Arrival, ByteLink } from './seams/byte-link.js';

// ## Transfer: XMODEM, and boards as targets
export { sendXmodem, SEND_SETTINGS, type SendOptions, type SendSettings } from './transfer/xmodem-send.js';
export {
  receiveXmodem,
  RECEIVE_SETTINGS,
  type ReceiveOptions,
  type ReceiveSettings,
} from './transfer/xmodem-receive.js';
export type { TransferEvent } from './transfer/xmodem.js';
export { boardTarget, type BoardTargetOptions } from './transfer/board-target.js';
export { createDriver, DRIVER_NAMES } from './transfer/drivers/index.js';

// ## Talk and compare: the same questions to any target
export { converse, type ConverseEvent } from './hil/converse.js';
export { compareTranscripts, type Comparison, type Difference } from './hil/compare.js';
export { msPerCharacter, tStatesPerCharacter, type Exchange, type Transcript } from './hil/transcript.js';
export type { LoadProgress, Program, Target, TargetAbilities, TargetOutput } from './seams/target.js';

// ## This computer
export { nodeClock } from './host/node-clock.js';
export { nodeFiles } from './host/node-files.js';
export { nodeFolder } from './host/node-folder.js';
export type { Clock } from './seams/clock.js';
export type { Console } from './seams/console.js';
export type { FileStore } from './seams/file-store.js';

// ## Errors
export {
  AsmError,
  EmuError,
  InputError,
  LinkError,
  ModelError,
  RefusedError,
  TransferError,
  UsageError,
  Z80lmError,
} from './seams/errors.js';

// ## Types that the above mention
export type { LayerBytes } from './build/model-data.js';
export type { LayoutChoice, LayoutName } from './build/program.js';
export type { Folder } from './emu/cpm/folder.js';
export type { MemoryMap } from './emu/cpm/memory-map.js';
export type { Cpu, Ports } from './emu/cpu.js';
export type { ExchangeComparison } from './hil/compare.js';
export type { RuleUse } from './hil/normalise.js';
export type { Incident } from './hil/transcript.js';
export type { Script } from './hil/turns.js';
export type { Adapter } from './link/adapters.js';
export type { Roots } from './link/port-list.js';
export type { SerialOptions } from './link/serial-options.js';
export type { SteadyLink } from './link/steady-link.js';
export type { ErrorDetails, ExitStatus, LinkFailure } from './seams/errors.js';
export type { LoadPhase } from './seams/target.js';
export type { BackendChoice } from './trainer/backend-choice.js';
export type { Budget, Cost } from './trainer/budget.js';
export type { Checkpoint } from './trainer/checkpoint.js';
export type { Overflow, Sample } from './trainer/events.js';
export type { TextPair } from './trainer/examples.js';
export type { PairFile } from './trainer/pairs.js';
export type { Recipe } from './trainer/recipe.js';
export type { Score } from './trainer/scorer.js';
export type { Driver, FlashOptions } from './transfer/drivers/driver.js';
export type { DriverResources } from './transfer/drivers/index.js';
export type { CheckMode } from './transfer/xmodem.js';
export type { OutputFormat } from './z80asm/assemble.js';
export type { ListingLine, TimedRegion } from './z80asm/assembly.js';
export type { Finding, Severity, StackEntry } from './z80asm/diagnostics.js';
export type { SymbolEntry } from './z80asm/symbols.js';
