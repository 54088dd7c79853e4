import * as E from 'fp-ts/Either'

import { MOST_SET_BYTES } from '../nal/recorded-sets'
import { createSetStore, type SetFault } from '../nal/set-store'
import { hevcConfiguration, MOST_UNITS } from './hevc-configuration'
import { hevcUnitType, NAL_PPS, NAL_PREFIX_SEI, NAL_SPS, NAL_SUFFIX_SEI, NAL_VPS } from './nal-unit-type'
import { parsePps } from './parse-pps'
import { parseSps } from './parse-sps'
import { parseVps } from './parse-vps'
import type { HevcSetLookup } from './set-lookup'
import { unsupportedHevc } from './malformed-hevc'

/** The parameter sets of one stream, learned until they settle. */
export interface HevcParameterSets extends HevcSetLookup {
  /** Takes in the NAL unit of a set of any kind: see `SetKind`. Other units are nothing to it. */
  readonly learn: (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, void>
  /** Takes in a NAL unit of private data, where supplemental information is of the whole stream and stays there. */
  readonly learnPrivate: (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, void>
  /** From now on no set may be added or change. */
  readonly settle: () => void
  /** The configuration record of these sets, and with it they settle; undefined while a kind is missing. */
  readonly configuration: () => Uint8Array | undefined
}

const DONE = E.right(undefined)
/** Ids reach 15, 15 and 63. @source ITU-T H.265, 7.4.3 */
const MOST_SETS = 64

/** Holds no set. */
export const createHevcParameterSets = (): HevcParameterSets => {
  const store = createSetStore('hevc')
  const vps = store.kind(MOST_SETS, parseVps)
  const sps = store.kind(MOST_SETS, parseSps)
  const pps = store.kind(MOST_SETS, parsePps)
  const supplemental: Uint8Array[] = []
  const kinds = new Map([
    [NAL_VPS, vps.learn],
    [NAL_SPS, sps.learn],
    [NAL_PPS, pps.learn],
  ])
  const learn: HevcParameterSets['learn'] = (bytes, from, to) =>
    kinds.get(hevcUnitType(bytes[from] ?? 0))?.(bytes, from, to) ?? DONE
  return {
    sps: sps.get,
    pps: pps.get,
    learn,
    learnPrivate: (bytes, from, to) => {
      const type = hevcUnitType(bytes[from] ?? 0)
      if (type !== NAL_PREFIX_SEI && type !== NAL_SUFFIX_SEI) return learn(bytes, from, to)
      if (supplemental.length === MOST_UNITS || to - from > MOST_SET_BYTES) {
        return unsupportedHevc(from, 'more supplemental information than fits')
      }
      supplemental.push(bytes.slice(from, to))
      return DONE
    },
    settle: store.settle,
    configuration: () =>
      store.configuration(() =>
        hevcConfiguration({ vps: vps.units(), sps: sps.units(), pps: pps.units(), supplemental })
      ),
  }
}
