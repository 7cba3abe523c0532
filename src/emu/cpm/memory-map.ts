/**
 * The memory of the emulated CP/M 2.2 system, and the few bytes of Z80 code in it.
 *
 *     0000  JP BIOS+3 (warm boot), I/O byte, drive, JP BDOS
 *     0038  RST 38h trap: never-written memory is FFh, which is RST 38h
 *     005C  default FCBs, 0080 command tail and default DMA buffer
 *     0100  TPA, up to the CCP's place
 *     base - 0800  where a CCP would be (programs may overwrite it)
 *     base  BDOS, entry at base + 6, as the word at 0006h tells
 *     base + 0E00  BIOS jump table; at base + 0F00 the disk parameters and the allocation vector
 *
 * A system call is an OUT to a port of our own followed by RET: the machine recognises it by the address of the
 * OUT, so a program that writes to this port itself disturbs nothing.
 */

/** Where the BDOS begins unless told otherwise: a 58K TPA, about what RC2014 systems have or a bit more. */
export const DEFAULT_BDOS_BASE = 0xe400;
/** Lowest and highest place that leaves a TPA worth its name, and room for BDOS and BIOS. */
export const BDOS_BASE_RANGE = { least: 0x2000, most: 0xec00 };

export const TPA = 0x100;
export const DMA_DEFAULT = 0x80;
export const FCB1 = 0x5c;
export const FCB2 = 0x6c;
export const TAIL = 0x80;
export const DRIVE_BYTE = 0x04;
export const IO_BYTE = 0x03;
const BDOS_ENTRY = 6;
const BIOS_STUBS = 0x20;
const CCP_SIZE = 0x800;
const BDOS_SIZE = 0xe00;
const CRASH_TRAP = 0x38;

/** The calls of the BIOS jump table, in order. */
const BIOS_CALLS = [
  'boot', 'wboot', 'const', 'conin', 'conout', 'list', 'punch', 'reader', 'home', 'seldsk', 'settrk', 'setsec',
  'setdma', 'read', 'write', 'listst', 'sectran',
] as const; // prettier-ignore
export type BiosCall = (typeof BIOS_CALLS)[number];

/** What a trap stands for. */
export type Trap = 'bdos' | 'crash' | BiosCall;

export const TRAP_PORT = 0xed;
const OUT_N_A = 0xd3;
const RET = 0xc9;
const JP = 0xc3;
/** OUT (TRAP_PORT),A / RET */
const STUB = [OUT_N_A, TRAP_PORT, RET];
const OUT_LENGTH = 2;

const jump = (to: number): number[] => [JP, to & 0xff, to >> 8];

export interface MemoryMap {
  /** Start of the CCP's place: the first address past what a .COM may fill. */
  ccp: number;
  bdosEntry: number;
  bios: number;
  /** Disk parameter block, and allocation vector. */
  parameters: number;
  allocation: number;
  /** PC directly after a trap's OUT → what it stands for. */
  traps: Map<number, Trap>;
}

export function memoryMap(bdosBase: number): MemoryMap {
  const bios = bdosBase + BDOS_SIZE;
  const traps = new Map<number, Trap>([
    [bdosBase + BDOS_ENTRY + OUT_LENGTH, 'bdos'],
    [CRASH_TRAP + OUT_LENGTH, 'crash'],
  ]);
  BIOS_CALLS.forEach((call, i) => traps.set(biosStub(bdosBase, i) + OUT_LENGTH, call));
  return {
    ccp: bdosBase - CCP_SIZE,
    bdosEntry: bdosBase + BDOS_ENTRY,
    bios,
    parameters: bios + 0x100,
    allocation: bios + 0x110,
    traps,
  };
}

/**
 * The BIOS calls' code is in the BDOS's place: programs for one make of computer patch tables that its BIOS has
 * behind the jumps (WordStar for the Kaypro does), and must not hit it.
 */
function biosStub(bdosBase: number, index: number): number {
  return bdosBase + BIOS_STUBS + index * STUB.length;
}

/** What a cold boot leaves in memory: nothing but the system. */
export function writeSystem(memory: Uint8Array, map: MemoryMap): void {
  memory.fill(0xff);
  memory.fill(0, 0, TPA);
  memory.set(STUB, map.bdosEntry);
  BIOS_CALLS.forEach((_call, i) => {
    memory.set(jump(biosStub(map.bdosEntry - BDOS_ENTRY, i)), map.bios + 3 * i);
    memory.set(STUB, biosStub(map.bdosEntry - BDOS_ENTRY, i));
  });
  memory.set(STUB, CRASH_TRAP);
  writePageZero(memory, map);
}

/** The jumps that a warm boot puts back. */
export function writePageZero(memory: Uint8Array, map: MemoryMap): void {
  memory.set(jump(map.bios + 3), 0);
  memory.set(jump(map.bdosEntry), 5);
}

/** Names for the system's parts, so that a profile does not take them for the program's last routine. */
export function systemNames(map: MemoryMap): [address: number, name: string][] {
  return [
    [0, 'page_zero'],
    [map.ccp, 'ccp'],
    [map.bdosEntry, 'bdos'],
    [map.bios, 'bios'],
  ];
}
