import * as t from 'io-ts'

import type { RecordedEvent } from '../event/decode-event'
import type { KeyId } from '../identity/key-id'
import type { Projection } from '../store/event-store'
import {
  LicenseDeleted,
  LicenseDisabled,
  LicenseMarkedForPurge,
  LicensePersisted,
  LicenseRevoked,
  LicenseStored,
} from './license-event'
import { licenseRow } from './license-name'
import { projectEvents, type RowChange } from './project-events'

/** Licenses that are in the vault, by key ID. The id names the license; rows are {@link LiveLicense}. */
export const LIVE_LICENSES = 'live-license/2'
/** Every other way to licenses, by the keys of {@link indexKey}. Rows hold the key ID. */
export const LICENSE_INDEX = 'license-index/2'

/** What is known of a license in the vault without reading it. */
export const LiveLicense = t.type({ ends: t.boolean }, 'live license')

/** Keys of the index. */
export const indexKey = {
  /** Licenses that were in the vault and are gone, by key ID. */
  former: (keyId: KeyId): string => `former/${keyId}`,
  /**
   * Those whose licenses ever came in; the id is the issuer's, rows are empty. They are few, so that the licenses of one
   * license id are found by asking for each issuer's, and no row is needed for each license.
   */
  issuers: 'issuers',
  /** All that ever came in and can be revoked by a key, by its thumbprint. */
  revocable: (key: string): string => `revocable/${key}`,
  /** In the temporary store. */
  temporary: 'temporary',
  /** To go at the next cleaning. */
  marked: 'marked',
  /** In the vault, and they answer when the clock is set back. */
  clockBound: 'clock-bound',
} as const

const LIFE = [LicenseStored, LicenseMarkedForPurge, LicensePersisted, LicenseDisabled, LicenseDeleted, LicenseRevoked]
type Life = RecordedEvent<(typeof LIFE)[number]>

const row = ({ data }: Life, key: string, present: boolean): RowChange => ({
  key,
  id: licenseRow(data),
  value: present ? { keyId: data.keyId } : null,
})

const { issuers, temporary, marked, clockBound } = indexKey

const onStore = (event: Extract<Life, { readonly type: 'LicenseStored' }>): ReadonlyArray<RowChange> => {
  const { issuer, keyId, facts } = event.data
  const lists: ReadonlyArray<readonly [string, boolean]> = [
    [temporary, facts.persist !== 'permanent'],
    [clockBound, facts.clockSetBack !== 'none'],
    [marked, false],
    [indexKey.former(keyId), false],
  ]
  return [
    { key: issuers, id: issuer, value: {} },
    ...(facts.revocable === null
      ? []
      : [{ ...row(event, indexKey.revocable(facts.revocable.key), true), value: { keyId, uid: facts.revocable.uid } }]),
    // A stream's first event finds nothing to take away, which saves a deletion a list.
    ...lists.filter(([, on]) => on || event.revision > 1).map(([key, on]) => row(event, key, on)),
  ]
}

const indexed = (event: Life): ReadonlyArray<RowChange> => {
  switch (event.type) {
    case 'LicenseStored':
      return onStore(event)
    case 'LicenseMarkedForPurge':
      return [row(event, marked, true)]
    case 'LicensePersisted':
      return [row(event, temporary, false)]
    case 'LicenseDisabled':
      return [row(event, clockBound, false)]
    case 'LicenseDeleted':
    case 'LicenseRevoked':
      return [
        ...[temporary, marked, clockBound].map((key) => row(event, key, false)),
        row(event, indexKey.former(event.data.keyId), true),
      ]
  }
}

const live = (event: Life): ReadonlyArray<RowChange> => {
  const id = { key: event.data.keyId, id: licenseRow(event.data) }
  if (event.type === 'LicenseStored') return [{ ...id, value: { ends: event.data.facts.ends } }]
  return event.type === 'LicenseDeleted' || event.type === 'LicenseRevoked' ? [{ ...id, value: null }] : []
}

/** The models by which licenses are found. No row holds a document: that is read with the license's own stream. */
export const licenseProjections: ReadonlyArray<Projection> = [
  projectEvents(LIVE_LICENSES, LIFE, live),
  projectEvents(LICENSE_INDEX, LIFE, indexed),
]
