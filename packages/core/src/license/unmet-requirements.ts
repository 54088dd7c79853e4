import { satisfiesVersion } from '../identity/security-version'
import type { Action } from './action'
import type { DeviceStatement } from './evaluation'
import type { CopyLevels, LicenseDocument, PlayLevels } from './license-document'
import { refusal, type Refusal } from './refusal'

type Judge = (document: LicenseDocument, action: Action, device: DeviceStatement) => Refusal | undefined

const unsupported = (rule: string, what: string): Refusal =>
  refusal('ConditionUnsupported', rule, `the license states ${what}, which this version cannot judge`)

const security: Judge = ({ requires }, _, { securityVersion }) =>
  requires?.security === undefined || satisfiesVersion(securityVersion, requires.security)
    ? undefined
    : refusal(
        'IndividualizationRequired',
        'IN-3',
        `the license needs security version ${requires.security}.0.1, installed is ${securityVersion}; individualize`
      )

const application: Judge = ({ requires }, _, { applicationLevel }) =>
  requires?.application === undefined ||
  (applicationLevel !== undefined && applicationLevel >= requires.application)
    ? undefined
    : refusal('ApplicationLevelTooLow', 'LI-23', `the license needs application level ${requires.application}`)

const clock: Judge = ({ requires }) =>
  requires?.clock === true
    ? refusal('ClockUntrusted', 'LI-6', 'the license needs a secure clock, which this device has not')
    : undefined

const metering: Judge = ({ requires }) =>
  requires?.metering === undefined
    ? undefined
    : refusal('MeteringUnsupported', 'LI-6', 'the license needs metering, which this device has not')

const audioPath: Judge = ({ requires }) =>
  requires?.audioPath === undefined || requires.audioPath === 0
    ? undefined
    : unsupported('LI-15', 'a secure audio path')

const revocation: Judge = ({ requires }) =>
  requires?.revocation === undefined
    ? undefined
    : refusal('RevocationTooOld', 'RV-6', `the license needs revocation information ${requires.revocation}, none is stored`)

const chain: Judge = ({ chain: link }) =>
  link?.role === 'leaf' ? refusal('UplinkMissing', 'LI-59', 'the root license of this chain is not at hand') : undefined

const hours: Judge = ({ afterFirstUseHours, afterStoreHours }) =>
  afterFirstUseHours === undefined && afterStoreHours === undefined
    ? undefined
    : unsupported('LI-20', 'an expiry in hours')

const clockSetBack: Judge = ({ clockSetBack: answer }) =>
  answer === undefined || answer === 'none' ? undefined : unsupported('LI-21', `"${answer}" for a clock set back`)

const restrictsPlay = ({ video = [], audio = [], ...levels }: PlayLevels): boolean =>
  video.length > 0 || audio.length > 0 || Object.values(levels).some((level) => level > 0)

const restrictsCopy = ({ minimum, excludes = [] }: CopyLevels): boolean => minimum > 0 || excludes.length > 0

const playLevels: Judge = ({ play }, action) =>
  action === 'Backup' || play === undefined || !restrictsPlay(play)
    ? undefined
    : unsupported('LI-27', 'output protection levels')

const copyLevels: Judge = ({ copy }, action) =>
  action !== 'Copy' || copy === undefined || !restrictsCopy(copy) ? undefined : unsupported('LI-29', 'copy protection levels')

/** In the order in which a refusal names them. A new member of the document needs a judge here. */
const JUDGES: ReadonlyArray<Judge> = [
  chain,
  security,
  application,
  clock,
  metering,
  audioPath,
  revocation,
  hours,
  clockSetBack,
  playLevels,
  copyLevels,
]

/** The demands of a document on device and application that are not met, or that nothing here can judge yet. */
export const unmetRequirements = (
  document: LicenseDocument,
  action: Action,
  device: DeviceStatement
): ReadonlyArray<Refusal> =>
  JUDGES.flatMap((judge) => {
    const refused = judge(document, action, device)
    return refused === undefined ? [] : [refused]
  })
