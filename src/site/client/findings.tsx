import type { PageModel } from '../page-model.ts';
import type { SiteFinding } from '../site.ts';
import { FindingCard } from '../views/finding-card.tsx';
import { counted } from '../words.ts';

interface FindingsProps {
  readonly page: PageModel;
  readonly findings: readonly SiteFinding[];
}

/** The findings of a node or column, open and waived, under a heading; nothing where there are none. */
export function Findings({ page, findings }: FindingsProps) {
  if (findings.length === 0) return null;
  return (
    <section>
      <h2>{counted(findings.length, 'finding')}</h2>
      {findings.map((finding) => {
        const waiver = page.site.waived.find((one) => one.finding === finding);
        return (
          <FindingCard
            key={finding.place + finding.problem}
            page={page}
            finding={finding}
            {...(waiver && { waiver })}
          />
        );
      })}
    </section>
  );
}
