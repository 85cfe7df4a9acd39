import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './programs';

/** Words that a language keeps for itself, where names of the API would be spelled as they are: in Go and C# all begin with a capital. */
const RESERVED: Record<string, readonly string[]> = {
  Python: words(`and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal
    not or pass raise return try while with yield`),
  Java: words(`abstract assert boolean break byte case catch char class const continue do double else enum extends final finally float for goto
    if implements import instanceof int interface long native new package private protected public return short static strictfp super switch
    synchronized this throw throws transient try void volatile while`),
};

test.each(Object.entries(RESERVED))('no name of the API is a reserved word of %s, by which it would be another there', (_, reserved) => {
  const names = namesOf(JSON.parse(readFileSync(join(ROOT, '.jsii'), 'utf8')).types);
  expect(names.length).toBeGreaterThan(300);
  expect(names.filter(name => reserved.includes(name.slice(name.lastIndexOf('.') + 1)))).toEqual([]);
});

/** Properties, methods and parameters, behind the name of their type. */
function namesOf(types: Record<string, any>): string[] {
  return Object.values(types).flatMap(({ name: type, initializer, methods = [], properties = [] }) => [
    ...properties.map(({ name }: any) => `${type}.${name}`),
    ...methods.map(({ name }: any) => `${type}.${name}`),
    ...[initializer, ...methods].flatMap(callable => (callable?.parameters ?? []).map(({ name }: any) => `${type}.${callable.name ?? 'constructor'}.${name}`)),
  ]);
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
