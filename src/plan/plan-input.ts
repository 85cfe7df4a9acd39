import { existsSync } from 'node:fs';
import { Manifest, manifestsOfObjects, manifestsOfText } from './read/manifests';
import { manifestsOfGit, manifestsOfPath } from './read/sources';

/**
 * One side of a plan: the objects that are deployed, or those that are to be.
 *
 * Manifests as they are written, and objects as a cluster gives them (`kubectl get -o yaml`), with lists, status and whatever the server filled in. Those
 * of a cluster say more: which pods are ready, which claims are there from before. All of them are read as data, within limits: 32 MiB, no more than
 * 100 levels.
 *
 * @example
 *
 * const before = PlanInput.fromText('apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n');
 */
export class PlanInput {
  /**
   * Documents of YAML or JSON.
   *
   * @param text the documents
   * @param name what messages call it
   */
  public static fromText(text: string, name?: string): PlanInput {
    return new PlanInput(manifestsOfText(text, name ?? 'text'));
  }

  /**
   * Objects as programs hold them, for example `Testing.synth(chart)`.
   *
   * @param objects manifests; lists count as what they contain
   */
  public static fromObjects(objects: any[]): PlanInput {
    return new PlanInput(manifestsOfObjects(objects, 'objects'));
  }

  /**
   * A file, or every `.yaml`, `.yml` and `.json` of a folder such as `dist` and its folders.
   *
   * @param path the file or folder
   */
  public static fromPath(path: string): PlanInput {
    return new PlanInput(manifestsOfPath(path));
  }

  /**
   * A file or folder as it was in a revision of git. A path that was not there yet is nothing; a revision that is not there is an error.
   *
   * @param place the revision and the path, for example `origin/main:dist`, or `origin/main:./dist` for a path from the working directory
   */
  public static fromGit(place: string): PlanInput {
    return new PlanInput(manifestsOfGit(place));
  }

  /**
   * A path, or a revision of git with a path.
   *
   * @internal
   */
  public static _from(place: string): PlanInput {
    return /^[^/.][^:]*:./.test(place) && !existsSync(place) ? PlanInput.fromGit(place) : PlanInput.fromPath(place);
  }

  /**
   * How many objects there are.
   */
  public readonly size: number;

  /**
   * @internal
   */
  public readonly _manifests: readonly Manifest[];

  private constructor(manifests: readonly Manifest[]) {
    this._manifests = manifests;
    this.size = manifests.length;
  }
}
