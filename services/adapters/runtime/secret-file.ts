import { open } from 'node:fs/promises';

/** Writes a new file of mode 600, durable when it resolves; rejects with `EEXIST` when it is there. */
export async function writeSecret(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
