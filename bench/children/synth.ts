import * as fs from 'node:fs';
import { bytesIn } from './bytes';
import { charts, PeerName, Shape, Synth } from '../workload';

export interface SynthJob {
  readonly peer: PeerName;
  readonly shape: Shape;
  readonly n: number;
  /** An empty folder that the caller removes. */
  readonly outdir: string;
}

export interface SynthResult {
  /** From the first construct to the last file, modules being loaded; not known of a tool. */
  readonly milliseconds?: number;
  readonly peakMegabytes?: number;
  readonly bytes: number;
}

// one process, one sample: neither compiled code nor garbage of an earlier sample can help or hurt.
const job: SynthJob = JSON.parse(process.argv[2]);
const { synth }: { synth: Synth } = module.require(`../peers/${job.peer}`);
const work = charts(job.shape, job.n);

const start = process.hrtime.bigint();
synth(work, job.outdir);
const end = process.hrtime.bigint();

const result: SynthResult = {
  milliseconds: Number(end - start) / 1e6,
  peakMegabytes: peakKilobytes() / 1024,
  bytes: bytesIn(job.outdir),
};
console.log(JSON.stringify(result));

function peakKilobytes(): number {
  // on Linux maxRSS includes what this process was before its exec: a copy of the parent, which has a compiler in memory.
  const status = '/proc/self/status';
  const peak = fs.existsSync(status) && /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(status, 'utf8'));
  return peak ? Number(peak[1]) : process.resourceUsage().maxRSS;
}
