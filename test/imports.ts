import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { PACKAGES, ROOMS } from '../scripts/rooms.ts';

/** The text of a source file, by its path below `src/`, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/** Every TypeScript file of the folder that ships: without tests and what only tests use. */
export function readSources(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\.test\.tsx?$/.test(path) && !path.endsWith('.cases.ts') && !/[\\/]testing[\\/]/.test(path));
  return new Map(
    files.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')] as const),
  );
}

/** Imports that the table of rooms does not allow, as `from → to: why`. Types count: they tie rooms just the same. */
export function forbiddenImports(sources: Sources): readonly string[] {
  return [...sources].flatMap(([file, text]) =>
    importsOf(text).flatMap((specifier) => {
      const why = specifier.startsWith('.') ? whyNoFile(file, resolve(file, specifier)) : whyNoPackage(file, specifier);
      return why === undefined ? [] : [`${file} → ${specifier}: ${why}`];
    }),
  );
}

/** Circles of files, types included, each as a path that ends where it begins; one for each way back that is met. */
export function circles(sources: Sources): readonly string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || finished.has(file)) return;
    for (const specifier of importsOf(sources.get(file) ?? '')) {
      if (specifier.startsWith('.')) visit(resolve(file, specifier), [...path, file]);
    }
    finished.add(file);
  };
  for (const file of sources.keys()) visit(file, []);
  return found;
}

/** The room of a file: its first folder below `src/`; for a file beside the rooms its own name. */
export function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file;
}

function importsOf(text: string): readonly string[] {
  const code = text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
  return [
    ...code.matchAll(/^(?:import|export)\b[^'"`;]*?from '([^']+)'/gm),
    ...code.matchAll(/^import '([^']+)'/gm),
    ...code.matchAll(/\b(?:import|require)\(\s*'([^']+)'/g),
  ].map(([, specifier = '']) => specifier);
}

function resolve(file: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(file), specifier));
}

const ENTRIES = ['cli.ts', 'action.ts'];

function whyNoFile(from: string, to: string): string | undefined {
  if (to.startsWith('../')) return to.startsWith('../schema/') ? undefined : 'src/ imports only schema/ from outside';
  const [room, target] = [roomOf(from), roomOf(to)];
  if (ENTRIES.includes(to)) return 'nothing imports an entry';
  if (room === target || ENTRIES.includes(from)) return undefined;
  // A file beside the rooms is a leaf that every room may use.
  if (target.endsWith('.ts')) return undefined;
  if (room.endsWith('.ts')) return 'a leaf imports no room: it belongs to all of them';
  const rule = ROOMS[room];
  if (!rule) return `${room}/ is in no row of scripts/rooms.ts`;
  return rule.mayImport.includes(target) ? undefined : `${room}/ may not import ${target}/. ${rule.why}`;
}

function whyNoPackage(from: string, specifier: string): string | undefined {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const rule = PACKAGES[name];
  return rule === undefined || rule.rooms.includes(roomOf(from)) ? undefined : rule.why;
}
