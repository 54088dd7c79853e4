import { systemClock } from '../../clock/system-clock'
import { systemRandom } from '../../random/system-random'
import { describeEventStore } from '../../testing/store/store-kit'
import { type FreshPlace, TEST_LOG_ID } from '../../testing/store/store-place'
import { type MemoryLog, memoryLog } from './memory-log'
import { openMemoryStore } from './open-memory-store'

const freshMemoryPlace: FreshPlace = async () => {
  let log: MemoryLog | undefined
  return {
    open: async ({ clock = systemClock, projections = [], logId = TEST_LOG_ID }) =>
      openMemoryStore((log ??= memoryLog(logId)), { clock, projections, random: systemRandom }),
    remove: async () => undefined,
  }
}

describeEventStore('memory', freshMemoryPlace, { describe, it })
