import type { Adapter } from '@custody/adapters/contract'
import { clearKey } from '@custody/adapters/systems/clear-key'

/** The rights systems that the command knows. */
export const builtInAdapters: ReadonlyArray<Adapter> = [clearKey]

/** The system of that name on the command line. */
export const adapterNamed = (name: string): Adapter | undefined =>
  builtInAdapters.find(({ describe }) => describe.name === name)

/** Their ids: the targets that are registered (EX-23). */
export const registeredSystems = builtInAdapters.map(({ describe }) => describe.systemId)

/** The embedded default. */
export const clearKeyAdapter = clearKey
