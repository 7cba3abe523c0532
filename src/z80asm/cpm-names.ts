/**
 * What CP/M programs call the system's places and functions. Functions: Digital Research, CP/M Operating System Manual,
 * section 5; the short names are those of DRI's later systems, https://www.seasip.info/Cpm/bdos.html.
 */

/** BDOS functions of CP/M 2.2 by number: name, and what the manual calls it. */
export const BDOS_FUNCTIONS: ReadonlyMap<number, readonly [name: string, title: string]> = new Map([
  [0, ['P_TERMCPM', 'System Reset']],
  [1, ['C_READ', 'Console Input']],
  [2, ['C_WRITE', 'Console Output']],
  [3, ['A_READ', 'Reader Input']],
  [4, ['A_WRITE', 'Punch Output']],
  [5, ['L_WRITE', 'List Output']],
  [6, ['C_RAWIO', 'Direct Console I/O']],
  [7, ['GET_IOBYTE', 'Get I/O Byte']],
  [8, ['SET_IOBYTE', 'Set I/O Byte']],
  [9, ['C_WRITESTR', 'Print String']],
  [10, ['C_READSTR', 'Read Console Buffer']],
  [11, ['C_STAT', 'Get Console Status']],
  [12, ['S_BDOSVER', 'Return Version Number']],
  [13, ['DRV_ALLRESET', 'Reset Disk System']],
  [14, ['DRV_SET', 'Select Disk']],
  [15, ['F_OPEN', 'Open File']],
  [16, ['F_CLOSE', 'Close File']],
  [17, ['F_SFIRST', 'Search for First']],
  [18, ['F_SNEXT', 'Search for Next']],
  [19, ['F_DELETE', 'Delete File']],
  [20, ['F_READ', 'Read Sequential']],
  [21, ['F_WRITE', 'Write Sequential']],
  [22, ['F_MAKE', 'Make File']],
  [23, ['F_RENAME', 'Rename File']],
  [24, ['DRV_LOGINVEC', 'Return Log-in Vector']],
  [25, ['DRV_GET', 'Return Current Disk']],
  [26, ['F_DMAOFF', 'Set DMA Address']],
  [27, ['DRV_ALLOCVEC', 'Get Addr Alloc']],
  [28, ['DRV_SETRO', 'Write Protect Disk']],
  [29, ['DRV_ROVEC', 'Get R/O Vector']],
  [30, ['F_ATTRIB', 'Set File Attributes']],
  [31, ['DRV_DPB', 'Get Addr Disk Params']],
  [32, ['F_USERNUM', 'Set/Get User Code']],
  [33, ['F_READRAND', 'Read Random']],
  [34, ['F_WRITERAND', 'Write Random']],
  [35, ['F_SIZE', 'Compute File Size']],
  [36, ['F_RANDREC', 'Set Random Record']],
  [37, ['DRV_RESET', 'Reset Drive']],
  [40, ['F_WRITEZF', 'Write Random with Zero Fill']],
]);

/** Page zero, section 6.9 of the same manual: what lies at a place, and how many bytes it has. */
const PAGE_ZERO: readonly (readonly [at: number, length: number, name: string, title: string])[] = [
  [0x00, 3, 'WBOOT', 'jump to the warm boot'],
  [0x03, 1, 'IOBYTE', 'Intel standard I/O byte'],
  [0x04, 1, 'CDISK', 'current drive and user'],
  [0x05, 1, 'BDOS', 'jump to the BDOS'],
  [0x06, 2, 'TPATOP', "the first address that is not the program's"],
  [0x5c, 16, 'FCB1', 'the first name of the command line'],
  [0x6c, 20, 'FCB2', 'the second name'],
  [0x80, 128, 'DMABUF', 'command tail, default DMA buffer'],
];

/** Constants that are such places nearly always: a pair that holds 80h may as well be a number, and 0 and 5 are. */
export const LIKELY_PLACES: ReadonlySet<number> = new Set([0x5c, 0x5d, 0x65, 0x6c, 0x6d, 0x80, 0x81]);

export interface SystemPlace {
  at: number;
  name: string;
  title: string;
}

/** The part of page zero that an address belongs to. */
export function pageZeroPlace(address: number): SystemPlace | undefined {
  const found = PAGE_ZERO.find(([at, length]) => address >= at && address < at + length);
  return found && { at: found[0], name: found[2], title: found[3] };
}
