import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { BENCH, BUILD } from './paths';
import { isTool, PeerName } from '../workload';

/** Checks and compiles what runs in child processes: they must be plain Node, or they would measure ts-node. */
export function buildChildren(peers: readonly PeerName[]): void {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(BENCH, 'tsconfig.json'),
    { noEmit: false, rootDir: BENCH, outDir: BUILD, declaration: false },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  );
  const own = peers.includes('stateful') || peers.includes('fleet') ? ['chain', 'plan'] : [];
  const roots = [
    ...['synth', 'import', ...own].map((child) => `children/${child}.ts`),
    ...peers.filter((peer) => !isTool(peer)).map((peer) => `peers/${peer}.ts`),
  ];
  const program = ts.createProgram(roots.map((file) => path.join(BENCH, file)), config!.options);

  const problems = ts.getPreEmitDiagnostics(program);
  if (problems.length > 0) {
    throw new Error(ts.formatDiagnostics(problems, FORMAT));
  }
  fs.rmSync(BUILD, { recursive: true, force: true });
  program.emit();
}

function fail(problem: ts.Diagnostic): never {
  throw new Error(ts.formatDiagnostics([problem], FORMAT));
}

const FORMAT: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (file) => file,
  getCurrentDirectory: () => path.join(BENCH, '..'),
  getNewLine: () => '\n',
};
