/** The drives A: to P:, each a folder or none, and what they share: memory, and the end of a program. */
import type { Shared } from './block-store.js';
import type { Folder } from './folder.js';
import { FolderDisk } from './folder-disk.js';
import { FREE, type HostWork } from './host-work.js';
import { diskOf } from './memory-disk.js';
import { pricedFolder } from './priced-folder.js';

export const DRIVES = 16;

export class Disks {
  private readonly disks: (FolderDisk | undefined)[];

  /**
   * @param work what the folders' use is paid with
   * @param remark is told what the program can't know and its user should
   */
  constructor(
    folders: (Folder | undefined)[],
    work: Pick<HostWork, 'spend'> = FREE,
    remark: (words: string) => void = () => {},
  ) {
    const shared: Shared = { held: 0, forget: () => this.each((disk) => disk.blocks.forget()), remark };
    // There is always an A:, if an empty one.
    const [a = diskOf({}), ...others] = folders;
    this.disks = [a, ...others].map((folder) => folder && new FolderDisk(pricedFolder(folder, work), shared));
  }

  disk(drive: number): FolderDisk | undefined {
    return this.disks[drive];
  }

  /** The program has ended: keep what it wrote. @returns the names that could not be written */
  closeAll(isCutOff = false): string[] {
    return this.disks.flatMap((disk) => disk?.closeAll(isCutOff) ?? []);
  }

  /** Files that a program has written to and not closed. */
  unclosed(): string[] {
    return this.disks.flatMap((disk) => disk?.unclosed() ?? []);
  }

  /** Forget what has not been closed. */
  discard(): void {
    this.each((disk) => disk.reset());
  }

  private each(work: (disk: FolderDisk) => void): void {
    for (const disk of this.disks) if (disk) work(disk);
  }
}
