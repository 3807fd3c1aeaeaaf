// Plain JavaScript, so that a Node that is too old can say what is wrong instead of failing on TypeScript.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Watchkeeper needs Node 24 or newer and this is ${process.version}: run "npm ci" (it brings its own Node; without --omit=dev and --ignore-scripts) and start with "npm start".`,
  );
  process.exit(1);
}
const { main } = await import('./main.ts');
await main();
