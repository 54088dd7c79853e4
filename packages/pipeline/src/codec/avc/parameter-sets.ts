import type * as E from 'fp-ts/Either'

import { createSetStore, type SetFault } from '../nal/set-store'
import { avcConfiguration, MOST_PPS, MOST_SPS } from './avc-configuration'
import { parsePps } from './parse-pps'
import type { SetLookup } from './parse-slice-header'
import { parseSps } from './parse-sps'

/** The parameter sets of one stream, learned until they settle. */
export interface ParameterSets extends SetLookup {
  /** Takes in the NAL unit of a sequence parameter set: see `SetKind`. */
  readonly learnSps: (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, void>
  /** Takes in the NAL unit of a picture parameter set. */
  readonly learnPps: (bytes: Uint8Array, from: number, to: number) => E.Either<SetFault, void>
  /** From now on no set may be added or change. */
  readonly settle: () => void
  /** The configuration record of these sets, and with it they settle; undefined while a kind is missing. */
  readonly configuration: () => Uint8Array | undefined
}

/** Holds no set. */
export const createParameterSets = (): ParameterSets => {
  const store = createSetStore('avc')
  const sps = store.kind(MOST_SPS, parseSps)
  const chromaFormat = (id: number): number | undefined => sps.get(id)?.chromaFormat
  const pps = store.kind(MOST_PPS, (bytes, from, to) => parsePps(bytes, from, to, chromaFormat))
  return {
    sps: sps.get,
    pps: pps.get,
    learnSps: sps.learn,
    learnPps: pps.learn,
    settle: store.settle,
    configuration: () => store.configuration(() => avcConfiguration(sps.units(), pps.units())),
  }
}
