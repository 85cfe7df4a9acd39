import { built, isBuilt } from './cache';
import { Image } from './image';
import { findRecipe } from './registry';

/**
 * The images of pods, by the references that manifests have.
 *
 * What is downloaded for one comes from the network of this process. A world has none that leads outside: pull there what was pulled before it began.
 */
export class Images {
  /**
   * The image of a reference, built the first time that anybody on this machine asks.
   *
   * @throws ImageNotFound
   */
  async pull(reference: string): Promise<Image> {
    const recipe = findRecipe(reference);
    return { ...recipe.config, rootfs: await built(recipe) };
  }

  /** Why an image cannot be had on this machine, as a sentence to print; undefined if it can. */
  async missing(reference: string): Promise<string | undefined> {
    const recipe = findRecipe(reference);
    return isBuilt(recipe) ? undefined : recipe.missing();
  }
}
