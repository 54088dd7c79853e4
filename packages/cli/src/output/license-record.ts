import { usageKey, type LicenseState, type Right } from '@custody/core/license'
import type { StoredLicense } from '@custody/core/vault'

import { instant } from './instant'

/** A window of a right with what is left of its count here. */
export interface WindowLeft {
  readonly count?: number
  readonly left?: number
  readonly from?: string
  readonly until?: string
}

/** A right as it stands in this home. */
export interface RightLeft {
  readonly action: string
  readonly windows: ReadonlyArray<WindowLeft>
}

const windowsLeft = ({ action, windows = [] }: Right, { usage }: LicenseState): ReadonlyArray<WindowLeft> =>
  windows.map((window, index) =>
    window.count === undefined
      ? window
      : { ...window, left: Math.max(0, window.count - (usage.get(usageKey(action, index)) ?? 0)) }
  )

/** What a license still allows; uses that are under way count as used. */
export const rightsLeft = ({ document, state }: StoredLicense): ReadonlyArray<RightLeft> =>
  document.rights.map((right) => ({ action: right.action, windows: windowsLeft(right, state) }))

/** A license as `--json` prints it. @source docs/reference/command-line.md, "Files" */
export const licenseRecord = (license: StoredLicense, title: string | undefined): Readonly<Record<string, unknown>> => {
  const { lid, issuer, keyId, priority, state, document } = license
  const { standing, storedAt, firstUsedAt, persisted } = state
  return {
    licenseId: lid,
    issuer,
    keyId,
    ...(title === undefined ? {} : { title }),
    priority,
    state: standing,
    persistence: persisted ? 'permanent' : document.persist,
    ...(storedAt === null ? {} : { storedAt: instant(storedAt) }),
    ...(firstUsedAt === null ? {} : { firstUsedAt: instant(firstUsedAt) }),
    rights: rightsLeft(license),
    document,
  }
}
