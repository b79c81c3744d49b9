import { createHash } from 'node:crypto';
import type { Checksum } from '../project.ts';

/** dbt: MAXIMUM_SEED_SIZE. */
const LARGEST = 1024 * 1024;

/** @param path of the file in its package, which stands for the text of a large one */
export function checksumOf(text: string, path: string): Checksum {
  if (Buffer.byteLength(text) > LARGEST) return { name: 'path', checksum: path };
  return { name: 'sha256', checksum: createHash('sha256').update(text.trim()).digest('hex') };
}
