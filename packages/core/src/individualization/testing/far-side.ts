import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { issueTrustDocument } from '../../authority/issue-trust-document'
import { publicJwk, publicKeyOf } from '../../certificate/public-key-jwk'
import { systemClock } from '../../clock/system-clock'
import { diversifierHeader } from '../../device/diversifier'
import { b64u } from '../../encoding/b64u'
import { sha256 } from '../../encoding/sha256'
import { utf8 } from '../../encoding/utf8'
import { acceptProof, acceptScopeProof, audience, bodyDigest, requestDigest } from '../../exchange/request-proof'
import { signAnswer, signRefusal } from '../../exchange/service-reply'
import type { ServiceRequest, ServiceResponse, ServiceTransport } from '../../exchange/service-transport'
import type { IssuerId } from '../../identity/issuer-id'
import type { RequiredVersion, SecurityVersion } from '../../identity/security-version'
import { timestampFromMicros } from '../../license/timestamp'
import { systemRandom } from '../../random/system-random'
import { issueRevocationInformation, issueRevocationList } from '../../revocation/issue-revocation'
import { sealTo } from '../../secret/seal'
import { secretFromBytes } from '../../secret/secret'
import { signDocument } from '../../signed/sign-document'
import { thumbprint } from '../../signed/thumbprint'
import { IndividualizationBody, PACKAGE_TYP, VERSION_TYP } from '../individualization-messages'
import { issueCredential } from '../issued-credential'
import { machineId } from '../machine-identity'
import { issueEnablerTable, issuePolicy, packageHead, packageLine } from '../package-part'

/** What a test changes of the far side while it stands. */
export interface FarSideSettings {
  newest: string
  leaf: number
  /** Bytes that the package has at least: enabler tables fill it. */
  bytes: number
  /** Name of the package. */
  id: string
  /** Refuses requests for individualization, signed. */
  refusal: string | undefined
  /** Called for each request before it is answered; may throw like a broken line. */
  onRequest: (request: ServiceRequest) => void | Promise<void>
  /** What becomes of the answer that carries the package. */
  onPackage: (response: ServiceResponse, request: ServiceRequest) => ServiceResponse
  /** Revocation data that is served; the one of the package when left out. */
  revocation: { information: string; lists: string[]; certificates: string[] } | undefined
  /** Enablers beside those that only fill the package. */
  enablers: Array<{ thumbprint: string; type: string; url: string; bytes: number }>
  /** What becomes of each reply to a request for individualization. */
  onReply: (body: Record<string, unknown>) => Record<string, unknown>
}

/** An individualization service in memory: as the specification has it, and no more than tests of a device need. */
export interface FarSide {
  readonly transport: ServiceTransport
  readonly authority: IssuerId
  /** Private key of the authority's root. */
  readonly root: KeyObject
  readonly settings: FarSideSettings
  /** All that came in. */
  readonly requests: ServiceRequest[]
  /** Bodies of requests for individualization. */
  readonly bodies: IndividualizationBody[]
  readonly diversifiers: string[]
  /** The package as it is now. */
  readonly package: () => Uint8Array
}

const YEAR = 365 * 24 * 3600 * 1_000_000
const DAY = 24 * 3600 * 1_000_000
const CHUNK = 16 * 1024

const makeKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

/** An answer as transports give it, in chunks. */
export const answer = (status: number, bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}): ServiceResponse => ({
  status,
  header: (name) => headers[name],
  body: (async function* () {
    for (let at = 0; at < bytes.length; at += CHUNK) yield await Promise.resolve(bytes.subarray(at, at + CHUNK))
  })(),
  cancel: () => undefined,
})

/** The same answer, its line broken after so many bytes. */
export const cutAfter = (response: ServiceResponse, bytes: number): ServiceResponse => ({
  ...response,
  body: (async function* () {
    let left = bytes
    for await (const part of response.body) {
      if (part.length >= left) {
        yield part.subarray(0, left)
        throw Object.assign(new Error('cut'), { code: 'ECONNRESET' })
      }
      left -= part.length
      yield part
    }
  })(),
})

/** Makes an authority with its service. */
export const farSide = (clock = systemClock): FarSide => {
  const [root, signing] = [makeKey(), makeKey()]
  const authority = thumbprint(root) as IssuerId
  const kid = thumbprint(signing)
  const at = (shift = 0) => timestampFromMicros(clock.now() + shift)
  const started = clock.now() - DAY
  const fixed = (shift: number) => timestampFromMicros(started + shift)
  const settings: FarSideSettings = {
    newest: '2.9',
    leaf: 4096,
    bytes: 0,
    id: 'package-1',
    refusal: undefined,
    revocation: undefined,
    enablers: [],
    onRequest: () => undefined,
    onPackage: (response) => response,
    onReply: (body) => body,
  }
  const [requests, bodies, diversifiers]: [ServiceRequest[], IndividualizationBody[], string[]] = [[], [], []]
  const signTrust = () =>
    issueTrustDocument(root, {
      version: Number(settings.newest.replace('.', '0')),
      issued: fixed(0),
      keys: [{ use: 'individualization-signing', key: publicJwk(signing), from: fixed(0) }],
      certificate: 'none',
      urls: { privacy: 'https://example.org/privacy', fraud: 'https://example.org/fraud', update: 'https://example.org/update' },
      restoreLimit: 3,
      securityVersion: settings.newest as RequiredVersion,
      revocation: '1',
    })
  const trusts = new Map<string, string>()
  const trust = (): string => {
    const known = trusts.get(settings.newest) ?? signTrust()
    trusts.set(settings.newest, known)
    return known
  }
  const list = issueRevocationList(root, { kind: 'application', version: '1', issued: fixed(0), nextUpdate: fixed(YEAR), entries: [] })
  const listDigest = b64u(sha256(utf8(list.slice(0, list.lastIndexOf('.')))))
  const information = issueRevocationInformation(root, {
    version: '1',
    issued: fixed(0),
    nextUpdate: fixed(YEAR),
    lists: [{ kind: 'application', version: '1', digest: listDigest }],
  })
  const made = new Map<string, Uint8Array>()
  const build = (): Uint8Array => {
    const policy = issuePolicy(signing, kid, {
      authority,
      issued: fixed(0),
      securityVersion: settings.newest as RequiredVersion,
      restoreLimit: 3,
      individualizationsADay: 5,
    })
    const parts = [
      packageHead(settings.id),
      packageLine({ part: 'trust', jws: trust() }),
      packageLine({ part: 'policy', jws: policy }),
      packageLine({ part: 'revocation', jws: list }),
      packageLine({ part: 'information', jws: information }),
    ]
    if (settings.enablers.length > 0) {
      parts.push(packageLine({ part: 'enablers', jws: issueEnablerTable(signing, kid, { authority, entries: settings.enablers }) }))
    }
    let length = parts.reduce((sum, part) => sum + part.length, 0)
    do {
      const entries = Array.from({ length: settings.bytes - length > 300_000 ? 2000 : 1 }, () => ({
        thumbprint: b64u(systemRandom.bytes(32)) as never,
        type: 'update' as never,
        url: 'https://example.org/update' as never,
        bytes: 1,
      }))
      const line = packageLine({ part: 'enablers', jws: issueEnablerTable(signing, kid, { authority, entries }) })
      parts.push(line)
      length += line.length
    } while (length < settings.bytes)
    return utf8(parts.join(''))
  }
  const bytes = (): Uint8Array => {
    const name = JSON.stringify([settings.id, settings.newest, settings.bytes])
    const known = made.get(name) ?? build()
    made.set(name, known)
    return known
  }
  const descriptor = (): string => {
    const content = bytes()
    const { leaf } = settings
    const leaves = Array.from({ length: Math.ceil(content.length / leaf) }, (_, index) =>
      b64u(sha256(content.subarray(index * leaf, (index + 1) * leaf)))
    )
    const payload = { v: 1, package: settings.id, version: settings.newest, bytes: content.length, leaf, leaves, path: '/v1/packages/1' }
    return signDocument(signing, { typ: PACKAGE_TYP, kid }, payload)
  }
  const packageAnswer = (request: ServiceRequest): ServiceResponse => {
    const content = bytes()
    const range = /^bytes=(\d+)-$/.exec(request.headers['range'] ?? '')
    const etag = { etag: `"${settings.id}"` }
    const from = range !== null && request.headers['if-range'] === `"${settings.id}"` ? Number(range[1]) : undefined
    if (from === undefined) return answer(200, content, etag)
    return answer(206, content.subarray(from), { ...etag, 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` })
  }
  const individualized = async (request: ServiceRequest): Promise<ServiceResponse> => {
    const proof = request.headers['custody-request'] ?? ''
    const body: unknown = JSON.parse(new TextDecoder().decode(request.body))
    if (!IndividualizationBody.is(body)) throw new Error('the request has another shape')
    const [device, scope] = [publicKeyOf(body.signing), publicKeyOf(body.scope)]
    if (O.isNone(device) || O.isNone(scope)) throw new Error('no keys')
    const accepted = acceptProof(device.value, proof)
    const scoped = acceptScopeProof(scope.value, body.scopeProof)
    const nonce = 'nonce-1'
    const digest = requestDigest(proof)
    const headers = { 'custody-nonce': nonce }
    if (E.isLeft(accepted) || E.isLeft(scoped)) throw new Error('the request is not proved')
    const { aud, bodySha256 } = accepted.right
    if (aud !== audience(authority, 'individualization') || bodySha256 !== bodyDigest(request.body ?? new Uint8Array())) {
      throw new Error('the request is for another service or has another body')
    }
    const refuse = (reason: string) => {
      const refusal = { reason, text: reason }
      return answer(401, utf8(signRefusal(signing, kid, { request: digest, at: at(), status: 401, refusal })), headers)
    }
    if (accepted.right.nonce !== nonce || scoped.right.nonce !== nonce) return refuse('NonceRequired')
    bodies.push(body)
    if (settings.refusal !== undefined) return refuse(settings.refusal)
    const mid = machineId(scope.value)
    const credential = issueCredential(signing, kid, {
      authority,
      mid: mid,
      epoch: body.epoch,
      securityVersion: `${settings.newest}.0.1` as SecurityVersion,
      level: 1000,
      signing: body.signing,
      agreement: body.agreement,
      from: at(-DAY),
      until: at(YEAR),
    })
    const agreement = publicKeyOf(body.agreement)
    if (O.isNone(agreement)) throw new Error('no agreement key')
    const secret = systemRandom.bytes(32)
    diversifiers.push(b64u(secret))
    const diversifier = await sealTo(agreement.value, diversifierHeader(mid, body.epoch), secretFromBytes(secret))
    const reply = settings.onReply({ credential, diversifier, package: descriptor(), continuity: `token-${bodies.length}` })
    return answer(200, utf8(signAnswer(signing, kid, digest, at(), reply)), headers)
  }
  const respond = async (request: ServiceRequest): Promise<ServiceResponse> => {
    switch (request.path) {
      case '/v1/authority':
        return answer(200, utf8(JSON.stringify({ trust: trust(), root: publicJwk(root) })))
      case '/v1/individualization/version': {
        const statement = { v: 1, authority, securityVersion: settings.newest, at: at() }
        return answer(200, utf8(signDocument(signing, { typ: VERSION_TYP, kid }, statement)))
      }
      case '/v1/individualization/requests':
        return individualized(request)
      case '/v1/revocation':
        return answer(200, utf8(JSON.stringify(settings.revocation ?? { information, lists: [list], certificates: [] })))
      case '/v1/packages/1':
        return settings.onPackage(packageAnswer(request), request)
      default:
        return answer(404, new Uint8Array())
    }
  }
  const transport: ServiceTransport = {
    place: 'the service of this test',
    send: async (request, signal) => {
      signal.throwIfAborted()
      requests.push(request)
      await settings.onRequest(request)
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
      return Promise.race([respond(request), aborted])
    },
  }
  return { transport, authority, root, settings, requests, bodies, diversifiers, package: bytes }
}
