/**
 * The serial ports of this computer, best guess first, and the ways to name one: path, by-id link, USB
 * VID:PID, serial number, glob. Listing reads the operating system's tables; it opens and sends nothing.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LinkError, UsageError } from '../seams/errors.js';
import { plainLine } from '../seams/plain.js';
import { adapterFor, type Adapter } from './adapters.js';
import { attempt } from './port-access.js';
import { serialLibrary } from './serial-library.js';

export interface PortInfo {
  /** What to open: /dev/ttyUSB0, COM3. */
  path: string;
  /** A name that stays when ports are plugged in another order (/dev/serial/by-id/…). */
  stableName: string | undefined;
  /** `vvvv:pppp` of a USB adapter, in lower case. */
  usb: string | undefined;
  serialNumber: string | undefined;
  maker: string | undefined;
  product: string | undefined;
  adapter: Adapter | undefined;
}

/** Where Linux keeps what we look at; tests point it at a made-up tree. */
export interface Roots {
  sys: string;
  dev: string;
}
const HOST: Roots = { sys: '/sys', dev: '/dev' };
/** What a device says of itself may hold anything; this is where it comes in. */
const said = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : plainLine(text).trim();
const fileText = (path: string): string | undefined => said(attempt(() => readFileSync(path, 'utf8'))) || undefined;

/** The USB device above a tty in /sys: the first folder upwards that has idVendor. */
function usbDevice(ttyDevice: string, stop: string): string | undefined {
  for (let at = ttyDevice; at.startsWith(stop) && at !== stop; at = dirname(at))
    if (existsSync(join(at, 'idVendor'))) return at;
  return undefined;
}

function linuxPorts(roots: Roots): PortInfo[] {
  const sys = attempt(() => realpathSync(roots.sys)) ?? roots.sys;
  const byId = join(roots.dev, 'serial/by-id');
  const stableNames = new Map(
    (attempt(() => readdirSync(byId)) ?? []).map((name) => {
      const link = join(byId, name);
      return [basename(attempt(() => readlinkSync(link)) ?? ''), link];
    }),
  );
  const ports: PortInfo[] = [];
  for (const name of attempt(() => readdirSync(join(sys, 'class/tty'))) ?? []) {
    const folder = join(sys, 'class/tty', name);
    // Virtual consoles have no device; a ttyS of type 0 is a place for a UART that isn't there.
    const device = attempt(() => realpathSync(join(folder, 'device')));
    if (device === undefined || fileText(join(folder, 'type')) === '0') continue;
    const usb = usbDevice(device, sys);
    const vendor = usb && fileText(join(usb, 'idVendor'));
    const product = usb && fileText(join(usb, 'idProduct'));
    ports.push({
      path: join(roots.dev, name),
      stableName: stableNames.get(name),
      usb: vendor && product ? `${vendor}:${product}`.toLowerCase() : undefined,
      serialNumber: usb && fileText(join(usb, 'serial')),
      maker: usb && fileText(join(usb, 'manufacturer')),
      product: usb && fileText(join(usb, 'product')),
      adapter: vendor && product ? adapterFor(vendor, product) : undefined,
    });
  }
  return ports;
}

/** macOS and Windows: what the serialport library lists. */
async function libraryPorts(): Promise<PortInfo[]> {
  const { SerialPort } = await serialLibrary();
  return (await SerialPort.list()).map((port) => {
    const usb = port.vendorId && port.productId ? `${port.vendorId}:${port.productId}`.toLowerCase() : undefined;
    return {
      // macOS: the cu. node opens without waiting for carrier, the tty. node may hang.
      path: port.path.replace(/^\/dev\/tty\./, '/dev/cu.'),
      stableName: undefined,
      usb,
      serialNumber: said(port.serialNumber),
      maker: said(port.manufacturer),
      product: undefined,
      adapter: port.vendorId && port.productId ? adapterFor(port.vendorId, port.productId) : undefined,
    };
  });
}

/** Known adapters, then other USB, then built-in UARTs. */
const rank = (port: PortInfo): number => port.adapter?.rank ?? (port.usb !== undefined ? 10 : 20);

const natural = new Intl.Collator('en', { numeric: true });

export async function listPorts(roots: Roots = HOST): Promise<PortInfo[]> {
  const linux = roots !== HOST || process.platform === 'linux';
  const ports = linux ? linuxPorts(roots) : await libraryPorts();
  return ports.sort((a, b) => rank(a) - rank(b) || natural.compare(a.path, b.path));
}

/** A port in one line: `/dev/ttyUSB0 (FTDI FT232R, serial A50285BI)`. */
export function describePort(port: PortInfo): string {
  const words = [port.adapter?.name ?? port.product, port.serialNumber && `serial ${port.serialNumber}`];
  const said = words.filter((word) => word !== undefined && word !== '').join(', ');
  return said === '' ? port.path : `${port.path} (${said})`;
}

const globToRegExp = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  );

/**
 * From what the user wrote to a path. A path is taken as it is, always: it is the user's choice.
 * @throws LinkError (unavailable) when nothing fits; UsageError when several ports do, or the name is empty
 */
export async function resolvePort(spec: string, list: () => Promise<PortInfo[]> = listPorts): Promise<string> {
  if (spec.trim() === '')
    throw new UsageError('the name of the port is empty', { hint: 'z80lm ports lists the ports' });
  const isPath = /^([/.~]|COM\d+$|\\\\)/i.test(spec);
  if (isPath && !/[*?]/.test(spec)) return spec;
  const ports = await list();
  const wanted = spec.replace(/^usb:/i, '').toLowerCase();
  const glob = /[*?]/.test(spec) ? globToRegExp(spec) : undefined;
  const fits = ports.filter((port) =>
    glob
      ? glob.test(port.path) || (port.stableName !== undefined && glob.test(port.stableName))
      : port.usb === wanted || port.serialNumber?.toLowerCase() === wanted || basename(port.path) === spec,
  );
  if (fits.length === 1) return fits[0]!.path;
  if (fits.length > 1)
    throw new UsageError(`"${spec}" fits ${fits.length} ports: ${fits.map(describePort).join('; ')}`, {
      where: spec,
      hint: 'name one of them with --port',
    });
  throw new LinkError(`no port fits "${spec}"`, { where: spec, unavailable: true, hint: nearMisses(ports) });
}

/** "but: …": what is there instead of what was asked for. */
export function nearMisses(ports: readonly PortInfo[]): string {
  if (ports.length === 0) return 'this computer has no serial port at all: is the adapter plugged in?';
  return `but there is ${ports.map(describePort).join('; ')}`;
}
