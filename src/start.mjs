// Plain JavaScript, so that a Node that is too old can say what is wrong instead of failing on TypeScript.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `Watchkeeper needs Node 24 or newer and this is ${process.version}: run "npm ci" (it brings its own Node; without --omit=dev and --ignore-scripts) and start with "npm start".`,
  );
  process.exit(1);
}
// What Node makes of our TypeScript is kept for the next start, which then takes a third of the time. Ours alone, not in a folder that all may write.
const { enableCompileCache, flushCompileCache } = await import('node:module');
const { fileURLToPath } = await import('node:url');
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/watchkeeper', import.meta.url)));
const { main } = await import('./main.ts');
await main();
flushCompileCache();
