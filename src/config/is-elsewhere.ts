/**
 * Whether a path is no file of this machine, such as `s3://bucket/x` or `md:clinic`. One letter before the colon is a drive
 * of Windows.
 */
export function isElsewhere(path: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(path);
}
