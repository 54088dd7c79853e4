import { runTask } from '../fault/run-task'
import type { StoredEvent } from '../event/stored-event'
import type { Home } from '../home/home'
import { envelopeGeneration, licenseEnvelopeKey } from '../vault/key-envelope'
import { LicenseDeleted, LicenseRevoked, licenseStream, LicenseStored } from '../vault/license-event'
import type { LineContent } from './line-text'
import type { PlannedLeaf, PlannedLicense } from './planned-license'

const textOf = (data: unknown): string | undefined => {
  const { document } = data as { readonly document?: unknown }
  return typeof document === 'string' ? document : undefined
}

/** The document that a license's stream ends with; nothing where the license is gone. Every version of the event has it. */
const documentOf = (events: ReadonlyArray<StoredEvent>): string | undefined =>
  events.reduce((document: string | undefined, { type, data }) => {
    if (type === LicenseStored.type) return textOf(data)
    return type === LicenseDeleted.type || type === LicenseRevoked.type ? undefined : document
  }, undefined)

const streamOf = ({ issuer, lid }: PlannedLicense): string => licenseStream(issuer, lid)

const isLeaf = (license: PlannedLicense | PlannedLeaf): boolean => 'uplink' in license

/** What the set holds of some licenses, in order: document and envelope as they are; nothing for one that went meanwhile. */
export const readLicenses = async (
  { store }: Home,
  licenses: ReadonlyArray<PlannedLicense | PlannedLeaf>
): Promise<ReadonlyArray<LineContent | undefined>> => {
  const streams = await runTask(store.readMany(licenses.map(streamOf)))
  // After the documents: of a license that goes meanwhile the envelope is gone, and so it is left out.
  const envelopes = await runTask(store.states('key-envelope', licenses.filter((one) => !isLeaf(one)).map(licenseEnvelopeKey)))
  return licenses.map((license): LineContent | undefined => {
    const { lid, keyId } = license
    const doc = documentOf(streams.get(streamOf(license)) ?? [])
    if (doc === undefined) return undefined
    if (isLeaf(license)) return { lid, keyId, gen: 0, doc }
    const envelope = envelopes.get(licenseEnvelopeKey(license))
    const gen = envelope && envelopeGeneration(envelope)
    return envelope === undefined || gen === undefined ? undefined : { lid, keyId, gen, doc, envelope }
  })
}
