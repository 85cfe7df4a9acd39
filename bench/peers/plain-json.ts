import { files } from './files';

/** The floor: nothing that runs in Node can make these manifests with less work. JSON is YAML, so kubectl reads it. */
export const synth = files((document) => `${JSON.stringify(document)}\n`);
