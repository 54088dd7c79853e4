import type { RecordedEvent } from '../event/decode-event'
import type { SecurityVersion } from '../identity/security-version'
import type { DEVICE_EVENTS } from './device-event'

type DeviceEvent = RecordedEvent<(typeof DEVICE_EVENTS)[number]>

/** The device keys in use. */
export interface DeviceState {
  /** -1 before the first keys. */
  readonly epoch: number
  readonly securityVersion: SecurityVersion | undefined
  /** Events that the stream holds. */
  readonly revision: number
}

/** A device without keys. */
export const initial: DeviceState = { epoch: -1, securityVersion: undefined, revision: 0 }

/** The state after one more event. */
export const evolve = (_: DeviceState, { data, revision }: DeviceEvent): DeviceState => ({
  epoch: data.epoch,
  securityVersion: data.securityVersion,
  revision,
})
