import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Problem, problem } from '@clearquay/domain/problems/problem.ts';
import { ok, type Result, refuse } from '@clearquay/domain/result.ts';
import { z } from 'zod';

/** The files of a backup: archive of the warehouse, copy of the log, and, where the data directory has them, its secrets. */
export const backupFiles = { warehouse: 'warehouse.tar', log: 'event-log.db', adminKey: 'admin-key', passwords: 'passwords.json' } as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const natural = z.int().min(0);
const file = z.strictObject({ name: z.enum(Object.values(backupFiles)), bytes: natural, sha256 });

const manifest = z.strictObject({
  /** Of the backup: another one is not read. */
  format: z.literal(1),
  /** The moment that it is of: what was accepted before is in it. */
  createdAt: z.iso.datetime(),
  /** Versions of what wrote it. */
  clearquay: z.string(),
  clickhouse: z.string(),
  /** Migrations that the warehouse has had. */
  migrations: z.array(z.strictObject({ number: natural, name: z.string(), checksum: sha256 })),
  files: z.array(file),
});

/** What a backup says of itself. */
export type BackupManifest = z.infer<typeof manifest>;
export type BackupFile = z.infer<typeof file>;

/** Written last: a folder without it is no backup. */
export const manifestName = 'manifest.json';

const digest = (body: BackupManifest): string => createHash('sha256').update(JSON.stringify(body)).digest('hex');

/** The text of a manifest with the digest of itself. Throws when it does not have the shape. */
export function manifestText(said: BackupManifest): string {
  const body = manifest.parse(said);
  return `${JSON.stringify({ sha256: digest(body), ...body }, undefined, 2)}\n`;
}

const invalid = (why: string): Problem => problem('CQ_BACKUP_INVALID', `${why} Nothing was restored: use another backup.`);

/** Reads the manifest of a backup and holds every file against it. */
export async function readBackup(folder: string): Promise<Result<BackupManifest, Problem>> {
  let text: string;
  try {
    text = await readFile(join(folder, manifestName), 'utf8');
  } catch {
    return refuse(invalid(`${folder} has no ${manifestName}, so it is no whole backup.`));
  }
  const read = z.strictObject({ sha256, ...manifest.shape }).safeParse(jsonOf(text));
  if (!read.success) return refuse(invalid(`The ${manifestName} of ${folder} is of another format or was changed.`));
  const { sha256: told, ...body } = read.data;
  if (digest(body) !== told) return refuse(invalid(`The ${manifestName} of ${folder} does not fit its checksum.`));
  for (const wanted of body.files) {
    const found = await describeFile(folder, wanted.name).catch(() => undefined);
    if (!found) return refuse(invalid(`${wanted.name} is missing or cannot be read.`));
    if (found.sha256 !== wanted.sha256) return refuse(invalid(`${wanted.name} does not fit its checksum.`));
  }
  const names = new Set(body.files.map(({ name }) => name));
  for (const name of [backupFiles.warehouse, backupFiles.log])
    if (!names.has(name)) return refuse(invalid(`The ${manifestName} names no ${name}.`));
  return ok(body);
}

/** Size and checksum of a file of a backup. */
export async function describeFile(folder: string, name: BackupFile['name']): Promise<BackupFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(join(folder, name), { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
