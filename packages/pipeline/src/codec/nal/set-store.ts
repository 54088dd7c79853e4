import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { unsupportedNal, type NalCodecName } from './nal-fault'
import { MOST_SET_BYTES } from './recorded-sets'

/** What learning a parameter set may answer with. */
export type SetFault = MalformedMedia | UnsupportedMedia

/** Reads the NAL unit from `from` to `to`. */
export type SetParser<Set> = (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, Set>

/** The parameter sets of one kind. */
export interface SetKind<Set> {
  readonly get: (id: number) => Set | undefined
  /**
   * Takes in the NAL unit of a set. A set that is known already is no news; a new one, or one that takes the place of
   * another with its id, is good only until the sets settle.
   *
   * @errors `MalformedMedia`; `UnsupportedMedia` for a set that changes later, and for more or longer ones than fit.
   */
  readonly learn: (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, void>
  /** NAL units in the order in which their ids were first learned. */
  readonly units: () => ReadonlyArray<Uint8Array>
}

/** The parameter sets of one stream, learned until they settle. */
export interface SetStore {
  /** Adds a kind of sets. @param most how many of them a configuration record can hold. */
  readonly kind: <Set extends { readonly id: number }>(most: number, parse: SetParser<Set>) => SetKind<Set>
  /** From now on no set may be added or change. */
  readonly settle: () => void
  /** What `write` makes of the sets, once, and with it they settle; undefined while a kind is missing. */
  readonly configuration: (write: () => Uint8Array) => Uint8Array | undefined
}

interface Known<Set> {
  readonly unit: Uint8Array
  readonly parsed: Set
}

type Kind<Set> = Map<number, Known<Set>>

const DONE = E.right(undefined)

/** Holds no set. */
export const createSetStore = (codec: NalCodecName): SetStore => {
  const kinds: Array<ReadonlyMap<number, unknown>> = []
  let settled = false
  let record: Uint8Array | undefined
  return {
    kind: <Set extends { readonly id: number }>(most: number, parse: SetParser<Set>) => {
      const known: Kind<Set> = new Map()
      kinds.push(known)
      return {
        get: (id) => known.get(id)?.parsed,
        learn: (bytes, from, to) => {
          const end = withoutZeros(bytes, from, to)
          if (holds(known, bytes, from, end)) return DONE
          const parsed = parse(bytes, from, end)
          if (E.isLeft(parsed)) return parsed
          const { id } = parsed.right
          if (settled) return unsupportedNal(codec, from, 'parameter sets that change within the stream')
          // What does not fit is not kept: a configuration is written of what was learned before.
          if (!known.has(id) && known.size === most) {
            return unsupportedNal(codec, from, `more than ${most} parameter sets of a kind`)
          }
          if (end - from > MOST_SET_BYTES) {
            return unsupportedNal(codec, from, `a parameter set of more than ${MOST_SET_BYTES} bytes`)
          }
          // Of a `Buffer`, `slice` would be a view of a sample that is wiped.
          known.set(id, { unit: new Uint8Array(bytes.subarray(from, end)), parsed: parsed.right })
          return DONE
        },
        units: () => Array.from(known.values(), ({ unit }) => unit),
      }
    },
    settle: () => {
      settled = true
    },
    configuration: (write) => {
      if (record !== undefined) return record
      if (kinds.some(({ size }) => size === 0)) return undefined
      settled = true
      record = write()
      return record
    },
  }
}

/** Compares with every set that is known, so that a set met in each key picture is not parsed each time. */
const holds = <Set>(known: Kind<Set>, bytes: Uint8Array, from: number, to: number): boolean => {
  for (const { unit } of known.values()) if (equals(unit, bytes, from, to)) return true
  return false
}

const equals = (unit: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean => {
  if (unit.length !== to - from) return false
  for (let index = 0; index < unit.length; index += 1) if (unit[index] !== bytes[from + index]) return false
  return true
}

/** A NAL unit never ends in zeros; some writers pad the sets of a configuration with them. */
const withoutZeros = (bytes: Uint8Array, from: number, to: number): number => {
  let end = to
  while (end > from && bytes[end - 1] === 0) end -= 1
  return end
}
