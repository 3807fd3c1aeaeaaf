import { shard } from './suite.ts';

shard(3);
