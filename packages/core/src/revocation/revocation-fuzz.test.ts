import { createPublicKey } from 'node:crypto'
import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { testKey } from '../certificate/testing/authority'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { acceptRevocationInformation, acceptRevocationList } from './accept-revocation'
import { signedList } from './testing/revocation-data'

const root = testKey()
const authority = {
  root: createPublicKey(root),
  certificates: ['no certificate', 'a.b.c'],
  now: Date.parse('2026-05-10T00:00:00Z') * 1000,
}
const sound = signedList(root)
const typ = fc.constantFrom('custody-revocation+1', 'custody-revocation-information+1')
/** Any JSON under the root's own signature, so that the codec is reached. */
const signed = fc.tuple(typ, fc.jsonValue({ maxDepth: 3 })).map(([kind, value]) =>
  signDocument(root, { typ: kind, kid: thumbprint(root) }, JSON.parse(JSON.stringify(value)))
)
const damaged = fc.tuple(fc.nat(sound.length - 1), fc.string({ minLength: 1, maxLength: 1 })).map(
  ([at, character]) => `${sound.slice(0, at)}${character}${sound.slice(at + 1)}`
)
const texts = fc.oneof(fc.string({ unit: 'binary' }), damaged, signed).filter((text) => text !== sound)

describe('the readers of revocation data', () => {
  it('R16, RV-13: end in a typed fault on any text, and believe none', () => {
    expect(E.isRight(acceptRevocationList(authority, sound))).toBe(true)
    fc.assert(
      fc.property(texts, (text) => {
        for (const accept of [acceptRevocationList, acceptRevocationInformation]) {
          const accepted = accept(authority, text)
          expect(E.isLeft(accepted) && accepted.left.type).toMatch(/^(RevocationMalformed|CertificateInvalid)$/)
        }
      }),
      { numRuns: runs(200) }
    )
  })

  it('R16: a list of the greatest size, and one of the deepest nesting, are judged in bounded time', () => {
    const started = process.hrtime.bigint()
    acceptRevocationList(authority, `${'A'.repeat(500_000)}.${'A'.repeat(500_000)}.${'A'.repeat(86)}`)
    const deep = Buffer.from('['.repeat(300_000)).toString('base64url')
    expect(acceptRevocationList(authority, `e30.${deep}.${'A'.repeat(86)}`)).toMatchObject({ _tag: 'Left' })
    expect(Number(process.hrtime.bigint() - started) / 1e9).toBeLessThan(5)
  })
})
