import { expect, test } from 'vitest';
import schema from '../../schema/report.schema.json' with { type: 'json' };
import { RULES } from './rules.ts';

const rules = Object.keys(RULES).sort();

test('schema/report.schema.json has every rule and no other', () => {
  const { finding } = schema.$defs;
  const described = finding.allOf.map(({ if: { properties }, then }) => [properties.rule.const, then.$ref]);

  expect([...finding.properties.rule.enum].sort()).toEqual(rules);
  expect(described.sort()).toEqual(rules.map((rule) => [rule, `#/$defs/${rule}`]));
  expect(Object.keys(schema.$defs)).toEqual(expect.arrayContaining(rules));
});
