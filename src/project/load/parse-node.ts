import type { MappedText } from '../../jinja/evaluate/mapped-text.ts';
import { renderTemplate } from '../../jinja/evaluate/render.ts';
import type { Template } from '../../jinja/syntax/parse-template.ts';
import { toValue } from '../../jinja/values/plain-value.ts';
import { type Mistake, UserError } from '../../user-error.ts';
import type { ManifestRecord } from '../artifacts/manifest-record.ts';
import { openNodeContext, type Workspace } from '../context/node-context.ts';
import type { TemplateContext } from '../context/template-context.ts';
import { parsedConfig } from '../context/values/config-value.ts';
import { RelationValue } from '../context/values/relation-value.ts';
import { findFileReads } from '../file-reads/find-file-reads.ts';
import type { Mapping } from '../mapping.ts';
import type { RefCall, SourceCall } from '../node.ts';
import { type FoundUse, needsPackage } from '../unsupported/unsupported.ts';
import { mergeConfig } from './merge-config.ts';

/**
 * The calls of ref(), source(), config() and macros in a template that is rendered without a warehouse (dbt: parsing,
 * `execute = False`).
 */
export interface Captured {
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
  /** All `config()` calls of the file, merged. */
  readonly config: Mapping;
  /** Unique ids of the macros that the template names. */
  readonly macros: readonly string[];
  /** Those of them that the template calls itself, in the order of their first calls. */
  readonly ownCalls: readonly string[];
  /** Texts of the parts of its SQL that read files ({@link FileRead}). */
  readonly fileReads: readonly string[];
  /** Uses of unsupported features. If one of them stops the template, what comes after it is not captured. */
  readonly unsupported: readonly FoundUse[];
}

export interface Parsed {
  readonly uniqueId: string;
  readonly packageName: string;
  readonly name: string;
  /** The value of `model` in the template; without config and refs, which are only found by this rendering. */
  readonly model: ManifestRecord;
}

/** The value of `graph` while templates are parsed: an empty project. */
const EMPTY_GRAPH = {
  exposures: {},
  functions: {},
  groups: {},
  metrics: {},
  nodes: {},
  sources: {},
  semantic_models: {},
  saved_queries: {},
};

/** dbt's id of `is_incremental()`. */
export const IS_INCREMENTAL = 'macro.dbt.is_incremental';

/** Renders a template in a context that records its calls. */
export async function captureCalls(
  parsed: Parsed,
  workspace: Workspace,
  render: (context: TemplateContext) => Promise<MappedText>,
): Promise<Captured> {
  const refs: RefCall[] = [];
  const sources: SourceCall[] = [];
  const layers: Mapping[] = [];
  const macros = new Set<string>();
  const unsupported: FoundUse[] = [];
  const ownCalls = new Set<string>();
  const { database, schema } = workspace.surroundings.target;
  const self = new RelationValue({ database, schema, identifier: parsed.name });
  const context = openNodeContext({
    workspace,
    packageName: parsed.packageName,
    ref(call) {
      refs.push(call);
      return self;
    },
    source(call) {
      sources.push(call);
      return self;
    },
    config: parsedConfig((layer) => layers.push(layer)),
    this: self,
    model: parsed.model,
    graph: () => toValue(EMPTY_GRAPH),
    selectedResources: () => toValue([]),
    execute: false,
    adapter: undefined,
    isIncremental() {
      // A macro in dbt: the manifest names it, and unit tests of the model have to say what it gives.
      macros.add(IS_INCREMENTAL);
      return false;
    },
    onMacro: ({ uniqueId }) => macros.add(uniqueId),
    onUnsupported: (use) => unsupported.push(use),
    onOwnCall: (uniqueId) => ownCalls.add(uniqueId),
  });
  const text = await render(context).then(
    (rendered) => rendered.text,
    (error) => {
      if (!workspace.lacksPackages || !(error instanceof UserError)) throw error;
      unsupported.push(...error.mistakes.map((mistake) => stoppedBy(mistake, parsed)));
      return '';
    },
  );
  const fileReads = findFileReads(text).map((read) => read.text);
  return {
    refs,
    sources,
    config: mergeConfig(layers),
    macros: [...macros],
    ownCalls: [...ownCalls],
    fileReads,
    unsupported,
  };
}

/** A template that stops in a project whose packages are not all installed: the cause may be a missing package. */
function stoppedBy({ message, location }: Mistake, { name }: Parsed): FoundUse {
  const place = location ?? { file: '', line: 1, column: 1 };
  return { code: 'missing-packages', subject: name, location: place, reason: needsPackage(message) };
}

export async function captureTemplate(template: Template, parsed: Parsed, workspace: Workspace): Promise<Captured> {
  return captureCalls(parsed, workspace, async (context) => renderTemplate(template, context));
}
