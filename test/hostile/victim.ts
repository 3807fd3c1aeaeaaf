import { openHouse } from './house.ts';

/** A process with nothing but the webhook's server in it, whose memory can be asked for. */
const house = await openHouse();
process.on('message', () => process.send!({ maxRssKb: process.resourceUsage().maxRSS }));
process.on('disconnect', () => process.exit(0));
process.send!({ port: house.port });
