/** What a profile of V8 says of our own work, in lines. */

type Node = {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
};
export type CpuProfile = { readonly nodes: readonly Node[]; readonly samples: readonly number[]; readonly timeDeltas: readonly number[] };

const TOP = 5;
const ROOMS = 8;

/** Where a function lives: a room of ours, a package, Node itself, or V8. */
function placeOf({ url, functionName }: Node['callFrame']): string {
  const room = /\/src\/([^/]+?)(?:\.ts)?(?:\/|$)/.exec(url)?.[1];
  if (room !== undefined && !url.includes('/node_modules/')) return `src/${room}`;
  const parts = url.split('/node_modules/').at(-1)!.split('/');
  if (url.includes('/node_modules/')) return parts[0]!.startsWith('@') ? `${parts[0]}/${parts[1]}` : parts[0]!;
  if (url.startsWith('node:')) return url.split('/')[0]!;
  return functionName.startsWith('(') ? functionName : 'node (native)';
}

function nameOf(frame: Node['callFrame']): string {
  const file = frame.url.split('/').slice(-2).join('/');
  return `${frame.functionName || '(anonymous)'} ${file}${file === '' ? '' : `:${frame.lineNumber + 1}`}`;
}

/** Milliseconds for each of `count`; what the twin of GitHub did, or had done, is left out of all but its own line. */
export function costs({ nodes, samples, timeDeltas }: CpuProfile, count: number): string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const twins = new Set<number>();
  const mark = (id: number, inside: boolean): void => {
    const node = byId.get(id)!;
    const here = inside || node.callFrame.url.includes('/src/sandbox/');
    if (here) twins.add(id);
    for (const child of node.children ?? []) mark(child, here);
  };
  mark(nodes[0]!.id, false);
  const [places, names] = [new Map<string, number>(), new Map<string, number>()];
  let [all, ours] = [0, 0];
  const callerOf = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  samples.forEach((id, i) => {
    const { callFrame } = byId.get(id)!;
    const us = timeDeltas[i]!;
    if (callFrame.functionName === '(idle)') return;
    all += us;
    if (twins.has(id)) return;
    ours += us;
    places.set(placeOf(callFrame), (places.get(placeOf(callFrame)) ?? 0) + us);
    if (callFrame.functionName.startsWith('(')) return;
    // What is native has no file: whoever called it says more.
    const name = callFrame.url === '' ? `${callFrame.functionName} of ${nameOf(callerOf.get(id)!.callFrame)}` : nameOf(callFrame);
    names.set(name, (names.get(name) ?? 0) + us);
  });
  const most = (from: ReadonlyMap<string, number>, n: number) =>
    [...from]
      .sort(([, a], [, b]) => b - a)
      .slice(0, n)
      .map(([name, us]) => `${name} ${((100 * us) / ours).toFixed(1)} %`)
      .join(', ');
  return [
    `profile: ${(ours / 1000 / count).toFixed(2)} ms a page are ours, ${((all - ours) / 1000 / count).toFixed(2)} ms the twin's`,
    `profile, where: ${most(places, ROOMS)}`,
    `profile, top ${TOP}: ${most(names, TOP)}`,
  ];
}
