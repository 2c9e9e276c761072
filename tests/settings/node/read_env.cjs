// Reads one JSON text a line and answers with what each of Node's loaders makes of it as an .env file.
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const [, , packages, folder] = process.argv;
const load = (name) => require(require.resolve(name, { paths: [packages] }));
const dotenv = load('dotenv');
const expand = load('dotenv-expand');
const next = load('@next/env');
const quiet = { info() {}, error() {} };

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const file = path.join(folder, '.env');
  fs.writeFileSync(file, JSON.parse(line));
  const before = Object.keys(process.env);
  const loaded = next.loadEnvConfig(folder, true, quiet, true).loadedEnvFiles[0].env;
  next.resetEnv();
  let expanded = null;
  try {
    expanded = expand.expand({ parsed: dotenv.parse(fs.readFileSync(file)), processEnv: {} }).parsed;
  } catch (error) { // a value that refers to itself
    if (!(error instanceof RangeError)) throw error;
  }
  const answer = { dotenv: dotenv.config({ path: file, processEnv: {}, quiet: true }).parsed, expanded, next: loaded };
  for (const name of Object.keys(process.env)) if (!before.includes(name)) delete process.env[name];
  process.stdout.write(JSON.stringify(answer) + '\n');
});
