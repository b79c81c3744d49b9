import { type HookOwner, hasHooks, isGrant } from '../../project/hooks.ts';
import type { Adapter, HookRendering, StandIns } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { findExposedSecret } from './exposed-secrets.ts';
import { newMarker, type QueryContext } from './query-context.ts';

/**
 * Searches the hooks of a project for the secrets of masks, outside of the output of masks: what a hook writes or says
 * stays in the warehouse. The build reports a hook that cannot be rendered.
 */
export async function noteExposedByHooks(context: QueryContext): Promise<void> {
  const { project, secrets, ledger } = context;
  const [secret] = secrets.readBy.values();
  if (secret === undefined) return;
  const owners: readonly HookOwner[] = [...project.operations, ...[...project.nodes.values()].filter(hasHooks)];
  for (const owner of owners) {
    for (const sql of textsOf(owner)) {
      const { uniqueId, location } = owner;
      try {
        const exposed = (await cutsMask(owner, sql, context))
          ? { uniqueId, location, secret }
          : await findExposedSecret(
              owner,
              { ...(await renderMarked(owner, sql, context)), variablesRead: new Set(secrets.readBy.keys()) },
              secrets,
              (standIns) => renderMarked(owner, sql, context, standIns),
            );
        if (exposed) ledger.exposed.push(exposed);
      } catch (error) {
        if (!(error instanceof UserError || error instanceof UnknownFlow)) throw error;
      }
    }
  }
}

/** Whether a hook holds another text than the whole output of a mask: a part of it may be the secret. */
async function cutsMask(owner: HookOwner, sql: string, context: QueryContext): Promise<boolean> {
  const marked = await renderMarked(owner, sql, context);
  const plain = await renderAll(owner, sql, context, {});
  try {
    return marked.marker.strip(marked.sql.text) !== plain;
  } catch (error) {
    if (error instanceof UnknownFlow) return true;
    throw error;
  }
}

async function renderMarked(owner: HookOwner, sql: string, context: QueryContext, standIns?: StandIns) {
  const marker = newMarker(context);
  const text = await renderAll(owner, sql, context, { wrapMacro: marker.wrap, ...(standIns && { standIns }) });
  return { sql: { text }, marker };
}

/** The text of a hook, and the queries that its template makes: these may write, too. */
async function renderAll(
  owner: HookOwner,
  sql: string,
  { project }: QueryContext,
  rendering: Pick<HookRendering, 'wrapMacro' | 'standIns'>,
): Promise<string> {
  const texts: string[] = [];
  const adapter: Adapter = {
    async query(text) {
      texts.push(text);
      return { columns: [], types: [], rows: [] };
    },
    relationType: async () => undefined,
    columns: async () => [],
  };
  texts.push(await project.renderHook(owner, sql, { ...rendering, adapter, ended: noResults }));
  return texts.join('\n');
}

function textsOf(owner: HookOwner): readonly string[] {
  const texts =
    'when' in owner ? [owner.sql] : [...owner.config.preHook, ...owner.config.postHook].map((hook) => hook.sql);
  return texts.filter((sql) => !isGrant(sql));
}

function noResults() {
  return { results: [], schemas: [] };
}
