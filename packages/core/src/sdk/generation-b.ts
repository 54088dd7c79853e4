import type { ViewedEvent } from './event-detail'
import { KIND } from './event-mapping'
import { eventReader, individualizeStatus, isStage, type Reading, type Translate } from './event-reader'
import { MEDIA_EVENT } from './media-event'
import { MSDRM_STATUS } from './msdrm-status'
import type { ProcessKind } from './process'
import type { BackupRestoreStatus, MediaEvent, StatusObject } from './status-object'

/** One run in the words of the second generation: progress events, each with a status object of its own, then one completion. */
export const generationB = (kind: ProcessKind): Translate<MediaEvent> => {
  const read = eventReader(kind)
  const { progress, completed } = KIND[kind]
  return (event: ViewedEvent) => {
    const reading = read(event)
    if (reading === null) return { signals: [], over: false }
    const { row, hr } = reading
    const object = progress === null ? null : statusObject(reading)
    const before = progress === null || object === null ? [] : [{ type: MEDIA_EVENT[progress], status: hr, value: object }]
    if (row.role === 'progress') return { signals: before, over: false }
    return { signals: [...before, { type: MEDIA_EVENT[completed], status: hr, value: challengeOf(reading) }], over: true }
  }
}

/** What a non-silent acquisition ends with: what the application is to post (LI-60). */
const challengeOf = ({ row, detail: { url, challenge } }: Reading): StatusObject | null =>
  row.payload === 'challenge'
    ? { type: 'IWMDRMNonSilentLicenseAquisition', getStatus: () => ({ url: url ?? '', challenge: challenge ?? '' }) }
    : null

const statusObject = (reading: Reading): StatusObject | null => {
  const { row, hr, counters } = reading
  const stage = row.detail
  if (stage === null) return null
  if (isStage(stage)) {
    return { type: 'IWMDRMIndividualizationStatus', getStatus: () => individualizeStatus(stage, hr, counters) }
  }
  const status: BackupRestoreStatus = { eStatus: MSDRM_STATUS[stage], bstrError: textOf(reading) }
  return { type: 'IWMDRMLicenseBackupRestoreStatus', getStatus: () => ({ ...status }) }
}

const textOf = ({ row, detail }: Reading): string => {
  switch (row.payload) {
    case 'keyId':
      return detail.keyId ?? ''
    case 'url':
      return detail.url ?? ''
    case 'progress':
      return `${detail.written ?? detail.done ?? 0} of ${detail.licenses ?? 0}`
    case 'none':
    case 'individualization':
    case 'license':
    case 'challenge':
      return ''
  }
}
