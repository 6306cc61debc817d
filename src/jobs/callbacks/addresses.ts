import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * Addresses that a callback must not reach: whoever can name a URL could otherwise have this server talk to what only
 * this server can reach. After the special-purpose registries of IANA (RFC 6890 and what followed).
 */
const forbiddenV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // carrier-grade NAT; some clouds' metadata
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local; most clouds' metadata
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments; Oracle's metadata
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
  '168.63.129.16/32', // Azure's host
] as const;

/** Of IPv6 only global unicast is allowed at all (2000::/3), and of that not these. */
const forbiddenV6 = [
  '2001::/23', // protocol assignments, Teredo among them: carries an IPv4 address
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: carries an IPv4 address
  '3fff::/20', // documentation
] as const;

const forbidden = listOf([...forbiddenV4, ...forbiddenV6]);
const globalV6 = listOf(['2000::/3']);

/** May a callback go to this address? `allowed` are those that the configuration allows all the same. */
export function isPublicAddress(address: string, allowed: BlockList = new BlockList()): boolean {
  const plain = unmapped(address);
  const family = isIPv4(plain) ? 'ipv4' : 'ipv6';
  if (isIP(plain) === 0) return false;
  if (allowed.check(plain, family)) return true;
  if (forbidden.check(plain, family)) return false;
  return family === 'ipv4' || globalV6.check(plain, 'ipv6');
}

/** `::ffff:127.0.0.1` is 127.0.0.1 to whoever connects to it. */
function unmapped(address: string): string {
  const bare = address.replace(/%.*$/, '').toLowerCase();
  const dotted = /^(?:0{0,4}:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^(?:0{0,4}:)*:?ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(bare) ?? [];
  if (high === undefined || low === undefined) return bare;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** `10.0.0.0/8`, `fd00::/8` or single addresses, as a list. Throws a `TypeError` or `RangeError` when one is none. */
export function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    list.addSubnet(address, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  }
  return list;
}
