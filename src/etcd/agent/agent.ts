import { run } from './main';

/* eslint-disable-next-line no-void */
void run(process.argv[2], process.env).then(code => {
  process.exitCode = code;
});
