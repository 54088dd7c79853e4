import { b64u } from '../encoding/b64u'
import type { StoredEvent } from '../event/stored-event'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { envelopeGeneration, licenseEnvelopeKey } from '../vault/key-envelope'
import { readVaultGenerations } from '../vault/vault-generations'
import { LicenseDeleted, LicenseRevoked, licenseStream, LicenseStored } from '../vault/license-event'
import type { LineContent } from './line-text'
import type { PlanMoment } from './plan-backup'
import type { PlannedLeaf, PlannedLicense, SealedLicense } from './planned-license'

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

const isLeaf = (license: SealedLicense | PlannedLeaf): license is PlannedLeaf => 'uplink' in license

type Streams = ReadonlyMap<string, ReadonlyArray<StoredEvent>>

/**
 * The envelopes that may be other ones than at the planning, by their keys: of licenses whose streams went on, and of all once
 * vault keys came or went, for then envelopes are wrapped anew.
 */
const laterEnvelopes = async (
  { store }: Home,
  licenses: ReadonlyArray<PlannedLicense>,
  streams: Streams,
  { position, vaultKeys }: PlanMoment
): Promise<ReadonlyMap<string, Uint8Array | undefined>> => {
  const { revision } = await runTask(readVaultGenerations(store))
  const later = licenses.filter((license) => {
    const newest = streams.get(streamOf(license))?.at(-1)
    return revision !== vaultKeys || newest === undefined || newest.position > position
  })
  if (later.length === 0) return new Map()
  const found = await runTask(store.states('key-envelope', later.map(licenseEnvelopeKey)))
  return new Map(later.map(licenseEnvelopeKey).map((key) => [key, found.get(key)]))
}

const generationOf = (env: string): number | undefined => envelopeGeneration(Buffer.from(env, 'base64url'))

/**
 * What the set holds of some licenses, in order: document and envelope as they are; nothing for one that went meanwhile.
 *
 * @param planned when their envelopes were read.
 */
export const readLicenses = async (
  home: Home,
  licenses: ReadonlyArray<SealedLicense | PlannedLeaf>,
  planned: PlanMoment
): Promise<ReadonlyArray<LineContent | undefined>> => {
  const streams = await runTask(home.store.readMany(licenses.map(streamOf)))
  // After the documents: of a license that goes meanwhile the envelope is gone, and so it is left out.
  const later = await laterEnvelopes(home, licenses.filter((one) => !isLeaf(one)), streams, planned)
  return licenses.map((license): LineContent | undefined => {
    const { lid, keyId } = license
    const doc = documentOf(streams.get(streamOf(license)) ?? [])
    if (doc === undefined) return undefined
    if (isLeaf(license)) return { lid, keyId, gen: 0, doc }
    const key = licenseEnvelopeKey(license)
    const changed = later.get(key)
    const env = changed === undefined ? (later.has(key) ? undefined : license.env) : b64u(changed)
    const gen = env === undefined ? undefined : generationOf(env)
    return env === undefined || gen === undefined ? undefined : { lid, keyId, gen, doc, env }
  })
}
