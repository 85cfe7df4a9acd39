import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import { refuseIf, wholeNumberProblem } from '../private/refuse';
import { secondsProblem } from '../private/units';

/**
 * When etcd gives up old revisions of keys. Without it the database only grows, until it reaches its quota and takes no more writes.
 *
 * A compaction frees room within the database; the file itself becomes smaller only by a defragmentation.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/maintenance/#auto-compaction
 */
export class EtcdAutoCompaction {
  /**
   * Keeps the revisions of this last time. A watcher that was away for longer has to read everything again.
   *
   * @param retention whole seconds, at least one.
   */
  public static periodic(retention: Duration): EtcdAutoCompaction {
    return new EtcdAutoCompaction(at => {
      refuseIf(at, '\'retention\' of EtcdAutoCompaction.periodic()', secondsProblem(retention));
      const seconds = retention.toSeconds();
      refuseIf(at, '\'retention\' of EtcdAutoCompaction.periodic(), in seconds,', wholeNumberProblem(seconds, 1));
      return ['periodic', `${seconds}s`];
    });
  }

  /**
   * Keeps this many last revisions, looking every five minutes.
   *
   * @param count at least 1.
   */
  public static revisions(count: number): EtcdAutoCompaction {
    return new EtcdAutoCompaction(at => {
      refuseIf(at, '\'count\' of EtcdAutoCompaction.revisions()', wholeNumberProblem(count, 1));
      return ['revision', String(count)];
    });
  }

  /** Keeps everything: for a cluster whose client compacts it, as Kubernetes' API server does. */
  public static off(): EtcdAutoCompaction {
    return new EtcdAutoCompaction(() => undefined);
  }

  private constructor(private readonly mode: (at: IConstruct) => [string, string] | undefined) {}

  /**
   * etcd's own settings.
   *
   * @internal
   */
  public _settings(at: IConstruct): Record<string, string> {
    const mode = this.mode(at);
    return mode === undefined ? {} : { 'auto-compaction-mode': mode[0], 'auto-compaction-retention': mode[1] };
  }
}
