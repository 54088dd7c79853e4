import { createHash, createHmac, createPublicKey, generateKeyPairSync, randomBytes, randomUUID, sign, type JsonWebKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { CompactEncrypt } from 'jose'

import { custody, jsonLines, type JsonLine } from './run-custody'
import type { Place } from './temporary-place'

/** Members of a license document, over those of an unlimited play right. */
export type LicenseMembers = Readonly<Record<string, unknown>>

/** A license that a stranger made for a home, as a file holds it. */
export interface ForeignLicense {
  readonly licenseId: string
  readonly keyId: string
  readonly key: Buffer
  readonly response: Readonly<Record<string, unknown>>
}

/** Somebody else who makes licenses, with nothing of our own code: the papers alone say how. */
export interface ForeignIssuer {
  readonly id: string
  readonly jwk: JsonWebKey
  /** A license for the device of a place; `committed` is a key that the document commits to instead. */
  readonly license: (place: Place, members?: LicenseMembers, committed?: Buffer) => Promise<ForeignLicense>
}

const b64u = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url')
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** RFC 8785 for the values that stand here: members in order, no white space. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

/** Label, a zero byte, each part behind its length. @source docs/reference/protocols.md, section 0 */
const tuple = (label: string, ...parts: ReadonlyArray<Buffer>): Buffer =>
  Buffer.concat([
    Buffer.from(`${label}\0`),
    ...parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  ])

/** Version, kind, length, five zeros, the key to 32 bytes, the blind. @source docs/reference/protocols.md, section 2.2 */
const keyBlock = (key: Buffer, blind: Buffer): Buffer =>
  Buffer.concat([Buffer.from([1, 1, key.length, 0, 0, 0, 0, 0]), key, Buffer.alloc(32 - key.length), blind])

const devices = new Map<string, JsonLine>()

/** Asked once a home: it changes with an individualization alone. */
const deviceOf = async (place: Place): Promise<JsonLine> => {
  const known = devices.get(place.home) ?? jsonLines(await custody(place, '--json', 'licenses', 'device'))[0] ?? {}
  devices.set(place.home, known)
  return known
}

/** A new issuer with a key of its own. */
export const createForeignIssuer = (): ForeignIssuer => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' })
  const id = b64u(sha256(canonical(jwk)))
  const license: ForeignIssuer['license'] = async (place, members = {}, committed) => {
    const device = await deviceOf(place)
    const [key, blind, keyBytes] = [randomBytes(16), randomBytes(16), randomBytes(16)]
    const commit = createHmac('sha256', blind).update(tuple('custody/commit/1', keyBytes, committed ?? key)).digest()
    const document = {
      v: 1,
      lid: randomUUID(),
      issuer: id,
      keyId: b64u(keyBytes),
      issued: '2026-01-01T00:00:00Z',
      commit: b64u(commit),
      persist: 'permanent',
      rights: [{ action: 'Play' }],
      ...members,
    }
    const header = { alg: 'ES256', typ: 'custody-license+1', kid: id }
    const input = `${b64u(canonical(header))}.${b64u(canonical(document))}`
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    const sealed = await new CompactEncrypt(keyBlock(key, blind))
      .setProtectedHeader({
        alg: 'ECDH-ES+A256KW',
        enc: 'A256GCM',
        typ: 'custody-license-key+1',
        lid: document.lid,
        docDigest: b64u(sha256(input)),
        epoch: device['epoch'],
      })
      .encrypt(createPublicKey({ key: device['agreement'] as JsonWebKey, format: 'jwk' }))
    const response = { v: 1, document: `${input}.${b64u(signature)}`, key: sealed, certificates: [], revocation: [] }
    return { licenseId: document.lid, keyId: keyBytes.toString('hex'), key, response }
  }
  return { id, jwk, license }
}

/** Has a home believe an issuer, as its user would. */
export const trust = async (place: Place, { jwk }: ForeignIssuer): Promise<void> => {
  writeFileSync(place.at('issuer.jwk'), JSON.stringify(jwk))
  await custody(place, 'licenses', 'trust', place.at('issuer.jwk'))
}
