#!/usr/bin/env node
// Plain JavaScript, so that a Node that is too old can say what is wrong instead of failing on TypeScript.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Watchkeeper needs Node 24 or newer and this is ${process.version}: run "npm ci" in its folder, then "npx watchkeeper" there.`,
  );
  process.exit(1);
}
const { run } = await import('./cli.ts');
process.exitCode = await run(process.argv.slice(2));
