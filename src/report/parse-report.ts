import { readFile, stat } from 'node:fs/promises';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import schema from '../../schema/report.schema.json' with { type: 'json' };
import { locateOffset } from '../locate-offset.ts';
import { UserError } from '../user-error.ts';
import { visible } from '../visible.ts';
import { placeInJson } from './json-place.ts';
import type { Report } from './report.ts';

/** Size of a report with many thousand findings; a larger file is not from Fenceline. */
const MOST_BYTES = 16_000_000;

/**
 * Reads a report.json, which may be a stranger's.
 * @throws {UserError} for a file that is missing, too large, no JSON or no report
 */
export async function readReport(file: string): Promise<Report> {
  const found = await stat(file).catch((cause) => {
    throw new UserError(
      {
        code: 'no-report',
        message: `there is no report ${file}`,
        fix: 'fenceline run and fenceline check write target/fenceline/report.json',
      },
      { cause },
    );
  });
  if (!found.isFile() || found.size > MOST_BYTES) throw tooLarge(file);
  return parseReport(file, await readFile(file, 'utf8'));
}

/**
 * Reads a report from its text, which must be what `schema/report.schema.json` describes and nothing more.
 * @throws {UserError} with the place of the first mistake
 */
export function parseReport(file: string, text: string): Report {
  if (Buffer.byteLength(text) > MOST_BYTES) throw tooLarge(file);
  const value = parseJson(file, text);
  const validate = validator();
  if (validate(value)) return value as Report;
  throw new UserError((validate.errors ?? []).slice(0, 1).map((error) => mistakeOf(error, file, text)));
}

let compiled: ValidateFunction | undefined;

/** A validator that stops at the first mistake, since a hostile file could hold millions. */
function validator(): ValidateFunction {
  compiled ??= new Ajv2020({ allErrors: false }).compile(schema);
  return compiled;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(
      {
        code: 'no-report',
        message: 'this is no JSON',
        location: { file, ...locateOffset(text, syntaxErrorOffset(cause, text)) },
        fix: REPORT_FIX,
      },
      { cause },
    );
  }
}

/** The offset in the message of JavaScript's error. The message itself quotes the file, and so is not shown. */
function syntaxErrorOffset(error: unknown, text: string): number {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unexpected end')) return text.length;
  return Number(/at position (\d+)/.exec(message)?.[1] ?? 0);
}

const REPORT_FIX = 'name a report.json as fenceline run or fenceline check writes it';

function mistakeOf({ instancePath, keyword, params, message }: ErrorObject, file: string, text: string) {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const subject = visible(path.join('.')) || 'the report';
  return {
    code: 'no-report',
    message: `${subject} ${problemOf(keyword, params, message)}`,
    location: { file, ...locateOffset(text, placeInJson(text, path)) },
    fix: REPORT_FIX,
  };
}

function problemOf(keyword: string, params: ErrorObject['params'], message: string | undefined): string {
  switch (keyword) {
    case 'additionalProperties':
      return `has the unknown key ${visible(JSON.stringify(params['additionalProperty']))}`;
    case 'const':
      return `must be ${JSON.stringify(params['allowedValue'])}`;
    case 'enum':
      return `must be one of ${[params['allowedValues']].flat().join(', ')}`;
    default:
      return message ?? 'is not valid';
  }
}

function tooLarge(file: string): UserError {
  return new UserError({
    code: 'no-report',
    message: `${file} is no report: it is no file, or larger than ${MOST_BYTES / 1_000_000} MB`,
    fix: REPORT_FIX,
  });
}
