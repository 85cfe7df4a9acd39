import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv, { ErrorObject, ValidateFunction } from 'ajv';

// kubernetes-models 4.3.x is generated from Kubernetes 1.27.1. Its schemas are JSON inside JavaScript files (later releases ship
// compiled validators instead), so they are read as text. Its own validator is of no use here: it lets unknown fields and nulls pass.
const MODELS = dirname(require.resolve('kubernetes-models/package.json'));
const API_MACHINERY = dirname(require.resolve('@kubernetes-models/apimachinery/package.json', { paths: [MODELS] }));

const within = (min: number, end: number) => ({ type: 'number', validate: (value: number) => value >= min && value < end }) as const;

const ajv = new Ajv({
  // a keyword or format unknown to ajv must fail the test run, not be skipped; implies `strictNumbers`, which refuses NaN and Infinity.
  strict: true,
  allowUnionTypes: true,
  allErrors: true,
  formats: {
    'int32': within(-(2 ** 31), 2 ** 31),
    'int64': within(-(2 ** 63), 2 ** 63),
    // any JSON number is a double.
    'double': { type: 'number', validate: () => true },
    'byte': /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    'date-time': (value: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) && !isNaN(Date.parse(value)),
    // the grammar in k8s.io/apimachinery/pkg/api/resource.Quantity: <sign> <number> <binarySI | decimalExponent | decimalSI>.
    'quantity': /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[eE][+-]?\d+|[numkMGTPE])?$/,
  },
});

const loaded = new Set<string>();
const validators = new Map<string, ValidateFunction | undefined>();

/** Every way in which a manifest breaks Kubernetes 1.27's schema; unknown fields are errors too. Empty = accepted. */
export function schemaErrors(manifest: any): string[] {
  const { apiVersion, kind, metadata } = manifest ?? {};
  const subject = `${kind} ${metadata?.name}`;
  const key = `${apiVersion}/${kind}`;

  if (!validators.has(key)) {
    validators.set(key, validatorOf(key));
  }
  const validate = validators.get(key);
  if (!validate) {
    return [`${subject}: ${key} is not a stable kind of Kubernetes 1.27`];
  }
  return validate(manifest) ? [] : validate.errors!.map(error => `${subject}: ${messageOf(error)}`);
}

function validatorOf(key: string): ValidateFunction | undefined {
  // stable versions only: most beta ones in the package come from older Kubernetes releases and are gone from 1.27.
  if (!/^([a-z0-9.]+\/)?v\d+\/[A-Za-z]+$/.test(key)) {
    return undefined;
  }
  // the package has one file per type at `<apiVersion>/<Type>.js`, which names its schema; kinds are those with a `kind`.
  const file = join(MODELS, `${key}.js`);
  const id = existsSync(file) ? /\.kind = .*setSchema\)\(\w+, "(.+?)"/s.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  if (!id) {
    return undefined;
  }
  load(id);
  return ajv.getSchema(id);
}

/** Hands ajv a schema, made strict, and all those it refers to; ajv compiles them when they are first used, once. */
function load(id: string): void {
  if (loaded.has(id)) {
    return;
  }
  loaded.add(id);

  // "io.k8s.api.apps.v1.StatefulSet" is in IoK8sApiAppsV1StatefulSet.js
  const name = id.split(/[.-]/).map(word => word[0].toUpperCase() + word.slice(1)).join('');
  const file = join(id.startsWith('io.k8s.apimachinery.') ? API_MACHINERY : MODELS, '_schemas', `${name}.js`);
  const json = /^const schema = (\{.*?\});\nfunction addSchema/ms.exec(readFileSync(file, 'utf8'))?.[1];
  if (!json) {
    throw new Error(`${file} has no schema in it: is another version of kubernetes-models installed?`);
  }
  ajv.addSchema(strict(JSON.parse(json)), id);
}

/** The schema with neither unknown fields nor nulls allowed. Fields that may hold anything, such as a RawExtension, still may. */
function strict(schema: any): any {
  if (schema.$ref) {
    load(schema.$ref.replace('#', ''));
    return schema;
  }
  if (schema.oneOf) {
    // the package allows null for every optional field, Kubernetes' own schema for none.
    const choices = schema.oneOf.filter((choice: any) => choice.type !== 'null').map(strict);
    // IntOrString and Quantity: one schema with a list of types says what is wrong in one error instead of three.
    return choices.length === 1 ? choices[0] : Object.assign({}, ...choices, { type: choices.map((choice: any) => choice.type) });
  }

  const { nullable, properties, items, additionalProperties, ...result } = schema;
  if (properties) {
    result.properties = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, strict(property)]));
    result.additionalProperties = false;
  }
  if (items) {
    result.items = strict(items);
  }
  if (additionalProperties) {
    result.additionalProperties = strict(additionalProperties);
  }
  return result;
}

function messageOf({ keyword, instancePath, message, params }: ErrorObject): string {
  switch (keyword) {
    case 'additionalProperties': return `${instancePath}/${params.additionalProperty} is not a field`;
    case 'required': return `${instancePath}/${params.missingProperty} is required`;
    case 'enum': return `${instancePath} must be one of ${params.allowedValues.join(', ')}`;
    default: return `${instancePath} ${message}`;
  }
}
