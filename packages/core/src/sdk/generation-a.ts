import type { ViewedEvent } from './event-detail'
import type { MappingRow } from './event-mapping'
import { eventReader, individualizeStatus, isStage, type Reading, type Translate } from './event-reader'
import { FLAGS } from './flags'
import { HRESULT, isFailure } from './hresult'
import type { IndividualizationCodeName } from './individualization-code'
import type { ProcessKind } from './process'
import type { WmGetLicenseData, WmtSignal } from './status-object'
import { WMT_STATUS, type WmtStatusName } from './wmt-status'

/** A place in a grammar before its end. */
interface Step {
  readonly name: WmtStatusName | IndividualizationCodeName
  /** Whether what comes after it presupposes it; it is sent along when the process left it out, as a resumed one may. */
  readonly needed: boolean
  readonly repeats: boolean
}

const once = (name: Step['name']): Step => ({ name, needed: true, repeats: false })
const repeated = (name: Step['name']): Step => ({ name, needed: false, repeats: true })

/** The grammars of the first generation up to their end, in order. @source docs/reference/domain.md, sections 3.1 and 4 */
const STEPS: Readonly<Record<ProcessKind, ReadonlyArray<Step>>> = {
  backup: [once('WMT_BACKUPRESTORE_BEGIN'), repeated('WMT_RESTRICTED_LICENSE')],
  restore: [
    once('WMT_BACKUPRESTORE_CONNECTING'),
    once('WMT_BACKUPRESTORE_DISCONNECTING'),
    once('WMT_BACKUPRESTORE_BEGIN'),
  ],
  individualization: [
    once('INDI_BEGIN'),
    repeated('INDI_DOWNLOAD'),
    { name: 'INDI_INSTALL', needed: false, repeats: false },
  ],
  revocation: [],
  acquisition: [],
  monitoring: [],
  cleaning: [],
}

/** Held back until a license is here, so that a run that the limit refuses whole reads CONNECTING ERROR_WITHURL. */
const HELD_BACK: ReadonlySet<string> = new Set(['RestoreDisconnecting', 'RestoreBegun'])
const RELEASING: ReadonlySet<string> = new Set(['LicenseRestored', 'LicenseAlreadyHeld'])

const { DWORD, STRING, BINARY } = FLAGS.DRM_ATTR_DATATYPE

/** What a reader says of the license that its content needs. */
export const NO_LICENSE_DATA: WmGetLicenseData = licenseData(HRESULT.NS_E_LICENSE_REQUIRED, '', '')

/**
 * One run in the words of the first generation. Its signals follow the grammar whatever the process leaves out or repeats.
 * A run that fails before its first status is one failing status alone: no beginning is made up (BR-6, P-8).
 *
 * @param license sent with WMT_NO_RIGHTS_EX after an individualization that succeeded (IN-27).
 */
export const generationA = (kind: ProcessKind, license: WmGetLicenseData = NO_LICENSE_DATA): Translate<WmtSignal> => {
  const read = eventReader(kind)
  const steps = STEPS[kind]
  let reached = -1

  /** The needed steps before `index` that were not sent. */
  const upTo = (index: number): ReadonlyArray<WmtSignal> => {
    const sent = steps.filter((step, at) => at > reached && at < index && step.needed)
    reached = Math.max(reached, index - 1)
    return sent.map(signalOfStep)
  }
  const progress = (reading: Reading): ReadonlyArray<WmtSignal> => {
    const { row } = reading
    if (HELD_BACK.has(row.type)) return []
    if (RELEASING.has(row.type)) return upTo(steps.length)
    const index = steps.findIndex(({ name }) => name === nameOf(row))
    const step = steps[index]
    if (step === undefined || index < reached || (index === reached && !step.repeats)) return []
    const before = upTo(index)
    reached = index
    return [...before, signalOf(reading, row.wmt)]
  }
  const end = (reading: Reading): ReadonlyArray<WmtSignal> => {
    const { row, hr } = reading
    if (row.wmt === 'WMT_ERROR_WITHURL') {
      // Once licenses are here, the platform has no place for a URL: the error comes with it as a value all the same.
      return reached > 0 ? [signalOf(reading, 'WMT_ERROR')] : [...upTo(1), signalOf(reading, row.wmt)]
    }
    if (isFailure(hr)) return [signalOf(reading, row.wmt)]
    const whole = [...upTo(steps.length), signalOf(reading, row.wmt)]
    return kind === 'individualization' ? [...whole, noRights(license)] : whole
  }
  return (event: ViewedEvent) => {
    const reading = read(event)
    if (reading === null) return { signals: [], over: false }
    const over = reading.row.role === 'end'
    if (over && reading.row.wmt === null) return { signals: [], over }
    return { signals: over ? end(reading) : progress(reading), over }
  }
}

const nameOf = ({ kind, wmt, detail }: MappingRow): string | null => (kind === 'individualization' ? detail : wmt)

const signalOfStep = ({ name }: Step): WmtSignal =>
  isStage(name as MappingRow['detail'])
    ? binary('WMT_INDIVIDUALIZE', HRESULT.S_OK, individualizeStatus(name as IndividualizationCodeName, HRESULT.S_OK))
    : { status: WMT_STATUS[name as WmtStatusName], hr: HRESULT.S_OK, type: DWORD, value: null }

const signalOf = ({ row, detail, hr, counters }: Reading, wmt: WmtStatusName | null): WmtSignal => {
  const status = WMT_STATUS[wmt ?? 'WMT_ERROR']
  switch (row.payload) {
    case 'keyId':
      return { status, hr, type: STRING, value: detail.keyId ?? '' }
    case 'url':
      return { status, hr, type: STRING, value: detail.url ?? '' }
    case 'individualization':
      return { status, hr, type: BINARY, value: individualizeStatus(stageOf(row), hr, counters) }
    case 'license':
      return { status, hr, type: BINARY, value: licenseData(hr, '', '') }
    case 'challenge':
      return { status, hr, type: BINARY, value: licenseData(hr, detail.url ?? '', detail.challenge ?? '') }
    case 'none':
    case 'progress':
      return { status, hr, type: DWORD, value: null }
  }
}

function licenseData(hr: number, wszURL: string, pbPostData: string): WmGetLicenseData {
  return { hr, wszURL, wszLocalFilename: '', pbPostData }
}

const stageOf = ({ detail }: MappingRow): IndividualizationCodeName => (isStage(detail) ? detail : 'INDI_UNDEFINED')

const binary = (wmt: WmtStatusName, hr: number, value: WmtSignal['value']): WmtSignal => ({
  status: WMT_STATUS[wmt],
  hr,
  type: BINARY,
  value,
})

const noRights = (license: WmGetLicenseData): WmtSignal => binary('WMT_NO_RIGHTS_EX', HRESULT.S_OK, license)
