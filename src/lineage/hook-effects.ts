import { nameKey } from '../name.ts';
import type { BuiltText, HookTexts } from '../project/context/answers.ts';
import { type HookOwner, hasHooks, isGrant } from '../project/hooks.ts';
import { isTest } from '../project/node.ts';
import type { Adapter, Project } from '../project/project.ts';
import { projectSql } from '../sql.ts';
import { UserError } from '../user-error.ts';
import { isConstantWrite, readsNoOtherTable } from '../warehouse/hooks/constant-write.ts';
import { type HookStatement, type HookWrite, readHook } from '../warehouse/hooks/hook-statement.ts';
import { placeKey } from '../warehouse/hooks/place-key.ts';
import { SqlError } from '../warehouse/sql-error.ts';
import type { ShadowSchema } from './shadow/shadow-schema.ts';
import { UnknownFlow } from './unknown-flow.ts';

/** Writes by which the hooks of a project change its tables. */
export interface HookEffects {
  /** Reasons why a table holds rows that do not come from its query, by unique id of the node or source. */
  readonly changed: ReadonlyMap<string, string>;
  /** Statements by which hooks of a node change its own table, by the unique id of the node. */
  readonly ownWrites: ReadonlyMap<string, readonly HookWrite[]>;
}

/**
 * Reads the hooks of a project. The text of a hook is the one that the build ran; without a build, its template prints
 * it without rows. Adds the macros and tables that hooks create to the shadow schema.
 */
export async function readHookEffects(
  project: Project,
  built: ReadonlyMap<string, BuiltText>,
  shadow: ShadowSchema,
): Promise<HookEffects> {
  const effects = new Effects(project, shadow);
  const nodes = project.order.flatMap((uniqueId) => project.nodes.get(uniqueId) ?? []).filter(hasHooks);
  const operations = (when: 'on-run-start' | 'on-run-end') => project.operations.filter((one) => one.when === when);
  for (const owner of [...operations('on-run-start'), ...nodes, ...operations('on-run-end')]) {
    const texts = built.has(owner.uniqueId)
      ? (built.get(owner.uniqueId)?.hooks ?? NO_HOOKS)
      : await renderWithoutRows(owner, project, shadow);
    if (texts === 'unknown') effects.changeAll(owner, 'depends on rows or on results of the run');
    else await effects.add(owner, texts);
  }
  return effects;
}

const NO_HOOKS: HookTexts = { statements: [], readsRows: false };

class Effects implements HookEffects {
  readonly changed = new Map<string, string>();
  readonly ownWrites = new Map<string, HookWrite[]>();
  readonly #project: Project;
  readonly #shadow: ShadowSchema;
  readonly #macros = new Map<string, string>();

  constructor(project: Project, shadow: ShadowSchema) {
    this.#project = project;
    this.#shadow = shadow;
  }

  async add(owner: HookOwner, { statements, readsRows }: HookTexts): Promise<void> {
    for (const text of statements) {
      for (const statement of await this.#read(owner, text)) {
        if (statement.kind === 'macro') await this.#addMacro(owner, statement);
        else if (statement.kind !== 'harmless' && statement.kind !== 'annotation') {
          await this.#addWrite(owner, statement, readsRows);
        }
      }
    }
  }

  /** Marks every node and source as changed: a hook whose statements are unknown may write into any table. */
  changeAll({ name }: HookOwner, why: string): void {
    const { nodes, sources } = this.#project;
    for (const { uniqueId } of [...nodes.values(), ...sources.values()])
      this.#change(uniqueId, `a hook of ${name} ${why}`);
  }

  /**
   * Statements of one text. A text that `readHook` refuses counts as a change of every table: dbt itself would run it.
   */
  async #read(owner: HookOwner, text: string): Promise<readonly HookStatement[]> {
    try {
      return await readHook(text, this.#shadow.warehouse);
    } catch (cause) {
      if (!(cause instanceof SqlError)) throw cause;
      this.changeAll(owner, 'has a statement that cannot be traced');
      return [];
    }
  }

  async #addMacro(owner: HookOwner, { name, sql }: Extract<HookStatement, { kind: 'macro' }>): Promise<void> {
    const before = this.#macros.get(name);
    this.#macros.set(name, sql.text);
    // Which of two macros of one name a query calls depends on when it runs.
    if (before !== undefined && before !== sql.text)
      this.changeAll(owner, `makes another macro ${name} than another hook`);
    try {
      for (const session of [this.#shadow.warehouse, this.#shadow.pivots]) await session.run(sql);
    } catch (cause) {
      // A query that calls the missing macro cannot be planned, and so becomes unknown.
      if (!(cause instanceof SqlError)) throw cause;
    }
  }

  async #addWrite(owner: HookOwner, write: HookWrite, readsRows: boolean): Promise<void> {
    const written = this.#ownersOf(write);
    const isConstant = !readsRows && (await isConstantWrite(write, this.#shadow.warehouse));
    if (written.length === 0) {
      if (write.kind === 'create' && isConstant) await this.#addTable(write);
      if (readsRows || !(await readsNoOtherTable(write, this.#shadow.warehouse)))
        this.changeAll(owner, 'writes rows into a table that is not of the project');
      return;
    }
    if (isConstant && write.kind !== 'create' && write.kind !== 'drop') return;
    const isOwn = written.length === 1 && written[0] === owner.uniqueId;
    if (isOwn && !readsRows && (write.kind === 'insert' || write.kind === 'delete' || write.kind === 'update')) {
      this.ownWrites.set(owner.uniqueId, [...(this.ownWrites.get(owner.uniqueId) ?? []), write]);
      return;
    }
    for (const uniqueId of written) this.#change(uniqueId, `a hook of ${owner.name} writes into it`);
  }

  /** Adds a table that belongs to no node and whose rows are constants of the hook. */
  async #addTable({ table, query }: Extract<HookWrite, { kind: 'create' }>): Promise<void> {
    const { target } = this.#project;
    const [name, schema = 'main', database = target.database] = [...table].reverse();
    if (name === undefined) return;
    const place = { uniqueId: `hook.${table.join('.')}`, database, schema, alias: name };
    try {
      await this.#shadow.create(place, projectSql(query.text));
    } catch (cause) {
      if (!(cause instanceof SqlError)) throw cause;
    }
  }

  #change(uniqueId: string, reason: string): void {
    if (!this.changed.has(uniqueId)) this.changed.set(uniqueId, reason);
  }

  #ownersOf({ table }: HookWrite): readonly string[] {
    const { nodes, sources, target } = this.#project;
    const key = placeKey(table, target);
    return [...nodes.values(), ...sources.values()]
      .filter((resource) => !isTest(resource))
      .filter(({ database, schema, alias }) => nameKey(database, schema, alias) === key)
      .map(({ uniqueId }) => uniqueId);
  }
}

/**
 * Statements of the owner's hooks for both cases: its table exists, or it does not. Only a run decides which case it
 * is.
 */
async function renderWithoutRows(
  owner: HookOwner,
  project: Project,
  shadow: ShadowSchema,
): Promise<HookTexts | 'unknown'> {
  const statements = new Set<string>();
  for (const tableExists of [false, true]) {
    let isUnknown = false;
    const giveUp = (): void => {
      isUnknown = true;
    };
    const own = shadow.adapter();
    const adapter: Adapter = {
      relationType: async () => (tableExists ? 'table' : undefined),
      async columns() {
        giveUp();
        return [];
      },
      async query(text) {
        const read = await readHook(text, shadow.warehouse);
        if (read.some(({ kind }) => kind !== 'harmless')) {
          statements.add(text);
          return { columns: [], types: [], rows: [] };
        }
        return own.query(text).catch((cause) => {
          giveUp();
          throw cause;
        });
      },
    };
    const runResults = () => {
      giveUp();
      return { results: [], schemas: [] };
    };
    try {
      for (const sql of textsOf(owner))
        statements.add(await project.renderHook(owner, sql, { adapter, ended: runResults }));
    } catch (cause) {
      // The build reports a mistake in the template, so here the text is only unknown.
      if (!(cause instanceof UserError || cause instanceof SqlError || cause instanceof UnknownFlow)) throw cause;
      giveUp();
    }
    if (isUnknown) return 'unknown';
  }
  return { statements: [...statements], readsRows: false };
}

function textsOf(owner: HookOwner): readonly string[] {
  if ('when' in owner) return isGrant(owner.sql) ? [] : [owner.sql];
  return [...owner.config.preHook, ...owner.config.postHook].map(({ sql }) => sql).filter((sql) => !isGrant(sql));
}
