export { removePacked as default } from './tarball';
