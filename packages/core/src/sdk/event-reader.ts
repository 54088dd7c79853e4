import type { IndividualizationStatus } from '../individualization/individualization-event'
import { eventDetail, type EventDetail, type ViewedEvent } from './event-detail'
import { mappingRow, type MappingRow } from './event-mapping'
import { faultCode } from './fault-code'
import { HRESULT, type HresultName } from './hresult'
import { INDIVIDUALIZATION_CODE, type IndividualizationCodeName } from './individualization-code'
import type { ProcessKind } from './process'
import type { WmIndividualizeStatus } from './status-object'

/** An event of a run with what the platform says for it. */
export interface Reading {
  readonly row: MappingRow
  readonly detail: EventDetail
  readonly hr: number
  /** Counters of the run at this event. */
  readonly counters: IndividualizationStatus
}

/** Turns the events of one run into signals of one generation. `over`: these are the last. */
export type Translate<Signal> = (event: ViewedEvent) => { readonly signals: ReadonlyArray<Signal>; readonly over: boolean }

const NO_COUNTERS: IndividualizationStatus = { status: 0, http: 0, roundTrips: 0, read: 0, total: 0 }

/**
 * Reads the events of one run, in order. Null for an event that the platform hears nothing of: one without a counterpart, a
 * second restricted license with the same key ID (BR-13), and whatever comes after the end (EV-5).
 */
export const eventReader = (kind: ProcessKind): ((event: ViewedEvent) => Reading | null) => {
  const restricted = new Set<string | null | undefined>()
  let counters = NO_COUNTERS
  let over = false
  return (event) => {
    const detail = eventDetail(event)
    const row = over ? undefined : mappingRow(kind, event.type, detail)
    if (row === undefined) return null
    if (row.wmt === 'WMT_RESTRICTED_LICENSE') {
      if (restricted.has(detail.keyId)) return null
      restricted.add(detail.keyId)
    }
    counters = detail.status ?? counters
    over = row.role === 'end'
    return { row, detail, hr: HRESULT[codeOf(row, detail)], counters }
  }
}

const codeOf = ({ kind, hr }: MappingRow, detail: EventDetail): HresultName =>
  hr === 'fault' || hr === 'reason' ? faultCode(kind, detail[hr] ?? '') : hr

/** The structure of an individualization's status at one event: counters of the run, stage of the event (IN-22). */
export const individualizeStatus = (
  stage: IndividualizationCodeName,
  hr: number,
  { http, roundTrips, read, total }: IndividualizationStatus = NO_COUNTERS
): WmIndividualizeStatus => ({
  hr,
  enIndiStatus: INDIVIDUALIZATION_CODE[stage],
  pszIndiRespUrl: '',
  dwHTTPRequest: roundTrips,
  enHTTPStatus: http,
  dwHTTPReadProgress: read,
  dwHTTPReadTotal: total,
})

/** Whether a row's status object speaks of a stage of an individualization. */
export const isStage = (detail: MappingRow['detail']): detail is IndividualizationCodeName =>
  detail !== null && Object.hasOwn(INDIVIDUALIZATION_CODE, detail)
