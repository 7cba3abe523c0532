/**
 * Pseudo-terminals for tests: a port that `serialport` can open by its path with the test behind it, and
 * programs (lrzsz) to put behind it.
 */
import { spawn } from 'node:child_process';
import type { ReadStream } from 'node:tty';
import * as pty from '@lydell/node-pty';

interface OpenPty {
  _master: ReadStream;
  _slave: ReadStream;
  ptsName?: string;
  _pty: string;
}

export interface FakePort {
  /** Open this with serialLink. */
  path: string;
  /** What the port's user wrote. */
  onData(listener: (bytes: Uint8Array) => void): void;
  send(bytes: Uint8Array): void;
  /**
   * Stop reading the user's end ourselves. To be called when the user has opened the port: a terminal that
   * nobody has open is hung up.
   */
  ready(): void;
  /** Pull the cable. */
  close(): void;
}

export function fakePort(): FakePort {
  // node-pty's open() has no types.
  const terminal = (pty as unknown as { open(options: object): OpenPty }).open({ encoding: null });
  const { _master: master, _slave: slave } = terminal;
  // node-pty has told both to flow from the next tick on; what comes for the port's user is not for us to take.
  slave._read = () => undefined;
  slave.pause();
  master.pause();
  master.on('error', () => undefined);
  slave.on('error', () => undefined);
  return {
    path: terminal._pty,
    onData: (listener) => void master.on('data', (bytes: Buffer) => listener(Uint8Array.from(bytes))).resume(),
    send: (bytes) => void (master as unknown as NodeJS.WritableStream).write(Buffer.from(bytes) as unknown as string),
    ready: () => void slave.destroy(),
    close: () => {
      slave.destroy();
      master.destroy();
    },
  };
}

export interface Peer {
  onData(listener: (bytes: Uint8Array) => void): void;
  send(bytes: Uint8Array): void;
  /** The program's exit status. */
  ended: Promise<number | null>;
  kill(): void;
}

/**
 * Run a program with pipes for its line. (On a terminal of its own lrzsz's rx throws away its last ACK at exit,
 * unless the other side was quick: it flushes the terminal's output, which a pseudo-terminal does at once.)
 */
export function peer(program: string, args: string[], folder: string): Peer {
  const child = spawn(program, args, { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined);
  return {
    onData: (listener) => void child.stdout.on('data', (bytes: Buffer) => listener(Uint8Array.from(bytes))),
    send: (bytes) => void child.stdin.write(bytes),
    ended: new Promise((resolve) => child.on('close', resolve)),
    kill: () => void child.kill('SIGKILL'),
  };
}
