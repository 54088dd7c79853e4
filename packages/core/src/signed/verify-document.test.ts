import * as E from 'fp-ts/Either'
import * as t from 'io-ts'
import { CompactSign, compactVerify, type CompactJWSHeaderParameters } from 'jose'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

import { docDigest } from './doc-digest'
import { signDocument } from './sign-document'
import { thumbprint } from './thumbprint'
import { verifyDocument, verifyDocumentInBackground, verifyDocuments } from './verify-document'

const TYP = 'custody-test+1'
const Payload = t.intersection([t.type({ v: t.literal(1), text: t.string }), t.partial({ more: t.type({ n: t.number }) })])
const payload = { v: 1, text: 'é€', more: { n: 1.5 } }

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const kid = thumbprint(publicKey)
const keyFor = (name: string): KeyObject | undefined => (name === kid ? publicKey : undefined)
const verify = (jws: string) => verifyDocument({ typ: TYP, codec: Payload, keyFor }, jws)
const tag = (jws: string) => {
  const result = verify(jws)
  return E.isLeft(result) ? result.left.type : 'accepted'
}

/** Signs any header and payload text, as a stranger's program might. */
const signedText = (header: string, body: string | Buffer, key: KeyObject = privateKey): string => {
  const input = [header, body].map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

const header = (members: object): string => JSON.stringify({ alg: 'ES256', kid, typ: TYP, ...members })
const body = '{"text":"a","v":1}'

const joseAccepts = (jws: string): Promise<boolean> =>
  compactVerify(jws, publicKey, { algorithms: ['ES256'] }).then(
    () => true,
    () => false
  )

const joseSigned = (members: CompactJWSHeaderParameters, text: string): Promise<string> =>
  new CompactSign(new TextEncoder().encode(text)).setProtectedHeader(members).sign(privateKey)

describe('signDocument and verifyDocument', () => {
  const jws = signDocument(privateKey, { typ: TYP, kid }, payload)

  it('give back payload, key name and digest', () => {
    const input = jws.slice(0, jws.lastIndexOf('.'))
    const digest = createHash('sha256').update(input).digest('hex')
    const result = verify(jws)
    expect(result).toMatchObject(E.right({ payload, kid }))
    expect(E.isRight(result) && Buffer.from(result.right.digest).toString('hex')).toBe(digest)
    expect(Buffer.from(docDigest(jws)).toString('hex')).toBe(digest)
  })

  it('write what jose accepts, and accept what jose writes', async () => {
    const verified = await compactVerify(jws, publicKey, { algorithms: ['ES256'] })
    expect(JSON.parse(new TextDecoder().decode(verified.payload))).toEqual(payload)
    expect(verified.protectedHeader).toEqual({ alg: 'ES256', typ: TYP, kid })
    expect(tag(await joseSigned({ alg: 'ES256', typ: TYP, kid }, body))).toBe('accepted')
  })

  it('refuse every text with one character changed, dropped or added, and so does jose', async () => {
    for (let at = 0; at < jws.length; at++) {
      const other = jws[at] === 'A' ? 'B' : 'A'
      const flipped = jws.slice(0, at) + other + jws.slice(at + 1)
      expect(tag(flipped)).not.toBe('accepted')
      expect(tag(jws.slice(0, at) + jws.slice(at + 1))).not.toBe('accepted')
      expect(tag(`${jws.slice(0, at)}${other}${jws.slice(at)}`)).not.toBe('accepted')
      // jose leaves the four spare bits of the last character free; here they are not.
      if (at < jws.length - 1) expect(await joseAccepts(flipped)).toBe(false)
    }
  }, 60_000)

  it.each([
    ['no document', '', 'SignedFormInvalid'],
    ['two parts', 'e30.e30', 'SignedFormInvalid'],
    ['four parts', `${jws}.e30`, 'SignedFormInvalid'],
    ['padding', `${jws}==`, 'SignedFormInvalid'],
    ['a header that is no JSON', signedText('{', body), 'SignedFormInvalid'],
    ['a payload that is no JSON', signedText(header({}), '{'), 'SignedFormInvalid'],
    ['a payload that is not UTF-8', signedText(header({}), Buffer.from([0x22, 0xff, 0x22])), 'SignedFormInvalid'],
    ['a payload behind a byte order mark', signedText(header({}), `\ufeff${body}`), 'SignedFormInvalid'],
    ['a header with jwk', signedText(header({ jwk: {} }), body), 'SignedHeaderInvalid'],
    ['a header with crit', signedText(header({ crit: ['b64'] }), body), 'SignedHeaderInvalid'],
    ['a header with zip', signedText(header({ zip: 'DEF' }), body), 'SignedHeaderInvalid'],
    ['a header without kid', signedText(JSON.stringify({ alg: 'ES256', typ: TYP }), body), 'SignedHeaderInvalid'],
    ['a header with a member twice', signedText(`{"alg":"none",${header({}).slice(1)}`, body), 'SignedHeaderInvalid'],
    ['a header with white space', signedText(` ${header({})}`, body), 'SignedHeaderInvalid'],
    ['a header that is a list', signedText('[]', body), 'SignedHeaderInvalid'],
    ['another algorithm', signedText(header({ alg: 'ES384' }), body), 'SignedAlgorithmRefused'],
    ['no algorithm', signedText(header({ alg: 'none' }), body), 'SignedAlgorithmRefused'],
    ['another kind', signedText(header({ typ: 'custody-other+1' }), body), 'SignedTypeOther'],
    ['an unknown key', signedText(header({ kid: 'other' }), body), 'SignedKeyUnknown'],
    ['white space', signedText(header({}), '{"text":"a", "v":1}'), 'SignedPayloadNotCanonical'],
    ['another order', signedText(header({}), '{"v":1,"text":"a"}'), 'SignedPayloadNotCanonical'],
    ['another spelling', signedText(header({}), String.raw`{"text":"\u0061","v":1}`), 'SignedPayloadNotCanonical'],
    ['another number', signedText(header({}), '{"text":"a","v":1.0}'), 'SignedPayloadNotCanonical'],
    ['an endless number', signedText(header({}), '{"text":"a","v":1e999}'), 'SignedPayloadNotCanonical'],
    ['a member twice', signedText(header({}), '{"text":"b","text":"a","v":1}'), 'SignedPayloadNotCanonical'],
    ['a lone surrogate', signedText(header({}), String.raw`{"text":"\ud800","v":1}`), 'SignedPayloadNotCanonical'],
    ['an unknown member', signedText(header({}), '{"text":"a","u":1,"v":1}'), 'SignedPayloadMalformed'],
    ['one deep down', signedText(header({}), '{"more":{"n":1,"u":1},"text":"a","v":1}'), 'SignedPayloadMalformed'],
    ['another shape', signedText(header({}), '{"text":1,"v":1}'), 'SignedPayloadMalformed'],
  ])('refuse %s', (_, text, expected) => expect(tag(text)).toBe(expected))

  it('judge the same in the background', async () => {
    const expectation = { typ: TYP, codec: Payload, keyFor }
    const texts = [jws, `${jws}A`, `${jws.slice(0, -86)}${'A'.repeat(86)}`, signedText(header({}), '{"text":1,"v":1}'), signedText(header({}), `{}`)]
    for (const text of texts) expect(await verifyDocumentInBackground(expectation, text)()).toEqual(verify(text))
    expect(verifyDocuments(expectation, texts)).toEqual(texts.map(verify))
    // A fault of the payload does not hide that the signature is none.
    const forged = signedText(header({}), '{"text":1,"v":1}', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    expect(await verifyDocumentInBackground(expectation, forged)()).toEqual(E.left({ type: 'SignedSignatureInvalid', kid }))
  })

  it('refuse a signature by another key, and one of another form', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    expect(tag(signedText(header({}), body, other))).toBe('SignedSignatureInvalid')
    const input = jws.slice(0, jws.lastIndexOf('.'))
    const der = sign('sha256', Buffer.from(input), privateKey).toString('base64url')
    expect(tag(`${input}.${der}`)).toBe('SignedFormInvalid')
    expect(tag(`${input}.${'A'.repeat(86)}`)).toBe('SignedSignatureInvalid')
  })

  it('refuse keys of another kind, whatever they signed', () => {
    const others = [
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
      generateKeyPairSync('rsa', { modulusLength: 1024 }),
    ]
    for (const pair of others) {
      const text = signedText(header({}), body, pair.privateKey)
      const result = verifyDocument({ typ: TYP, codec: Payload, keyFor: () => pair.publicKey }, text)
      expect(E.isLeft(result) && result.left.type).toMatch(/SignedKeyUnknown|SignedFormInvalid/)
    }
  })

  it('refuse what is larger than the limit before anything is decoded', () => {
    const expectation = { typ: TYP, codec: Payload, keyFor, limit: jws.length - 1 }
    const fault = { type: 'SignedTooLarge', bytes: jws.length, limit: jws.length - 1 }
    expect(verifyDocument(expectation, jws)).toEqual(E.left(fault))
    expect(verifyDocument({ ...expectation, limit: jws.length }, jws)).toMatchObject(E.right({ kid }))
  })

  it('throw for a payload without canonical form, which is a bug', () => {
    expect(() => signDocument(privateKey, { typ: TYP, kid }, { a: Number.NaN })).toThrow('payload/a')
  })
})
