import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { SecurityVersion } from '../identity/security-version'

/** Stream of what happened to this device's keys. */
export const DEVICE_STREAM = 'device'

/** A complete set of device keys became the one in use. */
export const DeviceEpochInstalled = defineEvent({
  type: 'DeviceEpochInstalled',
  schemaVersion: 1,
  data: t.type({ epoch: t.number, securityVersion: SecurityVersion }),
})

/** All that the device stream may hold. */
export const DEVICE_EVENTS = [DeviceEpochInstalled] as const
