import { open, rm } from 'node:fs/promises';

/** Writes a new file of mode 600, durable when it resolves and gone when it could not be written; rejects with `EEXIST` when it is there. */
export async function writeSecret(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}
