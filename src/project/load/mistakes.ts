import { type Mistake, UserError } from '../../user-error.ts';
import { withUsualFix } from './usual-fix.ts';

/** Collects the mistakes of a project while it is loaded, so that all are shown together. */
export class Mistakes {
  readonly all: Mistake[] = [];
  /**
   * Mistakes that do not stop the load: dbt's own warnings, and names that Fenceline reads in another way than they are
   * written.
   */
  readonly remarks: Mistake[] = [];

  push(...mistakes: readonly Mistake[]): void {
    this.all.push(...mistakes.map(withUsualFix));
  }

  /** Notes a remark, unless one with the same message is there: all tables of a source would repeat it. */
  remark(remark: Mistake): void {
    if (this.remarks.every(({ message }) => message !== remark.message)) this.remarks.push(remark);
  }

  /** Runs a step and gives its result; `undefined` if it throws a UserError, whose mistakes are noted. */
  async during<Result>(step: () => Result | Promise<Result>): Promise<Result | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.push(...error.mistakes);
      return undefined;
    }
  }

  /** @throws {UserError} with all mistakes, each place once */
  throwIfAny(): void {
    const seen = new Set<string>();
    const different = this.all.filter((mistake) => {
      const key = JSON.stringify([mistake.code, mistake.message, mistake.location]);
      return !seen.has(key) && seen.add(key);
    });
    if (different.length > 0) throw new UserError(different);
  }
}
