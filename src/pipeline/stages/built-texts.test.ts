import { expect, test } from 'vitest';
import type { NodeResult } from '../../build/node-result.ts';
import { testProject } from '../../lineage/testing/project.ts';
import { noAnswers } from '../../project/context/answers.ts';
import { builtTexts } from './built-texts.ts';

const project = testProject({
  models: { stg: '', kept: '', asked: '', mart: '' },
  materialized: { kept: 'incremental' },
  accepted: { 'model.app.stg.status': [1] },
});

function built(uniqueId: string, texts: Readonly<Record<string, string>>, compiledCode?: string): NodeResult {
  const parts = new Map(Object.entries(texts));
  return {
    uniqueId,
    status: 'success',
    message: undefined,
    failures: undefined,
    rows: 1,
    milliseconds: 1,
    compiledCode,
    builtText: { parts, answers: noAnswers() },
  };
}

test('the text of a model is what ran, where that is the whole model and holds no rows and no hidden secret', () => {
  const results = [
    built('model.app.stg', { 'model.app.stg': "select 'pepper'" }, "select '***'"),
    built('model.app.kept', { 'model.app.kept': 'select 2' }, 'select 2'),
    built('model.app.asked', { 'model.app.asked': 'select 3' }),
    built('model.app.mart', { 'model.app.mart': 'select 4', 'model.app.eph': 'select 5' }, 'with … select 4'),
    { ...built('model.app.gone', { 'model.app.gone': 'select 6' }, 'select 6') },
    { ...built('test.app.model.app.stg.status', {}, 'select 7') },
  ];

  expect([...builtTexts(project, results)]).toEqual([['model.app.stg', "select 'pepper'"]]);
});
