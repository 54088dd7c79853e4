import type { CopyLevels, DataForm, LicenseDocument, PlayLevels } from '@custody/core/license'
import type { StoredLicense } from '@custody/core/vault'

import { instant } from './instant'
import { rightsLeft, type RightLeft, type WindowLeft } from './license-record'

const windowText = ({ count, left, from, until }: WindowLeft): string =>
  [
    ...(count === undefined ? [] : [`${left ?? 0} of ${count} left`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(until === undefined ? [] : [`until ${until}`]),
  ].join(' ')

/** A right in words, as in `Play 4 of 5 left until 2027-01-01T00:00:00Z`. */
export const rightText = ({ action, windows }: RightLeft): string =>
  [action, windows.map(windowText).join(', then ')].filter((text) => text !== '').join(' ')

/** The rights of a license in a few words, for a list: what is left of counts, and that there are dates. */
export const rightsInBrief = (license: StoredLicense): string =>
  rightsLeft(license)
    .map(({ action, windows }) => {
      const counts = windows.flatMap(({ count, left }) => (count === undefined ? [] : [`${left ?? 0}/${count}`]))
      const dated = windows.some(({ from, until }) => from !== undefined || until !== undefined)
      return `${action}${counts.length === 0 ? '' : ` ${counts.join('+')}`}${dated ? ' dated' : ''}`
    })
    .join(', ')

const FORMS: ReadonlyArray<readonly [DataForm, string]> = [
  ['compressedVideo', 'compressed video'],
  ['uncompressedVideo', 'uncompressed video'],
  ['analogVideo', 'analog video'],
  ['compressedAudio', 'compressed audio'],
  ['uncompressedAudio', 'uncompressed audio'],
]

const playText = (play: PlayLevels): ReadonlyArray<string> => [
  ...FORMS.flatMap(([form, name]) => (play[form] === undefined ? [] : [`${name} ${String(play[form])}`])),
  ...[...(play.video ?? []), ...(play.audio ?? [])].map(({ id, config }) => `output protection ${id} ${config}`.trimEnd()),
]

const copyText = ({ minimum, includes = [], excludes = [] }: CopyLevels): string =>
  [
    `copy ${minimum}`,
    ...(includes.length === 0 ? [] : [`below it ${includes.join(' ')}`]),
    ...(excludes.length === 0 ? [] : [`never ${excludes.join(' ')}`]),
  ].join(', ')

const levels = ({ play, copy }: LicenseDocument): ReadonlyArray<string> => [
  ...(play === undefined ? [] : playText(play)),
  ...(copy === undefined ? [] : [copyText(copy)]),
]

const chain = ({ document: { chain: link }, facts: { uplink } }: StoredLicense): ReadonlyArray<string> => {
  if (link === undefined) return []
  return [link.role === 'root' ? 'root: leaves can hang on it' : `leaf of the root under key ID ${uplink ?? link.uplink}`]
}

const demands = ({ requires = {} }: LicenseDocument): ReadonlyArray<string> =>
  Object.entries(requires).map(([what, least]) => `${what} ${String(least)}`)

const expiry = ({ afterFirstUseHours, afterStoreHours, clockSetBack }: LicenseDocument): ReadonlyArray<string> => [
  ...(afterFirstUseHours === undefined ? [] : [`${afterFirstUseHours} hours after the first use`]),
  ...(afterStoreHours === undefined ? [] : [`${afterStoreHours} hours after it was stored`]),
  ...(clockSetBack === undefined || clockSetBack === 'none' ? [] : [`${clockSetBack} when the clock is set back`]),
]

/** A license for people: one fact a line, its name before it. */
export const licenseSheet = (license: StoredLicense, title: string | undefined): ReadonlyArray<readonly [string, string]> => {
  const { lid, issuer, keyId, priority, state, document } = license
  const rows: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
    ['license', [lid]],
    ['issuer', [issuer]],
    ['key ID', [keyId]],
    ['title', title === undefined ? [] : [title]],
    ['state', [state.storedAt === null ? state.standing : `${state.standing} since ${instant(state.storedAt)}`]],
    ['first used', state.firstUsedAt === null ? [] : [instant(state.firstUsedAt)]],
    ['kept', [state.persisted ? 'permanent' : document.persist]],
    ['priority', [String(priority)]],
    ['rights', rightsLeft(license).map(rightText)],
    ['ends', expiry(document)],
    ['needs', demands(document)],
    ['levels', levels(document)],
    ['chain', chain(license)],
    ['inclusion', document.inclusion ?? []],
  ]
  return rows.flatMap(([name, lines]) => lines.map((line, index) => [index === 0 ? name : '', line] as const))
}
