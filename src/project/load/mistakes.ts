import { type Mistake, UserError } from '../../user-error.ts';
import { withUsualFix } from './usual-fix.ts';

/** The mistakes that were found so far. Loading goes on after each, so that all are shown together. */
export class Mistakes {
  readonly all: Mistake[] = [];
  /**
   * Remarks in spite of which the project loads: dbt's own warnings, and names that are read otherwise than they are
   * written.
   */
  readonly remarks: Mistake[] = [];

  push(...mistakes: readonly Mistake[]): void {
    this.all.push(...mistakes.map(withUsualFix));
  }

  /** Notes a remark, unless one with the same words is there: the tables of a source have many things in common. */
  remark(remark: Mistake): void {
    if (this.remarks.every(({ message }) => message !== remark.message)) this.remarks.push(remark);
  }

  /** The result of a step; `undefined` where it throws mistakes of the user, which are noted. */
  async during<Result>(step: () => Result | Promise<Result>): Promise<Result | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.push(...error.mistakes);
      return undefined;
    }
  }

  /** @throws {UserError} with everything noted, each place once */
  throwIfAny(): void {
    const seen = new Set<string>();
    const different = this.all.filter((mistake) => {
      const key = JSON.stringify([mistake.code, mistake.message, mistake.location]);
      return !seen.has(key) && seen.add(key);
    });
    if (different.length > 0) throw new UserError(different);
  }
}
