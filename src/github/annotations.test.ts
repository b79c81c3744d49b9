import { expect, test } from 'vitest';
import { captureStdout } from '../../test/github/capture-stdout.ts';
import type { ReportAnnotation } from '../report/formats/annotations.ts';
import { annotate } from './annotations.ts';

const ANNOTATION: ReportAnnotation = {
  level: 'error',
  title: 'pii-in-tier',
  message: 'email reaches a safe mart',
  file: 'analytics/models/a.sql',
  line: 3,
  column: 8,
};

function commands(annotations: readonly ReportAnnotation[]): Promise<readonly string[]> {
  return captureStdout(() => annotate(annotations));
}

test('a finding stands beside its line', async () => {
  expect(await commands([ANNOTATION, { ...ANNOTATION, level: 'warning' }])).toEqual([
    '::error title=pii-in-tier,file=analytics/models/a.sql,line=3,col=8::email reaches a safe mart',
    '::warning title=pii-in-tier,file=analytics/models/a.sql,line=3,col=8::email reaches a safe mart',
  ]);
});

test('its end is marked, with a column where it is on the same line', async () => {
  const ends = [
    { line: 3, column: 20 },
    { line: 5, column: 2 },
  ];
  expect(await commands(ends.map((end) => ({ ...ANNOTATION, end })))).toEqual([
    '::error title=pii-in-tier,file=analytics/models/a.sql,line=3,endLine=3,col=8,endColumn=20::email reaches a safe mart',
    '::error title=pii-in-tier,file=analytics/models/a.sql,line=3,endLine=5,col=8::email reaches a safe mart',
  ]);
});

test('of each level there are ten, and the last says how many more', async () => {
  const lines = await commands([...Array(12).fill(ANNOTATION), ...Array(10).fill({ ...ANNOTATION, level: 'warning' })]);
  const ending = (level: string) =>
    lines.filter((line) => line.startsWith(`::${level}`)).map((line) => line.split('%0A')[1]);
  expect(ending('error')).toEqual([...Array(9).fill(undefined), '+2 more in the job summary']);
  expect(ending('warning')).toEqual(Array(10).fill(undefined));
});

test('what a pull request names stays within its command', async () => {
  const hostile = { ...ANNOTATION, title: 'a,file=b::c', message: 'a\r\n::error::b%0A', file: 'a:b,c.sql' };
  expect(await commands([hostile])).toEqual([
    '::error title=a%2Cfile=b%3A%3Ac,file=a%3Ab%2Cc.sql,line=3,col=8::a\\u000d%0A::error::b%250A',
  ]);
});

test('a long message is cut before GitHub cuts it', async () => {
  const [line = ''] = await commands([{ ...ANNOTATION, message: 'x'.repeat(10_000) }]);
  expect(line.length).toBeLessThan(4_096);
});
