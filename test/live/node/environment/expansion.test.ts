import { expand, lookupIn } from './expansion';

const expanded = (text: string) => expand(text, lookupIn({ A: 'a', B: 'b', EMPTY: '', AGAIN: '$(A)' }, { B: 'second', C: 'c' }));

// https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
// https://github.com/kubernetes/kubernetes/blob/release-1.27/third_party/forked/golang/expansion/expand_test.go
describe('expand', () => {
  test.each([
    ['a reference is its value', '$(A)', 'a'],
    ['text around references stays', 'http://$(A).$(B):2379', 'http://a.b:2379'],
    ['the first record that has a name counts', '$(B)$(C)', 'bc'],
    ['an empty value is a value', '<$(EMPTY)>', '<>'],
    ['a reference to what nobody set stays', '$(NOBODY)-$(A)', '$(NOBODY)-a'],
    ['what every object inherits is not a variable', '$(constructor)', '$(constructor)'],
    ['two dollar signs are one, and keep the reference after them from being one', '$$(A)', '$(A)'],
    ['an escaped dollar sign may stand before a reference', '$$$(A)', '$a'],
    ['a value is not expanded again', '$(AGAIN)', '$(A)'],
    ['an operator that opens nothing stays', '$A ${A} $', '$A ${A} $'],
    ['a reference that is not closed stays', '$(A', '$(A'],
  ])('%s', (_, text, result) => {
    expect(expanded(text)).toBe(result);
  });
});
