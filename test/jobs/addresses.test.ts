import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isPublicAddress, listOf } from '../../src/jobs/callbacks/addresses.ts';
import { checkCallbackUrl } from '../../src/jobs/callbacks/post.ts';

const refused = {
  'this host': ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  'link-local and metadata': [
    '169.254.169.254',
    '169.254.0.1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    '168.63.129.16',
    '192.0.0.192',
  ],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255', '100.100.100.200'],
  'multicast and reserved': ['224.0.0.1', '240.0.0.1', '255.255.255.255', 'ff02::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarking: ['198.18.0.1', '198.19.255.255'],
  'IPv4 in IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '::7f00:1',
  ],
  'IPv4 through translators': ['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:4136:e378::'],
  'what is no address': ['', 'localhost', '1.2.3', '1.2.3.4.5', '::g'],
} as const;

suite('addresses that callbacks may reach', () => {
  for (const [what, addresses] of Object.entries(refused)) {
    test(`not ${what}`, () => {
      for (const address of addresses) assert.equal(isPublicAddress(address), false, address);
    });
  }

  test('public ones', () => {
    for (const address of [
      '1.1.1.1',
      '8.8.8.8',
      '172.15.0.1',
      '172.32.0.1',
      '100.63.0.1',
      '100.128.0.1',
      '2606:4700::1111',
      '::ffff:8.8.8.8',
    ]) {
      assert.equal(isPublicAddress(address), true, address);
    }
  });

  test('those that are allowed, and no more', () => {
    const allowed = listOf(['10.1.0.0/16', 'fd00:1::/32', '127.0.0.1']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00:1::5', '127.0.0.1']) {
      assert.equal(isPublicAddress(address, allowed), true, address);
    }
    for (const address of ['10.2.0.1', 'fd00:2::5', '127.0.0.2', '169.254.169.254']) {
      assert.equal(isPublicAddress(address, allowed), false, address);
    }
  });

  // However an address is written, URL reads it as its host would.
  for (const url of [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://①②⑦.⓪.⓪.①/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'https://user:password@example.com/',
    'https://user@example.com/',
    '/relative',
    '',
  ]) {
    test(`the URL ${url || '(none)'} is refused`, () => {
      assert.throws(() => checkCallbackUrl(url), { code: 'callback_refused' });
    });
  }

  test('names are left for later', () => {
    assert.equal(checkCallbackUrl('https://example.com:8443/hook?a=1').hostname, 'example.com');
  });
});
