/** `z80lm/emu`: a Z80, and CP/M 2.2 around it. No Node in it: it also runs in a browser. */
export { createZ80 } from './emu/z80.js';
export { RC2014_HZ, type Cpu, type Ports, type Registers } from './emu/cpu.js';
export { createCpm, type Cpm, type CpmOptions, type CpmStop, type CutOff } from './emu/cpm/machine.js';
export type { EmulatedMachine, MachineStop } from './emu/emulated.js';
export { emulatorTarget, type EmulatorTarget, type EmulatorTargetOptions } from './emu/target.js';
export type { Clock } from './seams/clock.js';
export type { Console } from './seams/console.js';
export type { Program, Target, TargetAbilities, TargetOutput } from './seams/target.js';

// ## Errors
export { EmuError, InputError, UsageError, Z80lmError } from './seams/errors.js';

// ## Types that the above mention
export type { Folder } from './emu/cpm/folder.js';
export type { MemoryMap } from './emu/cpm/memory-map.js';
export type { Host } from './seams/prompt.js';
export type { LoadPhase, LoadProgress } from './seams/target.js';
export type { ErrorDetails, ExitStatus } from './seams/errors.js';
