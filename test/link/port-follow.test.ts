import { describe, expect, it } from 'vitest';
import { PortFollower } from '../../src/link/port-follow.js';
import type { PortInfo } from '../../src/link/port-list.js';

const port = (path: string, serialNumber?: string, usb: string | null = '0403:6001'): PortInfo => ({
  path,
  stableName: undefined,
  usb: usb ?? undefined,
  serialNumber,
  maker: undefined,
  product: undefined,
  adapter: undefined,
});

/** A computer whose ports change. */
function computer(...ports: PortInfo[]): { ports: PortInfo[]; follow: (spec: string) => PortFollower } {
  const here = { ports, follow: (spec: string) => new PortFollower(spec, async () => here.ports) };
  return here;
}

describe('a port that comes back', () => {
  it('as another path is followed by its serial number', async () => {
    const here = computer(port('/dev/ttyUSB0', 'A1'), port('/dev/ttyUSB1', 'B2'));
    const follower = here.follow('/dev/ttyUSB0');
    expect(await follower.path()).toBe('/dev/ttyUSB0');
    await follower.opened('/dev/ttyUSB0');
    here.ports = [port('/dev/ttyUSB1', 'B2'), port('/dev/ttyUSB2', 'A1')];
    expect(await follower.path()).toBe('/dev/ttyUSB2');
  });

  it('another adapter under the old path is not touched', async () => {
    const here = computer(port('/dev/ttyUSB0', 'A1'));
    const follower = here.follow('/dev/ttyUSB0');
    await follower.opened('/dev/ttyUSB0');
    here.ports = [port('/dev/ttyUSB0', 'B2')];
    await expect(follower.path()).rejects.toMatchObject({
      message: '/dev/ttyUSB0 (serial A1) is not there',
      reason: { unavailable: true },
    });
  });

  it('without a serial number: the only one of its kind is followed', async () => {
    const here = computer(port('/dev/ttyUSB0'), port('/dev/ttyUSB5', undefined, '1a86:7523'));
    const follower = here.follow('/dev/ttyUSB0');
    await follower.opened('/dev/ttyUSB0');
    here.ports = [port('/dev/ttyUSB1'), port('/dev/ttyUSB0', undefined, '1a86:7523')];
    expect(await follower.path()).toBe('/dev/ttyUSB1');
  });

  it('without a serial number, of two alike: only the same path will do', async () => {
    const here = computer(port('/dev/ttyUSB0'), port('/dev/ttyUSB1'));
    const follower = here.follow('/dev/ttyUSB1');
    await follower.opened('/dev/ttyUSB1');
    here.ports = [port('/dev/ttyUSB0')];
    await expect(follower.path()).rejects.toMatchObject({ reason: { unavailable: true } });
    here.ports = [port('/dev/ttyUSB0'), port('/dev/ttyUSB1')];
    expect(await follower.path()).toBe('/dev/ttyUSB1');
  });

  it.each(['/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0', '/dev/pts/7', '/dev/ttyS0'])(
    '%s is what the user wrote',
    async (spec) => {
      const here = computer(port('/dev/ttyUSB0', 'A1'), port('/dev/ttyS0', undefined, null));
      const follower = here.follow(spec);
      await follower.opened(spec.includes('by-path') ? '/dev/ttyUSB0' : spec);
      here.ports = [];
      expect(await follower.path()).toBe(spec);
    },
  );
});
