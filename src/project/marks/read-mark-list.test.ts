import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProjectFiles } from '../../config/project-files.ts';
import { writeProject } from '../testing/small-project.ts';
import { readMarkList } from './read-mark-list.ts';

function read(file: string, text: string) {
  using project = writeProject({ [file]: text });
  return readMarkList(file, openProjectFiles(project.directory));
}

test.each([
  {
    name: 'a CSV',
    file: 'governance/pii.csv',
    text: 'Table,owner,Column,pii_type\napp.users,crm,email,email\n\napp.users,crm,"last name",\npeople,hr,*,\n',
    says: ['app.users email email 2', 'app.users last name undefined 4', 'people * undefined 5'],
  },
  {
    name: 'a YAML file of lists and mappings',
    file: 'pii.yml',
    text: 'app.users: [email, phone]\npeople:\n  ssn: national_id\n',
    says: ['app.users email undefined 1', 'app.users phone undefined 1', 'people ssn national_id 3'],
  },
])('$name is read', ({ file, text, says }) => {
  const marks = read(file, text);
  expect(marks.map(({ table, column, piiType, location }) => `${table} ${column} ${piiType} ${location.line}`)).toEqual(
    says,
  );
});

test.each([
  { name: 'a CSV without the names of its columns', file: 'a.csv', text: 'app.users,email\n', says: 'must name' },
  { name: 'no CSV', file: 'a.csv', text: 'table,column\na\n', says: 'is no CSV' },
  { name: 'a YAML file that is a list', file: 'a.yml', text: '- app.users\n', says: 'no mapping' },
  { name: 'a table without columns', file: 'a.yml', text: 'app.users: email\n', says: "'app.users' has no list" },
])('$name is a mistake', ({ file, text, says }) => {
  expect(() => read(file, text)).toThrow(says);
});

test('a list outside of the project is not read', () => {
  using elsewhere = writeProject({ 'pii.csv': 'table,column\nsecret,x\n' });
  using project = writeProject({});
  symlinkSync(join(elsewhere.directory, 'pii.csv'), join(project.directory, 'pii.csv'));
  const files = openProjectFiles(project.directory);
  expect(() => readMarkList('pii.csv', files)).toThrow('outside of the project');
  expect(() => readMarkList(`../${elsewhere.directory.split('/').at(-1)}/pii.csv`, files)).toThrow(
    'outside of the project',
  );
});
