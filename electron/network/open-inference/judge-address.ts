import { isIPv4 } from 'node:net';
import type { RemoteAddress } from '../../shared/remote.ts';

type Judged = Pick<RemoteAddress, 'url' | 'allowPlainHttp' | 'caFile' | 'tokenFile'>;

/** The host of a URL without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** 127.0.0.0/8 and ::1; also as IPv4 in IPv6. */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.toLowerCase().replace(/^::ffff:/, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** A name that means this machine; what it leads to is looked at again when it is resolved. */
function isThisMachine(url: URL): boolean {
  return hostOf(url) === 'localhost' || isLoopbackAddress(hostOf(url));
}

/** True where a plain connection may go nowhere but to this machine. */
export function mustStayHere({ url, allowPlainHttp }: Judged): boolean {
  return new URL(url).protocol === 'http:' && !allowPlainHttp;
}

/**
 * What is wrong with a server's address in the policy, in words; null where nothing is. Threats: images and token in the clear, a token in
 * a URL that ends up in a log, a typing error that turns TLS off.
 */
export function addressFault(address: Judged): string | null {
  if (!URL.canParse(address.url)) return `the url ${address.url} is none`;
  const url = new URL(address.url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'the url must begin with https://';
  if (url.username !== '' || url.password !== '')
    return 'the url holds a user name or a password; put a token into tokenFile';
  if (url.search !== '' || url.hash !== '') return 'the url must end with its path, without ? and #';
  if (/(^|\/)v2\/?$/.test(url.pathname)) return 'the url must not end with /v2, which is added';
  if (url.protocol === 'https:') return null;
  if (address.caFile !== undefined) return 'a caFile belongs to https, and the url begins with http://';
  if (isThisMachine(url)) return null;
  if (!address.allowPlainHttp)
    return 'plain http goes to this machine only; use https, or say allowPlainHttp where images may travel unencrypted';
  if (address.tokenFile !== undefined) return 'a token does not travel over plain http to another machine';
  return null;
}
