
import { SecurityVersion, compareVersions, type RequiredVersion } from '../identity/security-version'
import { DATA_FORMS } from '../license/evaluation'
import { linksOf, type HeldLicense } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import type { Standing } from '../license/license-state'
import { termsOf } from '../license/license-terms'
import { outputLevels } from '../license/output-levels'
import type { RefusalReason } from '../license/refusal'
import { usesOf } from '../license/usage'
import { storedOf } from '../transfer/candidate'
import type { Change, LicenseRef } from './change'
import { momentsOf } from './moments'
import { actionOf, surroundings, type Scene } from './scene'

/** The license that a refusal is about, or nothing where it is about the request. */
type Propose = (scene: Scene, held: HeldLicense | undefined) => ReadonlyArray<Change>

const nameOf = ({ license: { issuer, lid } }: HeldLicense): LicenseRef => ({ issuer, lid })
const links = (held: HeldLicense | undefined): ReadonlyArray<HeldLicense> => (held === undefined ? [] : linksOf(held))
const requirements = (held: HeldLicense | undefined) => links(held).flatMap(({ license }) => license.document.requires ?? [])
const greatest = (numbers: ReadonlyArray<number | undefined>): number => Math.max(0, ...numbers.map((one) => one ?? 0))

const times: Propose = (scene, held) =>
  held === undefined ? [] : momentsOf(held, actionOf(scene) ?? '').map((to): Change => ({ type: 'TimeMoves', to }))

const uses: Propose = (scene, held) => {
  const action = actionOf(scene) ?? ''
  return links(held).flatMap((link) => {
    const windows = termsOf(link.license.document).rights.get(action)?.windows ?? []
    return windows.flatMap(({ count }, window): ReadonlyArray<Change> => {
      const back = usesOf(link.state.usage, action, window) - count + 1
      return back > 0 ? [{ type: 'UseGivenBack', license: nameOf(link), action, window, uses: back }] : []
    })
  })
}

const demandedVersions = ({ asked }: Scene, held: HeldLicense | undefined): ReadonlyArray<RequiredVersion> => {
  const own = asked.type === 'query' ? asked.circumstances.minimumVersion : (asked.question.contentVersion ?? undefined)
  return [own, ...requirements(held).map(({ security }) => security)].filter((version) => version !== undefined)
}

const version: Propose = (scene, held) => {
  const highest = [...demandedVersions(scene, held)].sort(compareVersions).at(-1)
  const securityVersion = `${highest ?? ''}.0.1`
  return SecurityVersion.is(securityVersion) ? [{ type: 'VersionInstalled', securityVersion }] : []
}

const applicationLevel: Propose = ({ asked }, held) => {
  const level = greatest(requirements(held).map(({ application }) => application))
  const certified = asked.type === 'export' && asked.question.receiver.type === 'certified'
  return [{ type: certified ? 'ReceiverLevelRaised' : 'ApplicationLevelRaised', level }]
}

const clock: Propose = (scene, held) => [
  ...(surroundings(scene).clock.type === 'trusted' ? [] : [{ type: 'ClockReanchored' } as const]),
  ...(requirements(held).some((own) => own.clock === true) ? [{ type: 'SecureClockAdded' } as const] : []),
]

const metering: Propose = (_, held) =>
  requirements(held).flatMap(({ metering: service }): ReadonlyArray<Change> =>
    service === undefined ? [] : [{ type: 'MeteringAdded', service }]
  )

const revocationVersion: Propose = (_, held) =>
  requirements(held)
    .flatMap(({ revocation }) => revocation ?? [])
    .map((least): Change => ({ type: 'RevocationInformationStored', version: least }))

const inclusion: Propose = ({ asked }, held) => {
  if (asked.type !== 'export') return []
  const { system } = asked.question
  const stated = links(held).filter(({ license }) => license.document.inclusion !== undefined)
  const lacking = (stated.length === 0 ? links(held).slice(0, 1) : stated).filter(
    ({ license }) => license.document.inclusion?.includes(system) !== true
  )
  return lacking.map((link) => ({ type: 'LicenseIncludes', license: nameOf(link), system }))
}

const right: Propose = (scene, held) => {
  const action = actionOf(scene)
  if (action === undefined) return []
  return links(held)
    .filter(({ license }) => !license.document.rights.some((own) => own.action === action))
    .map((link) => ({ type: 'LicenseGrants', license: nameOf(link), action }))
}

const copyLevel: Propose = (_, held) => {
  const level = held === undefined ? undefined : outputLevels(held).copy?.minimum
  return level === undefined ? [] : [{ type: 'CopyLevelRaised', level }]
}

const formLevels: Propose = (_, held) => {
  const levels = held === undefined ? {} : (outputLevels(held).play ?? {})
  return DATA_FORMS.flatMap((form): ReadonlyArray<Change> => {
    const level = levels[form]
    return level === undefined ? [] : [{ type: 'FormLevelRaised', form, level }]
  })
}

/** Standings that a license keeps when it comes in: one is here already, a revoked one does not come in again (LI-50). */
const STAYS: ReadonlySet<Standing> = new Set(['held', 'revoked'])

const storedAgain: Propose = (scene, held) =>
  held === undefined
    ? [{ type: 'LicenseAdded', action: actionOf(scene) ?? 'Play' }]
    : links(held)
        .filter(({ state }) => !STAYS.has(state.standing))
        .map((link) => ({ type: 'LicenseStored', license: nameOf(link) }))

const root: Propose = (_, held) => {
  const chain = held?.license.document.chain
  return held === undefined || chain?.role !== 'leaf' ? [] : [{ type: 'RootStored', license: nameOf(held), keyId: chain.uplink }]
}

const always =
  (...changes: ReadonlyArray<Change>): Propose =>
  () =>
    changes

/** What could do away with each reason; nothing where no change short of another license does, as for a revoked license. */
const PROPOSE: { readonly [R in RefusalReason]?: Propose } = {
  NoLicense: storedAgain,
  NoRight: right,
  Exhausted: (scene, held) => [...uses(scene, held), ...times(scene, held)],
  Expired: times,
  NotStarted: times,
  ApplicationLevelTooLow: applicationLevel,
  IndividualizationRequired: version,
  CopyLevelTooLow: copyLevel,
  OutputLevelTooLow: formLevels,
  ClockUntrusted: clock,
  MeteringUnsupported: metering,
  AudioPathMissing: (_, held) => [
    { type: 'AudioPathRaised', level: greatest(requirements(held).map(({ audioPath }) => audioPath)) },
  ],
  UplinkMissing: root,
  LicenseDisabled: storedAgain,
  RevocationTooOld: revocationVersion,
  RevocationStale: (_, held) => [
    { type: held === undefined ? 'RevocationListRenewed' : 'RevocationInformationRenewed' },
  ],
  InclusionMissing: inclusion,
  SystemNotIncluded: inclusion,
  SystemUnregistered: ({ asked }) =>
    asked.type === 'query' ? [] : [{ type: 'SystemRegistered', system: asked.question.system }],
  LicenseIssuerUnknown: (_, held) =>
    held === undefined ? [] : [{ type: 'IssuerTrusted', issuer: held.license.issuer }],
  CertificateInvalid: always({ type: 'ReceiverReplaced' }),
  CertificateExpired: always({ type: 'ReceiverReplaced' }),
  CertificateRevoked: always({ type: 'ReceiverReplaced' }, { type: 'ApplicationReplaced' }),
  LevelInadequate: always({ type: 'ReceiverReplaced' }),
  HandleStale: always({ type: 'HandleRenewed' }),
}

/** Changes each of which may do away with one reason of a refusal. Whether it does is seen by deciding again. */
export const proposeChanges = (scene: Scene, { reason, license }: LicenseRefusal): ReadonlyArray<Change> => {
  const asked = license === null ? [] : scene.candidates.filter(({ issuer, lid }) => issuer === license.issuer && lid === license.lid)
  const helds = asked.length === 0 ? [undefined] : asked.map(storedOf)
  return helds.flatMap((held) => PROPOSE[reason]?.(scene, held) ?? [])
}
