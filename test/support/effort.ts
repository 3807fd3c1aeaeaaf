/** Milliseconds of the processor that this thread has had: what else the machine does meanwhile is not in it, as it is in the time on the wall. */
export function effortMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
