/** A virtual board in a process of its own with its port open, for as long as a test uses it. */
import { nodeClock as clock } from '../../src/host/node-clock.js';
import { startVirtualBoard, type VirtualBoard, type VirtualBoardOptions } from '../../src/host/virtual-board.js';
import { openLink, type LinkOptions } from '../../src/link/open-link.js';
import type { ByteLink } from '../../src/seams/byte-link.js';

export async function withBoard(
  options: VirtualBoardOptions,
  use: (link: ByteLink, board: VirtualBoard) => Promise<void>,
  linkOptions: Partial<LinkOptions> = {},
): Promise<void> {
  const board = await startVirtualBoard(options);
  try {
    const link = await openLink(board.path, { clock, ...linkOptions });
    try {
      await use(link, board);
    } finally {
      await link.close();
    }
  } finally {
    await board.close();
  }
}
