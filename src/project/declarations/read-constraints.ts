import type { ColumnProperties, LocatedEntry, NodeProperties } from '../../config/properties.ts';
import { asList, asMapping } from '../mapping.ts';
import type { Constraint } from '../node.ts';

/** The constraints of the columns of a model, then those of the model. Their types are not checked here. */
export function readConstraints({ columns, ...model }: NodeProperties): readonly Constraint[] {
  return [
    ...columns.flatMap((column: ColumnProperties) => constraintsOf(column, [column.name])),
    ...constraintsOf(model, []),
  ];
}

function constraintsOf({ entry, locate }: LocatedEntry, named: readonly string[]): readonly Constraint[] {
  return asList(entry['constraints']).flatMap((written, index): readonly Constraint[] => {
    const constraint = asMapping(written);
    const { expression } = Object.fromEntries(constraint ?? []);
    return [
      {
        type: String(constraint?.get('type') ?? written),
        columns: [...named, ...asList(constraint?.get('columns')).map(String)],
        expression: expression === undefined || expression === null ? undefined : String(expression),
        location: locate(['constraints', index]),
      },
    ];
  });
}
