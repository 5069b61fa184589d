/**
 * What `{durable}` stands for in the migrations: an insert is acknowledged once its part and the part's directory
 * entry are flushed to the disk, and a merge flushes its result before it drops what it merged
 * (`infra/decisions/0003-durable-tables.md`).
 */
export const durableSettings = [
  'fsync_after_insert = 1',
  'fsync_part_directory = 1',
  'min_rows_to_fsync_after_merge = 1',
  'min_compressed_bytes_to_fsync_after_merge = 1',
].join(', ');
