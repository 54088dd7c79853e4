import { lastValueFrom } from 'rxjs'
import { reduce } from 'rxjs/operators'

import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { envelopeGeneration, licenseEnvelopeKey } from '../vault/key-envelope'
import { LicenseDeleted, LicenseRevoked, licenseStream, LicenseStored } from '../vault/license-event'
import type { LineContent } from './line-text'
import type { PlannedLicense } from './plan-backup'

const textOf = (data: unknown): string | undefined => {
  const { document } = data as { readonly document?: unknown }
  return typeof document === 'string' ? document : undefined
}

/** The document that a license's stream ends with; nothing where the license is gone. Every version of the event has it. */
const documentOf = ({ store }: Home, { issuer, lid }: PlannedLicense): Promise<string | undefined> =>
  lastValueFrom(
    store.read(licenseStream(issuer, lid)).pipe(
      reduce((document: string | undefined, { type, data }) => {
        if (type === LicenseStored.type) return textOf(data)
        return type === LicenseDeleted.type || type === LicenseRevoked.type ? undefined : document
      }, undefined)
    )
  )

/** What the set holds of a license: document and envelope as they are; nothing for one that went meanwhile. */
export const readLicense = async (home: Home, license: PlannedLicense, leaf: boolean): Promise<LineContent | undefined> => {
  const { lid, keyId } = license
  const doc = await documentOf(home, license)
  if (doc === undefined) return undefined
  if (leaf) return { lid, keyId, gen: 0, doc }
  const envelope = await runTask(home.store.state('key-envelope', licenseEnvelopeKey(license)))
  const gen = envelope && envelopeGeneration(envelope)
  return envelope === undefined || gen === undefined ? undefined : { lid, keyId, gen, doc, envelope }
}
