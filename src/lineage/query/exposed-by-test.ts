import type { Test } from '../../project/node.ts';
import type { StandIns } from '../../project/project.ts';
import { UserError } from '../../user-error.ts';
import { UnknownFlow } from '../unknown-flow.ts';
import { findExposedSecret } from './exposed-secrets.ts';
import { newMarker, type QueryContext } from './query-context.ts';

/**
 * Searches a test for the secrets of masks: it has no lineage, but reports show its result. The build reports a test
 * that cannot be rendered.
 */
export async function noteExposedByTest(test: Test, context: QueryContext): Promise<void> {
  const render = async (standIns?: StandIns) => {
    const marker = newMarker(context);
    const { adapter } = context;
    const rendering = { adapter, wrapMacro: marker.wrap, ephemeral: 'named', ...(standIns && { standIns }) } as const;
    return { ...(await context.project.compile(test, rendering)), marker };
  };
  try {
    const exposed = await findExposedSecret(test, await render(), context.secrets, render);
    if (exposed) context.ledger.exposed.push(exposed);
  } catch (error) {
    if (!(error instanceof UserError || error instanceof UnknownFlow)) throw error;
  }
}
