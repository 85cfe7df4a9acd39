export { packOnce as default } from './tarball';
