import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs a program of the system; true when it succeeded. */
export const run = (program: string, ...args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** A directory on a disk of its own that can be filled and freed; needs the right to mount. */
export class SmallDisk {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Mounts a disk of so many MiB, or gives nothing where that is not allowed. */
  static mount(directory: string, mebibytes: number): SmallDisk | undefined {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return run('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=700`, 'tmpfs', directory) ? new SmallDisk(directory) : undefined;
  }

  /** Takes all the room that is left. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.directory);
    try {
      writeFileSync(join(this.directory, 'filler'), Buffer.alloc(bavail * bsize));
    } catch {
      // Whatever was written meanwhile by others: the disk is full either way.
    }
  }

  /** Gives the room back. */
  free(): void {
    rmSync(join(this.directory, 'filler'), { force: true });
  }

  unmount(): void {
    run('umount', '-l', this.directory);
  }
}
