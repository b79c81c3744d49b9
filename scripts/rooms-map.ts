import { code, markdownTable } from './markdown-table.ts';
import type { ROOMS } from './rooms.ts';

/** The rooms as a picture and as a table, for CONTRIBUTING.md. */
export function roomsMap(rooms: typeof ROOMS): string {
  const arrows = Object.keys(rooms).flatMap((room) =>
    directImports(rooms, room).map((other) => `  ${room} --> ${other}`),
  );
  const rows = Object.entries(rooms).map(([room, { owns, mayImport, why }]) => [
    code(`${room}/`),
    owns,
    mayImport.length > 0 ? mayImport.join(', ') : '–',
    why,
  ]);
  const picture = `\`\`\`mermaid\nflowchart TD\n${arrows.join('\n')}\n\`\`\`\n`;
  return `\n${picture}${markdownTable(['room', 'owns', 'may import', 'why no more'], rows)}`;
}

/** The rooms that a room may import and does not reach through another room: few arrows say all. */
function directImports(rooms: typeof ROOMS, room: string): readonly string[] {
  const mayImport = (name: string) => rooms[name]?.mayImport ?? [];
  const below = (name: string): readonly string[] => mayImport(name).flatMap((other) => [other, ...below(other)]);
  return mayImport(room).filter(
    (name) => !mayImport(room).some((other) => other !== name && below(other).includes(name)),
  );
}
