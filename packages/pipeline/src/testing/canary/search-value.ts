import { inspect, types } from 'node:util'

import type { CanaryHit, CanaryIndex } from './canary-index'
import { searchText } from './search-text'

/** A search under way. */
interface Search {
  readonly index: CanaryIndex
  readonly hits: CanaryHit[]
  readonly seen: Set<unknown>
}

/**
 * Looks for secret bytes in a value and all that can be reached from it: members with any name, array buffers behind views,
 * messages, stacks and causes of errors, keys that export; then in how it prints: `util.inspect`, JSON, structured clone, text.
 *
 * What the members of a closure hold cannot be reached, nor what stands behind an opaque handle; members that are computed
 * are not asked.
 */
export const searchValue = (index: CanaryIndex, value: unknown, where: string): ReadonlyArray<CanaryHit> => {
  const search: Search = { index, hits: [], seen: new Set() }
  visit(search, value, where)
  visitShown(search, value, where)
  return search.hits
}

/** A value that cannot be shown in that way shows nothing. */
const attempt = <A>(show: () => A): A | undefined => {
  try {
    return show()
  } catch {
    return undefined
  }
}

const withBigNumbers = (_: string, member: unknown): unknown => (typeof member === 'bigint' ? String(member) : member)

const visitShown = (search: Search, value: unknown, where: string): void => {
  const spelled = {
    inspect: attempt(() => inspect(value, { depth: null, showHidden: true, maxArrayLength: null, maxStringLength: null })),
    JSON: attempt(() => JSON.stringify(value, withBigNumbers) as string | undefined),
    String: attempt(() => String(value)),
  }
  for (const [name, text] of Object.entries(spelled)) {
    if (text !== undefined) search.hits.push(...searchText(search.index, text, `${name} of ${where}`))
  }
  visit(search, attempt(() => structuredClone(value)), `clone of ${where}`)
}

const visit = (search: Search, value: unknown, where: string): void => {
  if (typeof value === 'string') search.hits.push(...searchText(search.index, value, where))
  if (typeof value === 'symbol') search.hits.push(...searchText(search.index, value.description ?? '', where))
  if (typeof value === 'bigint') search.hits.push(...searchText(search.index, value.toString(16), where))
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
  const memory = memoryOf(value)
  if (search.seen.has(memory ?? value) || (memory !== undefined && search.index.own.has(memory))) return
  search.seen.add(memory ?? value)
  if (memory === undefined) visitMembers(search, value, where)
  else search.hits.push(...search.index.findIn(new Uint8Array(memory), where))
}

/** Whoever holds a view reaches the whole buffer behind it. */
const memoryOf = (value: object): ArrayBufferLike | undefined => {
  if (types.isAnyArrayBuffer(value)) return value
  return ArrayBuffer.isView(value) ? value.buffer : undefined
}

const visitMembers = (search: Search, value: object, where: string): void => {
  if (types.isKeyObject(value)) visit(search, attempt(() => (value as { readonly export: () => unknown }).export()), `${where}.export()`)
  if (types.isProxy(value)) return
  if (types.isMap(value)) {
    for (const [key, member] of value as ReadonlyMap<unknown, unknown>) {
      visit(search, key, `${where}.keys()`)
      visit(search, member, `${where}.get(${typeof key === 'string' ? key : '…'})`)
    }
  }
  if (types.isSet(value)) for (const member of value as ReadonlySet<unknown>) visit(search, member, `${where}.values()`)
  if (Array.isArray(value) && value.every((member) => Number.isInteger(member) && member >= 0 && member <= 0xff)) {
    search.hits.push(...search.index.findIn(Uint8Array.from(value as ReadonlyArray<number>), where))
    return
  }
  for (const name of Reflect.ownKeys(value)) {
    visit(search, name, `a name in ${where}`)
    const descriptor = Reflect.getOwnPropertyDescriptor(value, name)
    if (descriptor !== undefined && 'value' in descriptor) visit(search, descriptor.value, `${where}.${String(name)}`)
  }
}
