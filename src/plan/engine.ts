export { compare } from './compare';
export { manifestsOfObjects, manifestsOfText } from './read/manifests';
export { manifestsOfGit, manifestsOfPath } from './read/sources';
export { markdownOf } from './render/markdown';
export { textOf } from './render/text';
