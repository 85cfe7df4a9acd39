/**
 * Prints how many milliseconds it takes to load the module named on the command line, into a process that has loaded nothing else;
 * after a `#`, something that is read from it, since a package may load its parts when they are asked for.
 */
const [name, part] = process.argv[2].split('#');
const start = process.hrtime.bigint();
void module.require(name)[part];
const end = process.hrtime.bigint();

console.log(JSON.stringify(Number(end - start) / 1e6));
