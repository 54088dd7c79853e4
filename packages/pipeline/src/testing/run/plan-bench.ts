import type { StoredEvent } from '@custody/core/event'
import type { KeyId } from '@custody/core/identity'

import { plantCanary } from '../canary/plant-canary'
import { temporaryHome, type TemporaryHome } from '../home/temporary-home'
import { createCounterLedger, type CounterLedger } from '../oracle/counter-ledger'

/** A key with its name. */
export interface BenchKey {
  readonly keyId: KeyId
  /** An allocation of its own, to be looked for. */
  readonly key: Uint8Array
  readonly hex: string
}

/** A home in which pipelines run one after the other, under the same target keys, as files of one home do. */
export interface PlanBench {
  readonly place: TemporaryHome
  /** All counter blocks that were used in this home. */
  readonly ledger: CounterLedger
  /** The key of the nth track; that of the classic cipher is shorter. */
  readonly targetKey: (classic: boolean, track: number) => BenchKey
  /** A key for one run. */
  readonly freshKey: (classic: boolean) => BenchKey
  /** What the log says that it did not say when this was last asked. */
  readonly newEvents: () => Promise<ReadonlyArray<StoredEvent>>
  readonly remove: () => void
}

const AES_KEY = 16
const CLASSIC_KEY = 7
const ID = 16

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

const freshKey = (classic: boolean): BenchKey => {
  const key = plantCanary(classic ? CLASSIC_KEY : AES_KEY)
  return { keyId: hexOf(plantCanary(ID)) as KeyId, key, hex: hexOf(key) }
}

/** Opens a home in memory. */
export const openBench = async (): Promise<PlanBench> => {
  const place = await temporaryHome({ inMemory: true })
  const targets = new Map<string, BenchKey>()
  let position = 0
  return {
    place,
    ledger: createCounterLedger(),
    freshKey,
    targetKey: (classic, track) => {
      const name = `${String(classic)} ${String(track)}`
      const known = targets.get(name) ?? freshKey(classic)
      targets.set(name, known)
      return known
    },
    newEvents: async () => {
      const events = await place.log(position)
      position = events.at(-1)?.position ?? position
      return events
    },
    remove: place.remove,
  }
}
