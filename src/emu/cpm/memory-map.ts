/**
 * The memory of the emulated CP/M 2.2 system, and the few bytes of Z80 code in it.
 *
 *     0000  JP BIOS+3 (warm boot), I/O byte, drive, JP BDOS
 *     0038  RST 38h trap: never-written memory is FFh, which is RST 38h
 *     005C  default FCBs, 0080 command tail and default DMA buffer
 *     0100  TPA, up to the CCP's place
 *     base - 0800  where a CCP would be (programs may overwrite it): its two entries, where a program returns to
 *     base  BDOS: six bytes as the original's serial number, entry at base + 6, as the word at 0006h tells
 *     base + 0E00  BIOS jump table; at base + 0F00 the disk parameters and the allocation vector
 *
 * As the calls are done elsewhere, all this needs three pages: where there is no room for the usual distances, the BIOS
 * is in the page behind the BDOS's, and the allocation vector in the one behind that.
 *
 * A system call is an OUT to a port of our own followed by RET: the machine recognises it by the address of the
 * OUT, so a program that writes to this port itself disturbs nothing.
 */

/** Where the BDOS begins unless told otherwise: a 58K TPA, about what RC2014 systems have or a bit more. */
export const DEFAULT_BDOS_BASE = 0xe400;
/** Lowest and highest place that leaves a TPA worth its name, and room for BDOS and BIOS. */
export const BDOS_BASE_RANGE = { least: 0x2000, most: 0xfd00 };

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
const PAGE = 0x100;
const BDOS_SIZE = 0xe00;
/** From the BIOS on: its page, and the allocation vector. */
const BIOS_SIZE = 2 * PAGE;
/** Where the disk parameters are behind the BIOS, above what programs for other machines patch there; in 3 pages. */
const PARAMETERS = { usual: PAGE, close: 0xe0 };
const ALLOCATION = { usual: PAGE + 0x10, close: PAGE };
/** The original's first six bytes are its serial number; the second is the version, 22. */
const SERIAL = [0, 22, 0, 0, 0, 0];
/** Behind the CCP's line. */
const CCP_STUBS = 0xc0;
const CRASH_TRAP = 0x38;

/** The calls of the BIOS jump table, in order. */
const BIOS_CALLS = [
  'boot', 'wboot', 'const', 'conin', 'conout', 'list', 'punch', 'reader', 'home', 'seldsk', 'settrk', 'setsec',
  'setdma', 'read', 'write', 'listst', 'sectran',
] as const; // prettier-ignore
export type BiosCall = (typeof BIOS_CALLS)[number];

/** The CCP's entries, with a command in its line and without, and where its programs return to. */
const CCP_ENTRIES = ['ccp', 'ccpclear', 'return'] as const;

/** What a trap stands for. */
export type Trap = 'bdos' | 'crash' | BiosCall | (typeof CCP_ENTRIES)[number];

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
  /** Where a program of the CCP's returns to. */
  ccpReturn: number;
  /** PC directly after a trap's OUT → what it stands for. */
  traps: Map<number, Trap>;
}

export function memoryMap(bdosBase: number): MemoryMap {
  const isUsual = bdosBase + BDOS_SIZE + BIOS_SIZE + 0x10 <= 0x10000;
  const distance = isUsual ? 'usual' : 'close';
  const bios = bdosBase + (isUsual ? BDOS_SIZE : PAGE);
  const ccp = bdosBase - CCP_SIZE;
  const traps = new Map<number, Trap>([
    [bdosBase + BDOS_ENTRY + OUT_LENGTH, 'bdos'],
    [CRASH_TRAP + OUT_LENGTH, 'crash'],
  ]);
  BIOS_CALLS.forEach((call, i) => traps.set(biosStub(bdosBase, i) + OUT_LENGTH, call));
  CCP_ENTRIES.forEach((entry, i) => traps.set(ccpStub(ccp, i) + OUT_LENGTH, entry));
  return {
    ccp,
    bdosEntry: bdosBase + BDOS_ENTRY,
    bios,
    parameters: bios + PARAMETERS[distance],
    allocation: bios + ALLOCATION[distance],
    ccpReturn: ccpStub(ccp, CCP_ENTRIES.indexOf('return')),
    traps,
  };
}

function ccpStub(ccp: number, index: number): number {
  return ccp + CCP_STUBS + index * STUB.length;
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
  for (const [at, bytes] of systemCode(map)) memory.set(bytes, at);
  memory.set(STUB, CRASH_TRAP);
  writeCcp(memory, map);
  writePageZero(memory, map);
}

/** The code of BDOS and BIOS, which no program should change; the BIOS's jumps some do. */
function systemCode(map: MemoryMap): [at: number, bytes: number[]][] {
  const base = map.bdosEntry - BDOS_ENTRY;
  return [
    [base, SERIAL],
    [map.bdosEntry, STUB],
    ...BIOS_CALLS.flatMap((_call, i): [number, number[]][] => [
      [map.bios + 3 * i, jump(biosStub(base, i))],
      [biosStub(base, i), STUB],
    ]),
  ];
}

/** Where a program has stored over the code of BDOS or BIOS, lowest first; undefined where it has not. */
export function overwrittenAt(memory: Uint8Array, map: MemoryMap): number | undefined {
  const changed = systemCode(map).flatMap(([at, bytes]) =>
    bytes.flatMap((byte, i) => (memory[at + i] === byte ? [] : [at + i])),
  );
  return changed.length > 0 ? Math.min(...changed) : undefined;
}

/** What a warm boot loads again: a program may have used its place. */
export function writeCcp(memory: Uint8Array, map: MemoryMap): void {
  CCP_ENTRIES.forEach((_entry, i) => memory.set(STUB, ccpStub(map.ccp, i)));
  memory.set(jump(ccpStub(map.ccp, 0)), map.ccp);
  memory.set(jump(ccpStub(map.ccp, 1)), map.ccp + 3);
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
