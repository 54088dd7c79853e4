import * as E from 'fp-ts/Either'

import type { MalformedMedia, UnsupportedMedia } from '../../fault/pipeline-fault'
import { avcConfiguration, MOST_PPS, MOST_SET_BYTES, MOST_SPS } from './avc-configuration'
import { unsupportedAvc } from './malformed-avc'
import { parsePps, type Pps } from './parse-pps'
import type { SetLookup } from './parse-slice-header'
import { parseSps } from './parse-sps'
import type { Sps } from './sps'

type SetFault = MalformedMedia | UnsupportedMedia

/** The parameter sets of one stream, learned until they settle. */
export interface ParameterSets extends SetLookup {
  /**
   * Takes in the NAL unit of a sequence parameter set. A set that is known already is no news; a new one, or one that
   * takes the place of another with its id, is good only until the sets settle.
   *
   * @errors `MalformedMedia`; `UnsupportedMedia` for a set that changes later.
   */
  readonly learnSps: (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, void>
  /** Takes in the NAL unit of a picture parameter set, by the same rules. */
  readonly learnPps: (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, void>
  /** From now on no set may be added or change. */
  readonly settle: () => void
  /** The configuration record of these sets, and with it they settle; undefined while a kind is missing. */
  readonly configuration: () => Uint8Array | undefined
}

interface Known<Set> {
  readonly unit: Uint8Array
  readonly parsed: Set
}

const DONE = E.right(undefined)

/** Holds no set. */
export const createParameterSets = (): ParameterSets => {
  const sps = new Map<number, Known<Sps>>()
  const pps = new Map<number, Known<Pps>>()
  let settled = false
  let record: Uint8Array | undefined

  const keep = <Set extends { readonly id: number }>(
    known: Map<number, Known<Set>>,
    most: number,
    unit: Uint8Array,
    parsed: E.Either<MalformedMedia, Set>
  ): E.Either<SetFault, void> => {
    if (E.isLeft(parsed)) return parsed
    if (settled) return unsupportedAvc('parameter sets that change within the stream')
    known.set(parsed.right.id, { unit: Uint8Array.from(unit), parsed: parsed.right })
    if (known.size > most) return unsupportedAvc(`more than ${most} parameter sets of a kind`)
    return unit.length > MOST_SET_BYTES ? unsupportedAvc('a parameter set of more than 65535 bytes') : DONE
  }
  const chromaFormat = (id: number): number | undefined => sps.get(id)?.parsed.chromaFormat

  return {
    sps: (id) => sps.get(id)?.parsed,
    pps: (id) => pps.get(id)?.parsed,
    learnSps: (bytes, from, to) => {
      const end = withoutZeros(bytes, from, to)
      if (holds(sps, bytes, from, end)) return DONE
      return keep(sps, MOST_SPS, bytes.subarray(from, end), parseSps(bytes, from, end))
    },
    learnPps: (bytes, from, to) => {
      const end = withoutZeros(bytes, from, to)
      if (holds(pps, bytes, from, end)) return DONE
      return keep(pps, MOST_PPS, bytes.subarray(from, end), parsePps(bytes, from, end, chromaFormat))
    },
    settle: () => {
      settled = true
    },
    configuration: () => {
      if (record !== undefined) return record
      if (sps.size === 0 || pps.size === 0) return undefined
      settled = true
      record = avcConfiguration(unitsOf(sps), unitsOf(pps))
      return record
    },
  }
}

const unitsOf = <Set>(known: ReadonlyMap<number, Known<Set>>): ReadonlyArray<Uint8Array> =>
  Array.from(known.values(), ({ unit }) => unit)

/** Compares with every set that is known, so that a set met in each key picture is not parsed each time. */
const holds = <Set>(known: ReadonlyMap<number, Known<Set>>, bytes: Uint8Array, from: number, to: number): boolean => {
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
