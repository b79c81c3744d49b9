import { createHash } from 'node:crypto';
import type { Checksum } from '../project.ts';

/** Size in bytes up to which dbt makes the checksum of the text (dbt: MAXIMUM_SEED_SIZE). */
const LARGEST = 1024 * 1024;

/**
 * The checksum of the file of a seed.
 * @param path path below its package, which is the checksum of a large file
 */
export function checksumOf(text: string, path: string): Checksum {
  if (Buffer.byteLength(text) > LARGEST) return { name: 'path', checksum: path };
  return { name: 'sha256', checksum: createHash('sha256').update(text.trim()).digest('hex') };
}
