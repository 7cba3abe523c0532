/**
 * USB-serial adapters people plug into such boards, by vendor and product, with what to know about each.
 * Ranked: a lower `rank` is the better guess when a user asks which port the board is on.
 */
export interface Adapter {
  usb: string;
  name: string;
  rank: number;
  /** A known trap, in words for the user. */
  trap?: string;
}

const ADAPTERS: readonly Adapter[] = [
  {
    usb: '3171:0035',
    name: 'RC2014 USB-serial',
    rank: 1,
    trap: 'some were sold with hardware flow control switched off in their EEPROM: if large transfers stall, use --flow none --pace 1',
  },
  {
    usb: '0403:6001',
    name: 'FTDI FT232R',
    rank: 2,
    trap: 'the driver holds small answers back for up to 16 ms (latency timer); cables with a 6-pin plug may carry DTR where the board expects RTS',
  },
  { usb: '0403:6015', name: 'FTDI FT-X', rank: 2, trap: 'the driver holds small answers back for up to 16 ms' },
  { usb: '0403:6014', name: 'FTDI FT232H', rank: 2 },
  { usb: '0403:6010', name: 'FTDI FT2232', rank: 2 },
  { usb: '0403:6011', name: 'FTDI FT4232', rank: 2 },
  { usb: '10c4:ea60', name: 'Silicon Labs CP210x', rank: 3 },
  {
    usb: '067b:2303',
    name: 'Prolific PL2303',
    rank: 4,
    trap: 'clones share one id and have no serial number: name it by /dev/serial/by-path if you have two',
  },
  { usb: '067b:23a3', name: 'Prolific PL2303GC', rank: 4 },
  {
    usb: '1a86:7523',
    name: 'WCH CH340',
    rank: 4,
    trap: 'most boards with it bring out no RTS/CTS pins: without them use --flow none --pace 1',
  },
  { usb: '1a86:55d4', name: 'WCH CH9102', rank: 4 },
  { usb: '1a86:5523', name: 'WCH CH341', rank: 4 },
  { usb: '04d8:00dd', name: 'Microchip MCP2221', rank: 4 },
  { usb: '2e8a:000c', name: 'Raspberry Pi Debug Probe', rank: 5, trap: 'its UART has no flow control lines' },
  { usb: '2e8a:000a', name: 'Raspberry Pi Pico (USB serial)', rank: 6 },
];

const byUsb = new Map(ADAPTERS.map((adapter) => [adapter.usb, adapter]));

export const adapterFor = (vendor: string, product: string): Adapter | undefined =>
  byUsb.get(`${vendor}:${product}`.toLowerCase());
