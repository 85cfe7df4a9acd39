/** Prints how many milliseconds it takes to load the module named on the command line, into a process that has loaded nothing else. */
const start = process.hrtime.bigint();
module.require(process.argv[2]);
const end = process.hrtime.bigint();

console.log(JSON.stringify(Number(end - start) / 1e6));
