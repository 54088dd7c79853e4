import * as E from 'fp-ts/Either'

import { b64u } from '../encoding/b64u'
import { IssuerId } from '../identity/issuer-id'
import { LicenseId } from '../identity/license-id'
import { keyIdBytes } from '../identity/key-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { Action } from '../license/action'
import type { HeldLicense } from '../license/held-license'
import type { LicenseDocument } from '../license/license-document'
import { absentLicense } from '../license/license-state'
import { timestampFromMicros } from '../license/timestamp'
import type { Candidate } from '../transfer/candidate'
import { keyIdOf, surroundings, type Scene } from './scene'

const NO_DIGEST = 'A'.repeat(43)
const NO_LID = '00000000-0000-0000-0000-000000000000'

const nobody = (): Pick<AcceptedLicense, 'issuer' | 'lid'> => {
  if (!IssuerId.is(NO_DIGEST) || !LicenseId.is(NO_LID)) throw new TypeError('no name for a license that is not there')
  return { issuer: NO_DIGEST, lid: NO_LID }
}

/** A license of nobody's that sets no condition: what would be there if somebody granted the rights. */
const unconditional = (
  keyId: AcceptedLicense['keyId'],
  terms: Pick<LicenseDocument, 'rights' | 'inclusion' | 'chain' | 'issued'>
): HeldLicense => {
  const { issuer, lid } = nobody()
  const encoded = b64u(keyIdBytes(keyId))
  const document: LicenseDocument = { v: 1, lid, issuer, keyId: encoded, commit: NO_DIGEST, persist: 'permanent', ...terms }
  return {
    license: { document, issuer, lid, keyId, jws: '', docDigest: NO_DIGEST },
    state: { ...absentLicense, standing: 'held', storedAt: 0 },
  }
}

/** A license that would grant the action asked for, and an export to the system asked for; none where no key ID is named. */
export const freshLicense = (scene: Scene, action: Action): ReadonlyArray<Candidate> => {
  const { asked } = scene
  const keyId = keyIdOf(scene)
  if (keyId === undefined) return []
  const inclusion = asked.type === 'query' ? [] : [asked.question.system]
  const issued = timestampFromMicros(surroundings(scene).now)
  const held = unconditional(keyId, { rights: [{ action }], inclusion, issued })
  const { issuer, lid } = held.license
  return [{ issuer: asked.type === 'import' ? asked.question.own : issuer, lid, held: E.right(held) }]
}

/** The root that a leaf names, granting all that the leaf does and the action asked for; it states no list and no condition. */
export const rootFor = ({ license }: HeldLicense, action: Action | undefined): HeldLicense => {
  const { document, keyId } = license
  const actions = new Set([...document.rights.map((right) => right.action), ...(action === undefined ? [] : [action])])
  const rights = [...actions].map((own) => ({ action: own }))
  const root = unconditional(keyId, { rights, issued: document.issued, chain: { role: 'root' } })
  const uplink = document.chain?.role === 'leaf' ? document.chain.uplink : document.keyId
  return { ...root, license: { ...root.license, document: { ...root.license.document, keyId: uplink } } }
}
