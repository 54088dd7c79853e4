import { FLAGS } from './flags'
import { HRESULT } from './hresult'

/** The names that a backup restorer knows: where to write, where to read. @source docs/reference/domain.md, BR-4 */
export const RESTORER_PROPERTIES = ['BackupPath', 'RestorePath'] as const

/** Name of a property of a backup restorer. */
export type RestorerProperty = (typeof RESTORER_PROPERTIES)[number]

/** A property that was asked for. */
export type PropertyAnswer =
  | { readonly hr: 0; readonly name: RestorerProperty; readonly type: number; readonly value: string }
  | { readonly hr: number; readonly name: null; readonly type: null; readonly value: null }

/** The properties of a backup restorer, as IWMBackupRestoreProps has them. Each call answers with an HRESULT. */
export interface RestorerProperties {
  /** @returns E_INVALIDARG unless the value is a string (BR-3), NS_E_DRM_UNSUPPORTED_PROPERTY for another name. */
  readonly setProp: (name: string, value: unknown) => number
  readonly getPropCount: () => number
  /** From 0, in the order in which they were first set. @returns E_INVALIDARG outside of it. */
  readonly getPropByIndex: (index: number) => PropertyAnswer
  /** @returns NS_E_DRM_INVALID_PROPERTY when it is not set. */
  readonly getPropByName: (name: string) => PropertyAnswer
  /** @returns NS_E_DRM_INVALID_PROPERTY when it is not set. */
  readonly removeProp: (name: string) => number
  readonly removeAllProps: () => number
}

/** Properties of a new backup restorer: none is set. */
export const createRestorerProperties = (): RestorerProperties => {
  const set = new Map<RestorerProperty, string>()
  const answer = (name: RestorerProperty, value: string): PropertyAnswer => ({
    hr: HRESULT.S_OK,
    name,
    type: FLAGS.DRM_ATTR_DATATYPE.STRING,
    value,
  })
  return {
    setProp: (name, value) => {
      if (typeof value !== 'string') return HRESULT.E_INVALIDARG
      if (!isKnown(name)) return HRESULT.NS_E_DRM_UNSUPPORTED_PROPERTY
      set.set(name, value)
      return HRESULT.S_OK
    },
    getPropCount: () => set.size,
    getPropByIndex: (index) => {
      const found = [...set][index]
      return found === undefined ? refused(HRESULT.E_INVALIDARG) : answer(...found)
    },
    getPropByName: (name) => {
      if (!isKnown(name)) return refused(HRESULT.NS_E_DRM_UNSUPPORTED_PROPERTY)
      const value = set.get(name)
      return value === undefined ? refused(HRESULT.NS_E_DRM_INVALID_PROPERTY) : answer(name, value)
    },
    removeProp: (name) => {
      if (!isKnown(name)) return HRESULT.NS_E_DRM_UNSUPPORTED_PROPERTY
      return set.delete(name) ? HRESULT.S_OK : HRESULT.NS_E_DRM_INVALID_PROPERTY
    },
    removeAllProps: () => {
      set.clear()
      return HRESULT.S_OK
    },
  }
}

const isKnown = (name: string): name is RestorerProperty => RESTORER_PROPERTIES.some((known) => known === name)

const refused = (hr: number): PropertyAnswer => ({ hr, name: null, type: null, value: null })
