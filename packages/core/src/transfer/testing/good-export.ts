import * as E from 'fp-ts/Either'

import type { IssuerId } from '../../identity/issuer-id'
import type { KeyId } from '../../identity/key-id'
import type { SystemId } from '../../identity/system-id'
import type { HeldLicense } from '../../license/held-license'
import { DEVICE, NOW } from '../../license/testing/held-license'
import type { Candidate } from '../candidate'
import type { ExportQuestion } from '../export-question'

/** The system that everything goes to in these tests. */
export const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
/** The key of a receiver. */
export const RECEIVER = `${'R'.repeat(42)}A` as IssuerId

/** A request that nothing speaks against, to a certified receiver of level 1000. */
export const goodQuestion: ExportQuestion = {
  keyId: 'ab'.repeat(16) as KeyId,
  system: SYSTEM,
  action: 'Copy',
  handleEpoch: 0,
  contentVersion: null,
  registered: [SYSTEM],
  target: { copyLevel: 0, forms: { compressedVideo: 0, compressedAudio: 0 } },
  receiver: { type: 'certified', serial: '7', level: 1000, thumbprints: [RECEIVER], systems: [SYSTEM], until: 2 * NOW },
  judgedAt: NOW,
  device: DEVICE,
  clock: { type: 'trusted' },
  revocation: { kind: 'application', version: '3', freshness: 'fresh', information: 'fresh', listed: [], barred: false },
  candidates: [],
}

/** A believed license as a candidate. */
export const believed = (held: HeldLicense): Candidate => ({
  issuer: held.license.issuer,
  lid: held.license.lid,
  held: E.right(held),
})
