import { FleetApp } from 'cdk8s-stateful';
import { constructs } from './constructs';
import { build } from './stateful';

// as in stateful.ts.
void FleetApp;

/** This library, with its `FleetApp` in place of `App`. */
export const synth = constructs(build, (props) => new FleetApp(props));
