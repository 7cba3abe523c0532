/** `z80lm/emu`: a Z80, CP/M 2.2 around it, its disks, and tools to look inside. No Node in it: it also runs in a browser. */
export { createZ80 } from './emu/z80.js';
export { RC2014_HZ, type Cpu, type Ports, type Registers } from './emu/cpu.js';
export { createCpm, type Cpm, type CpmOptions, type CpmStop, type CutOff } from './emu/cpm/machine.js';
export type { EmulatedMachine, MachineStop } from './emu/emulated.js';
export { drive, type DriveEnd, type DriveOptions, type LiveConsole } from './emu/drive.js';
export { createDebugger, type DebugOptions, type Debugger } from './emu/debug/debugger.js';
export { Profile, profileTable, type ProfileRow } from './emu/debug/profile.js';
export { SymbolMap, type Owner } from './emu/debug/names.js';
export { instructionLines, registerLines, stopLines } from './emu/debug/listing.js';
export { formatDiskImage, openDiskImage, type DiskImage } from './emu/disk/image.js';
export { FileSystem, type Attributes, type ImageFile } from './emu/disk/file-system.js';
export { FORMATS, type DiskFormat, type FormatName } from './emu/disk/formats.js';
export { MemoryStorage, type DiskStorage } from './emu/disk/storage.js';
export { FolderRefusal, type Folder, type FolderFile } from './emu/cpm/folder.js';
export { emulatorTarget, type EmulatorTarget, type EmulatorTargetOptions } from './emu/target.js';
export type { Clock } from './seams/clock.js';
export type { Console } from './seams/console.js';
export type { Program, Target, TargetAbilities, TargetOutput } from './seams/target.js';

// ## Errors
export { EmuError, InputError, UsageError, Z80lmError } from './seams/errors.js';

// ## Types that the above mention
export type { CpuState, CreateCpu, Met, Use } from './emu/cpu.js';
export type { Translation } from './emu/z80/regions.js';
export type { PaperOptions } from './emu/cpm/paper-devices.js';
export type { Names } from './emu/debug/names.js';
export type { Volume } from './emu/disk/volume.js';
export type { MemoryMap } from './emu/cpm/memory-map.js';
export type { Host } from './seams/prompt.js';
export type { LoadPhase, LoadProgress } from './seams/target.js';
export type { ErrorDetails, ExitStatus } from './seams/errors.js';
