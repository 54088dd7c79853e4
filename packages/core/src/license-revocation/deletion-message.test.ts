import { createHash, generateKeyPairSync, createPublicKey } from 'node:crypto'
import * as E from 'fp-ts/Either'
import { calculateJwkThumbprint } from 'jose'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import { thumbprint } from '../signed/thumbprint'
import { readDeletionMessage, writeDeletionMessage } from './deletion-message'
import { issuerPublicKey, type IssuerPublicKey } from './issuer-public-key'

/** RFC 7638, section 3.1: the modulus and its thumbprint. */
const MODULUS =
  '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
const RFC_7638_THUMBPRINT = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'
const modulus = Buffer.from(MODULUS, 'base64url').toString('base64')

const KEY = `<PublicKey><Modulus>${modulus}</Modulus><Exponent>AQAB</Exponent></PublicKey>`
const message = ({ kid = '', lid = '', key = KEY, uid = '', type = 'LRB' } = {}): string =>
  `<response type="${type}">
  <DATA>
    <LICENSEDATA>
      <DATA>
        ${kid}${lid}
        <META>
          <LGPUBKEY>${key}</LGPUBKEY>
          ${uid}
        </META>
      </DATA>
    </LICENSEDATA>
  </DATA>
</response>`
const read = (text: string, encoding: BufferEncoding = 'utf16le') => readDeletionMessage(Buffer.from(text, encoding))
const refused = (where: string): unknown => E.left(expect.objectContaining({ type: 'BadInput', where }))
const DATA = 'response/DATA/LICENSEDATA/DATA'

describe('readDeletionMessage', () => {
  it('LI-48: reads key, key ID, license id and user id, and each but the key may be left out', () => {
    const whole = message({
      kid: '<KID>AAECAwQFBgcICQoLDA0ODw==</KID>',
      lid: '<LID>{0190C42E-8C5E-7000-8000-000000000001}</LID>',
      uid: '<UID>customer &amp; 17</UID>',
    })
    const expected = {
      key: RFC_7638_THUMBPRINT,
      // GUID order in base64, text order here.
      keyId: '03020100050407060809' + '0a0b0c0d0e0f',
      lid: '0190c42e-8c5e-7000-8000-000000000001',
      uid: 'customer & 17',
    }
    expect(read(whole)).toEqual(E.right(expected))
    expect(read(whole, 'utf8')).toEqual(E.right(expected))
    expect(read(message())).toEqual(E.right({ key: RFC_7638_THUMBPRINT }))
  })

  it.each([
    ['a key ID', { kid: '<KID></KID>' }, `${DATA}/KID`],
    ['a license id', { lid: '<LID/>' }, `${DATA}/LID`],
    ['a user id', { uid: '<UID>  </UID>' }, `${DATA}/META/UID`],
  ])('LI-48: refuses %s that is there but empty', (_, members, where) => {
    expect(read(message(members))).toEqual(refused(where))
  })

  it.each([
    ['another type', { type: 'LICENSE' }, 'response/@type'],
    ['a key ID that is none', { kid: '<KID>x</KID>' }, `${DATA}/KID`],
    ['a license id that is none', { lid: '<LID>x</LID>' }, `${DATA}/LID`],
    ['a user id that is too long', { uid: `<UID>${'x'.repeat(257)}</UID>` }, `${DATA}/META/UID`],
    ['two key IDs', { kid: '<KID>AAECAwQFBgcICQoLDA0ODw==</KID>'.repeat(2) }, `${DATA}/KID`],
    ['an unknown element', { kid: '<MORE/>' }, `${DATA}/MORE`],
    ['no key', { key: '' }, `${DATA}/META/LGPUBKEY/PublicKey`],
    ['no exponent', { key: `<PublicKey><Modulus>${modulus}</Modulus></PublicKey>` }, `${DATA}/META/LGPUBKEY/PublicKey/Exponent`],
    [
      'a modulus of a few bits',
      { key: '<PublicKey><Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></PublicKey>' },
      `${DATA}/META/LGPUBKEY/PublicKey/Modulus`,
    ],
    [
      'an exponent of zero',
      { key: `<PublicKey><Modulus>${modulus}</Modulus><Exponent>AAAA</Exponent></PublicKey>` },
      `${DATA}/META/LGPUBKEY/PublicKey/Exponent`,
    ],
    ['a coordinate of another length', { key: '<PublicKey><X>AQAB</X><Y>AQAB</Y></PublicKey>' }, `${DATA}/META/LGPUBKEY/PublicKey/X`],
    ['a key of two kinds', { key: KEY.replace('</PublicKey>', '<X>AQAB</X></PublicKey>') }, `${DATA}/META/LGPUBKEY/PublicKey/X`],
  ])('LI-48: refuses %s', (_, members, where) => {
    expect(read(message(members))).toEqual(refused(where))
  })

  it('names a key alike whatever zeros stand before its numbers', () => {
    const padded = Buffer.concat([Buffer.alloc(3), Buffer.from(MODULUS, 'base64url')]).toString('base64')
    const key = `<PublicKey><Modulus>${padded}</Modulus><Exponent>AAEAAQ==</Exponent></PublicKey>`
    expect(read(message({ key }))).toEqual(E.right({ key: RFC_7638_THUMBPRINT }))
  })

  it('gives back what was written, for RSA and for our own keys on P-256', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
    const bytes = (text: unknown): Uint8Array => Buffer.from(String(text), 'base64url')
    const keys: ReadonlyArray<readonly [IssuerPublicKey, string]> = [
      [{ type: 'RSA', modulus: bytes(rsa['n']), exponent: bytes(rsa['e']) }, await calculateJwkThumbprint(rsa)],
      ...[generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey].map(
        (key) => [issuerPublicKey(createPublicKey(key)), thumbprint(key)] as const
      ),
    ]
    const criteria = {
      keyId: createHash('md5').update('a').digest('hex') as KeyId,
      lid: '0190c42e-8c5e-7000-8000-000000000001' as LicenseId,
      uid: 'a <b> & "c"',
    }
    for (const [key, expected] of keys) {
      expect(readDeletionMessage(writeDeletionMessage(key, criteria))).toEqual(E.right({ key: expected, ...criteria }))
      expect(readDeletionMessage(writeDeletionMessage(key))).toEqual(E.right({ key: expected }))
    }
  })

  it('R16: ends in a typed fault on any bytes', () => {
    const sound = Buffer.from(message({ kid: '<KID>AAECAwQFBgcICQoLDA0ODw==</KID>' }))
    const damaged = fc.tuple(fc.nat(sound.length - 1), fc.nat(255)).map(([at, value]) => {
      const copy = Uint8Array.from(sound)
      copy[at] = value
      return copy
    })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const result = readDeletionMessage(bytes)
        expect(E.isRight(result) || result.left.type === 'BadInput').toBe(true)
      }),
      { numRuns: runs(500) }
    )
    expect(readDeletionMessage(Buffer.alloc(64 * 1024 + 1, '<'))).toEqual(refused('deletion message'))
  })
})
