import { ApiObject } from 'cdk8s';
import { constructs } from './constructs';
import { service, statefulSet } from './documents';

/** cdk8s alone: untyped objects in the construct tree. */
export const synth = constructs((chart, name) => {
  new ApiObject(chart, `${name}-service`, service(name));
  new ApiObject(chart, name, statefulSet(name));
});
