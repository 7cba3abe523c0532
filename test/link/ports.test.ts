/** Listing, naming, access and holders, on made-up trees in the shape of /sys, /dev and /proc. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accessHint,
  holdersInWords,
  isOtherDevice,
  nodeFacts,
  portHolders,
  programRuns,
  type NodeFacts,
} from '../../src/link/port-access.js';
import { describePort, listPorts, nearMisses, resolvePort, type PortInfo } from '../../src/link/port-list.js';

let root: string;
const put = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const linkTo = (path: string, target: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
};

function adapter(tty: string, usb: string, vendor: string, product: string, words: Record<string, string>): void {
  const device = `sys/devices/usb1/${usb}`;
  put(`${device}/idVendor`, `${vendor}\n`);
  put(`${device}/idProduct`, `${product}\n`);
  for (const [file, text] of Object.entries(words)) put(`${device}/${file}`, `${text}\n`);
  put(`${device}/${usb}:1.0/${tty}/port_number`, '0');
  linkTo(`sys/class/tty/${tty}/device`, join(root, device, `${usb}:1.0`, tty));
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'z80lm-ports-'));
  adapter('ttyUSB0', '1-2', '1a86', '7523', { product: 'USB Serial' });
  adapter('ttyUSB10', '1-3', '0403', '6001', { serial: 'A50285BI', manufacturer: 'FTDI', product: 'FT232R USB UART' });
  adapter('ttyUSB2', '1-4', '0403', '6001', { serial: 'FT999', product: 'FT232R USB UART' });
  adapter('ttyACM0', '1-5', 'abcd', '0001', { product: 'Odd\x1b]0;owned\x07 thing\u202e', serial: 'A\x9b2J' });
  put('sys/devices/platform/serial/type', '4');
  put('sys/class/tty/ttyS0/type', '4');
  linkTo('sys/class/tty/ttyS0/device', join(root, 'sys/devices/platform/serial'));
  put('sys/class/tty/ttyS1/type', '0');
  linkTo('sys/class/tty/ttyS1/device', join(root, 'sys/devices/platform/serial'));
  put('sys/class/tty/tty1/active', '1');
  linkTo('dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0', '../../ttyUSB10');
});
afterAll(() => rmSync(root, { recursive: true }));

const ports = (): Promise<PortInfo[]> => listPorts({ sys: join(root, 'sys'), dev: join(root, 'dev') });
const names = (list: PortInfo[]): string[] => list.map((port) => port.path.slice(root.length));

describe('listing', () => {
  it('known adapters first, numbers in order, empty places and consoles left out', async () => {
    expect(names(await ports())).toEqual([
      '/dev/ttyUSB2',
      '/dev/ttyUSB10',
      '/dev/ttyUSB0',
      '/dev/ttyACM0',
      '/dev/ttyS0',
    ]);
  });

  it('says what each is', async () => {
    const ftdi = (await ports())[1]!;
    expect(ftdi).toMatchObject({
      usb: '0403:6001',
      serialNumber: 'A50285BI',
      maker: 'FTDI',
      stableName: join(root, 'dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0'),
    });
    expect(describePort(ftdi)).toBe(`${ftdi.path} (FTDI FT232R, serial A50285BI)`);
    expect(ftdi.adapter?.trap).toContain('16 ms');
  });

  it('knows of each just what the system knows', async () => {
    const [, , ch340, odd, uart] = await ports();
    expect(ch340).toMatchObject({ usb: '1a86:7523', serialNumber: undefined, maker: undefined, stableName: undefined });
    expect(ch340).toMatchObject({ product: 'USB Serial', adapter: { name: 'WCH CH340', rank: 4 } });
    // What a device calls itself is shown, and no terminal takes it for a command.
    const product = String.raw`Odd\x1b]0;owned\x07 thing\u202e`;
    expect(odd).toMatchObject({ usb: 'abcd:0001', product, adapter: undefined });
    expect(uart).toEqual({ path: join(root, 'dev/ttyS0') });
    expect(describePort(odd!)).toBe(`${odd!.path} (${product}, serial A\\x9b2J)`);
    expect(describePort(uart!)).toBe(uart!.path);
    expect(describePort({ ...uart!, serialNumber: 'X1' })).toBe(`${uart!.path} (serial X1)`);
    expect(describePort({ ...uart!, product: '' })).toBe(uart!.path);
  });

  it('where there is nothing, there is nothing', async () => {
    expect(await listPorts({ sys: '/nonexistent', dev: '/dev' })).toEqual([]);
    expect(nearMisses([])).toBe('this computer has no serial port at all: is the adapter plugged in?');
  });
});

describe('naming a port', () => {
  const cases: [string, string][] = [
    ['1a86:7523', '/dev/ttyUSB0'],
    ['usb:1A86:7523', '/dev/ttyUSB0'],
    ['A50285BI', '/dev/ttyUSB10'],
    ['a50285bi', '/dev/ttyUSB10'],
    ['ttyACM0', '/dev/ttyACM0'],
    ['*A50285BI*', '/dev/ttyUSB10'],
    ['*/dev/ttyS?', '/dev/ttyS0'],
    ['*BY-ID/usb-FTDI*', '/dev/ttyUSB10'],
    ['*/dev/ttyACM?', '/dev/ttyACM0'],
    ['USB:abcd:0001', '/dev/ttyACM0'],
  ];
  for (const [spec, path] of cases)
    it(spec, async () => expect(names([{ path: await resolvePort(spec, ports) } as PortInfo])).toEqual([path]));

  it('a path is the user’s choice: taken as it is, nothing listed', async () => {
    const never = (): Promise<PortInfo[]> => Promise.reject(new Error('listed'));
    expect(await resolvePort('/dev/ttyUSB77', never)).toBe('/dev/ttyUSB77');
    expect(await resolvePort('COM3', never)).toBe('COM3');
    for (const path of ['com12', './tty', '~/tty', '\\\\.\\COM12']) expect(await resolvePort(path, never)).toBe(path);
  });

  it.each(['XCOM3', 'COM3x', 'COM', 'usb1', 'tty.SB0', '*ttyS', 'ttyACM?', '*+tty*', 'TTYACM0'])(
    'is no path, and fits none: %s',
    async (spec) => expect(resolvePort(spec, ports)).rejects.toThrow(`no port fits "${spec}"`),
  );

  it('an empty name is none, which a variable that is not set makes', async () => {
    await expect(resolvePort(' ', ports)).rejects.toThrow('the name of the port is empty');
  });

  it('two fit: asks', async () => {
    await expect(resolvePort('0403:6001', ports)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^"0403:6001" fits 2 ports: \S+ttyUSB2 \(FTDI FT232R, serial FT999\); \S+ttyUSB10 \(/,
      ) as string,
      hint: 'name one of them with --port',
      where: '0403:6001',
      exitStatus: 2,
    });
  });

  it('none fits: says what is there', async () => {
    await expect(resolvePort('dead:beef', ports)).rejects.toMatchObject({
      message: 'no port fits "dead:beef"',
      hint: expect.stringMatching(/^but there is .*ttyUSB2 \(.*\); .*ttyS0$/) as string,
      where: 'dead:beef',
      reason: { unavailable: true },
      exitStatus: 3,
    });
  });
});

describe('the remedy for no permission', () => {
  const node: NodeFacts = {
    path: '/dev/ttyUSB0',
    mode: 0o660,
    owner: 'root',
    group: 'dialout',
    groupId: 20,
    user: 'ada',
    member: false,
    inSession: false,
    mayOpen: false,
  };
  it('not in the group', () => {
    expect(accessHint(node)).toBe(
      '/dev/ttyUSB0 may be used by the group "dialout"; run: sudo usermod -aG dialout ada  and log in again',
    );
  });
  it('in the group since this session began', () => {
    expect(accessHint({ ...node, member: true })).toBe(
      'ada is in the group "dialout", but this session began before that: log out and in again (or run: newgrp dialout)',
    );
  });
  it('a node that no group may use', () => {
    expect(accessHint({ ...node, mode: 0o600, group: 'root' })).toContain('belongs to root:root with mode 600');
  });
  it('a user without a name cannot be entered in a group', () => {
    const hint = accessHint({ ...node, user: undefined });
    expect(hint).not.toContain('usermod');
    expect(hint).toContain('keeps this user out; run: sudo chmod');
  });
  it.each<[string, Partial<NodeFacts>]>([
    ['in the group, and in this session', { member: true, inSession: true }],
    ['a group that may only read', { mode: 0o640 }],
    ['a group that may only write', { mode: 0o620, member: true }],
    ['a mode of few digits', { mode: 0o60, group: 'root' }],
  ])('%s: the mode is to be changed', (_, facts) => {
    const { mode, group } = { ...node, ...facts };
    expect(accessHint({ ...node, ...facts })).toBe(
      `/dev/ttyUSB0 belongs to root:${group} with mode ${mode === 0o60 ? '060' : mode.toString(8)}, which keeps ada out; ` +
        'run: sudo chmod a+rw /dev/ttyUSB0  (until it is plugged in again)',
    );
  });
  it('never advises to join root', () => {
    expect(accessHint({ ...node, group: 'root' })).not.toContain('usermod');
    for (const group of ['wheel', '', '0'])
      expect(accessHint({ ...node, group, groupId: 0 })).toContain(`belongs to root:${group} with mode 660`);
  });
  it('nor a group that has no name', () => {
    for (const group of ['', '994']) expect(accessHint({ ...node, group, groupId: 994 })).not.toContain('usermod');
  });
});

describe('a device node', () => {
  it.runIf(existsSync('/etc/passwd'))('belongs to somebody with a name, also if that is root', () => {
    expect(nodeFacts('/dev/null')).toMatchObject({ owner: 'root', mayOpen: true });
    expect(nodeFacts('/dev/null')!.group).not.toBe('');
  });

  it('has the mode that it has, and is not there where it is not', () => {
    put('node', '');
    chmodSync(join(root, 'node'), 0o640);
    expect(nodeFacts(join(root, 'node'))).toMatchObject({
      path: join(root, 'node'),
      mode: 0o640,
      inSession: process.getgroups!().includes(statSync(join(root, 'node')).gid),
      mayOpen: true,
    });
    expect(nodeFacts(join(root, 'nowhere'))).toBeUndefined();
  });
});

describe('a character device that is no line', () => {
  it('is known by its subsystem; what has none may be a pseudo-terminal', () => {
    linkTo('char/dev/char/1:3/subsystem', '../../../../class/mem');
    linkTo('char/dev/char/4:64/subsystem', '../../../../class/tty');
    const sys = join(root, 'char');
    expect(isOtherDevice((1 << 8) | 3, sys)).toBe(true);
    expect(isOtherDevice((4 << 8) | 64, sys)).toBe(false);
    expect(isOtherDevice((136 << 8) | 7, sys)).toBe(false);
  });

  it('where /sys cannot be seen, by the kinds of terminals', () => {
    put('bare/tty/drivers', 'serial   /dev/ttyS   4   64 serial\npty_slave   /dev/pts   136 0-1048575 pty:slave\n');
    const [sys, proc] = [join(root, 'nowhere'), join(root, 'bare')];
    expect(isOtherDevice((1 << 8) | 3, sys, proc)).toBe(true);
    expect(isOtherDevice((4 << 8) | 64, sys, proc)).toBe(false);
    expect(isOtherDevice((136 << 8) | 7, sys, proc)).toBe(false);
    expect(isOtherDevice((1 << 8) | 3, sys, sys)).toBe(false);
  });
});

describe('who holds a port', () => {
  it('is said of three, and how many more there are', () => {
    const holders = [1, 2, 3, 4, 5].map((pid) => ({ pid, name: 'sh' }));
    expect(holdersInWords(holders.slice(0, 2))).toBe('sh (process 1) and sh (process 2)');
    expect(holdersInWords(holders)).toBe('sh (process 1) and sh (process 2) and sh (process 3) and 2 more');
    expect(holdersInWords([])).toBe('');
  });

  it('names the process, and does not take the pseudo-terminal’s own board for one', () => {
    put('proc/100/comm', 'minicom\n');
    linkTo('proc/100/fd/3', '/dev/pts/77');
    put('proc/200/comm', 'node\n');
    linkTo('proc/200/fd/5', '/dev/ptmx');
    linkTo('proc/200/fd/6', '/dev/pts/77');
    put('proc/200/fdinfo/5', 'pos:\t0\nflags:\t0104002\ntty-index:\t77\n');
    put('proc/300/comm', 'other\n');
    linkTo('proc/300/fd/0', '/dev/null');
    put('proc/self/comm', 'x');
    expect(portHolders('/dev/pts/77', join(root, 'proc'))).toEqual([{ pid: 100, name: 'minicom' }]);
    expect(portHolders('/dev/pts/78', join(root, 'proc'))).toEqual([]);
  });

  it('knows the board only by the number of its line, and leaves this process out', () => {
    const holder = (pid: number, ...files: string[]): void =>
      files.forEach((file, fd) => linkTo(`more/${pid}/fd/${fd}`, file));
    holder(400, '/dev/pts/77', '/dev/ptmx');
    put('more/400/fdinfo/1', 'tty-index:\t7\n');
    holder(500, '/dev/pts/ptmx', '/dev/pts/77');
    put('more/500/fdinfo/0', 'flags:\t0\ntty-index:77\n');
    holder(600, '/dev/pts/77', '/dev/ptmx');
    holder(700, '/dev/ttyUSB0', '/dev/xptmx', '/dev/ptmx2');
    holder(process.pid, '/dev/pts/77', '/dev/ttyUSB0');
    const more = join(root, 'more');
    expect(portHolders('/dev/pts/77', more)).toEqual([
      { pid: 400, name: 'a program' },
      { pid: 600, name: 'a program' },
    ]);
    expect(portHolders('/dev/ttyUSB0', more)).toEqual([{ pid: 700, name: 'a program' }]);
    expect(portHolders('/dev/ttyUSB0', join(root, 'nowhere'))).toEqual([]);
  });

  it('follows a link to the port', () => {
    put('real', '');
    linkTo('link', join(root, 'real'));
    linkTo('linked/9/fd/0', join(root, 'real'));
    expect(portHolders(join(root, 'link'), join(root, 'linked'))).toEqual([{ pid: 9, name: 'a program' }]);
  });
});

describe('a program', () => {
  it('runs where a process has its name', () => {
    put('some/12/comm', 'ModemManager\n');
    put('some/self/comm', 'login\n');
    put('some/x13/comm', 'login\n');
    mkdirSync(join(root, 'some/14'));
    expect(programRuns('ModemManager', join(root, 'some'))).toBe(true);
    for (const name of ['Modem', 'login', '']) expect(programRuns(name, join(root, 'some')), name).toBe(false);
    expect(programRuns('ModemManager', join(root, 'nowhere'))).toBe(false);
  });
});
