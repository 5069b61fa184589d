import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { until } from '../until.ts';
import { run } from './small-disk.ts';

/**
 * A directory on an ext4 of its own, which turns read-only under the files that are open in it as one does that met an
 * error of its disk. Needs the right to mount and a loop device.
 */
export class ReadOnlyDisk {
  readonly #directory: string;
  readonly #image: string;

  private constructor(directory: string, image: string) {
    this.#directory = directory;
    this.#image = image;
  }

  /** Mounts a disk of so many MiB, or gives nothing where that is not allowed. */
  static mount(directory: string, mebibytes: number): ReadOnlyDisk | undefined {
    const disk = new ReadOnlyDisk(directory, `${directory}.img`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(disk.#image, '');
    truncateSync(disk.#image, mebibytes * 2 ** 20);
    if (run('mkfs.ext4', '-q', disk.#image) && disk.#mount()) return disk;
    rmSync(disk.#image);
    return undefined;
  }

  /** Every write fails from now on, also into open files; what was not flushed is lost. */
  turnReadOnly(): void {
    if (!run('mount', '-o', 'remount,abort', this.#directory)) throw new Error('the disk does not turn read-only');
  }

  /** Takes it away to mend it, which nobody allows who keeps a file of it open. */
  async takeAway(): Promise<void> {
    await until('nobody has a file of the disk open', () => run('umount', this.#directory));
  }

  putBack(): void {
    if (!this.#mount()) throw new Error('the disk is not mounted again');
  }

  unmount(): void {
    run('umount', '-l', this.#directory);
  }

  #mount(): boolean {
    return run('mount', '-o', 'loop', this.#image, this.#directory);
  }
}

/** Makes a directory read-only to whoever opens a file in it. Gives what ends that, or nothing where mounting is not allowed. */
export function coverReadOnly(directory: string): (() => void) | undefined {
  if (!run('mount', '--bind', directory, directory)) return undefined;
  const uncover = (): void => void run('umount', '-l', directory);
  if (run('mount', '-o', 'remount,bind,ro', directory)) return uncover;
  uncover();
  return undefined;
}
