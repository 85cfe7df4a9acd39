/** The first field of a struct that has not the form that its type says. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** Says what keeps a value from being right, or nothing. */
type Rule = (value: unknown) => string | undefined;

type Rules<T> = { readonly [field in keyof T & string | `${keyof T & string}.${string}`]?: Rule };

/**
 * A rule for structs, made of rules for their fields, which are asked in this order; `a.b` is a field of a field, and what is not
 * stated is right.
 *
 * Types do not reach plain JavaScript, so every struct of every construct is asked, and states a few of its many fields.
 */
export function formOf<T extends object>(rules: Rules<T>): (struct: T) => FieldProblem | undefined {
  const fields = Object.entries(rules as Record<string, Rule>).map(([field, problemOf]) => ({ field, way: field.split('.'), problemOf }));
  return struct => {
    // not for...of, nor a list of the values, which make objects for fields that are not stated.
    for (let i = 0; i < fields.length; i++) {
      const { field, way, problemOf } = fields[i];
      const value = valueAt(struct, way);
      const problem = value === undefined ? undefined : problemOf(value);
      if (problem !== undefined) {
        return { field, problem };
      }
    }
    return undefined;
  };
}

function valueAt(struct: object, way: string[]): unknown {
  const value = (struct as Record<string, any>)[way[0]];
  return way.length === 1 ? value : value?.[way[1]];
}
