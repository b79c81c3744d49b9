import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyExample, type Edit, fenceline, type ProjectCopy } from '../e2e/cli.ts';
import { SALT } from './attack.ts';

/** Folder that hostile set-up SQL tries to write to. A pull request writes that SQL, and it runs on the job's machine. */
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fenceline-evil-'));
  // The user that the server runs as could write into this folder.
  await chmod(folder, 0o777);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const first = (file: string): Edit => ({ file: 'fenceline.yml', find: 'setup: [', put: `setup: [${file}, ` });

async function sync(project: ProjectCopy) {
  return fenceline(['sync', project.directory, '--postgres', 'auto'], {
    env: { DBT_PII_SALT: SALT, SECRET_OF_THE_JOB: 'pa55word-of-the-job' },
  });
}

/** `$OUT` is a file that nobody but the attack would write. */
const refused = [
  { name: 'a program that gets rows', sql: "copy (select 1) to program 'id > $OUT'" },
  {
    name: 'the variables of the server',
    sql: `copy (select 1) to program 'tr "\\0" "\\n" < /proc/$PPID/environ > $OUT'`,
  },
  {
    name: 'a program in a block',
    sql: "do $$ begin execute format('copy (select 1) to program %L', 'id > $OUT'); end $$",
  },
  {
    name: 'a program in a trigger',
    sql: `create table bait (x int);
      create function spring() returns trigger language plpgsql as $$ begin copy (select 1) to program 'id > $OUT'; return new; end $$;
      create trigger spring before insert on bait for each row execute function spring();
      insert into bait values (1)`,
  },
  {
    name: 'a program in a default',
    sql: `create function spring() returns int language plpgsql as $$ begin copy (select 1) to program 'id > $OUT'; return 1; end $$;
      create table bait (x int default spring(), y int); insert into bait (y) values (1)`,
  },
  { name: 'a program that gives rows', sql: "create table bait (x text); copy bait from program 'id | tee $OUT'" },
  { name: 'a file that is written', sql: "copy (select 'x') to '$OUT'" },
  { name: 'a file that is read', sql: "create table bait (x text); copy bait from '/etc/hostname'" },
  { name: 'a file that a function reads', sql: "create table bait as select pg_read_file('/etc/hostname') as x" },
  { name: 'a large object', sql: "select lo_from_bytea(4242, 'x'); select lo_export(4242, '$OUT')" },
  { name: 'code of the server', sql: "create function evil(int, int) returns int language internal as 'int4pl'" },
  { name: 'an extension that reads files', sql: 'create extension file_fdw' },
  { name: 'an extension that dials', sql: 'create extension dblink' },
  {
    name: 'an extension beyond the list, without triggers',
    sql: 'set session_replication_role = replica; create extension tcn',
  },
  { name: 'the rights of the superuser', sql: 'alter role postgres superuser' },
  {
    name: 'the session of the superuser',
    sql: "do $$ begin execute format('set session authorization %I', (select min(rolname) from pg_roles where rolsuper)); end $$",
  },
  { name: 'a setting of the server', sql: "alter system set archive_command = 'id > $OUT'" },
];

describe('set-up SQL does nothing to the machine, and is refused at its place', () => {
  test.each(refused)('$name', async ({ sql }) => {
    const out = join(folder, 'out');
    await using project = await copyExample([
      { file: 'fixtures/evil.sql', text: `${sql.replaceAll('$OUT', out)};\n` },
      first('fixtures/evil.sql'),
    ]);

    const { code, stdout, stderr } = await sync(project);

    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/fixtures\/evil\.sql:\d+:\d+ /) });
    expect(existsSync(out)).toBe(false);
    expect(stdout + stderr).not.toMatch(/pa55word|c1f7-a-salt/);
  });
});

test('what a view of a fixture calls runs as who owns it, also when it is copied', async () => {
  const out = join(folder, 'out');
  await using project = await copyExample([
    {
      file: 'fixtures/evil.sql',
      text: `create function spring() returns int language plpgsql as $$ begin copy (select 1) to program 'id > ${out}'; return 1; end $$;
        create view bait as select 1 as id, spring() as x;\n`,
    },
    first('fixtures/evil.sql'),
    { file: 'fenceline.yml', find: '  tables:\n', put: '  tables:\n    bait: { from: public.bait }\n' },
  ]);

  const { code } = await sync(project);

  expect(code).not.toBe(0);
  expect(existsSync(out)).toBe(false);
});

describe('a set-up file is in the project', () => {
  test.each([
    { name: 'beside it', file: '../evil.sql' },
    { name: 'of the machine', file: '/etc/hostname' },
    { name: 'of the process', file: '/proc/self/environ' },
    { name: 'of git', file: '.git/config' },
    { name: 'behind a link', file: 'fixtures/link.sql' },
    { name: 'behind a linked folder', file: 'linked/evil.sql' },
  ])('none $name', async ({ file }) => {
    await using project = await copyExample([first(file), { file: '.git/config', text: '[core]\n' }]);
    await writeFile(join(dirname(project.directory), 'evil.sql'), 'selec 1');
    await symlink('../../evil.sql', join(project.directory, 'fixtures/link.sql'));
    await symlink('..', join(project.directory, 'linked'));

    const { code, stderr } = await sync(project);

    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/fenceline\.yml:\d+:\d+ the set-up file .* is not in the project folder/),
    });
  });
});
