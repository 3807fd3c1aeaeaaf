import type { TestProject } from 'vitest/node';
import { CLUSTER, endCluster, startCluster } from './postgres.ts';

/** One server for the whole run. */
export default async function setup(project: TestProject): Promise<() => void> {
  const cluster = await startCluster();
  project.provide(CLUSTER, cluster as never);
  return () => endCluster(cluster);
}
