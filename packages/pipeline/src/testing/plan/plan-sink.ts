import * as E from 'fp-ts/Either'
import type { Observable } from 'rxjs'

import type { Batch } from '../../batch/batch'
import type { Content } from '../../batch/state'
import type { TrackProtection } from '../../isobmff/write/mp4-track'
import type { MediaFile } from '../../media/media-file'
import { asfModel } from '../../operators/mux/asf-model'
import { mux } from '../../operators/mux/mux'
import { CONSTANT_VECTOR, usualPattern } from '../media/source-cover'
import { collectingSink } from '../run/collecting-sink'
import { keepingSink, type KeepingSink } from '../run/keeping-sink'
import type { PipelinePlan } from './pipeline-plan'
import type { PlanProtection } from './plan-protection'

/** The last step of a plan, and the files that it writes. */
export interface PlanSink {
  readonly operator: (source: Observable<Batch<Content>>) => Observable<{ readonly type: string }>
  /** By track; one under 0 that has them all. */
  readonly files: ReadonlyMap<number, KeepingSink>
}

const NEW_FILE = {
  protectionObjects: [],
  extensionObjects: [],
  fileId: new Uint8Array(16).fill(0xcd),
  creationTime: 133_500_000_000_000_000n,
}
const SLOW = 4

/** The sink of a plan; its writes look at the bytes a little after they were asked, as the system does. */
export const planSink = (plan: PipelinePlan, file: MediaFile, { keys }: PlanProtection): PlanSink => {
  const { disturbance, sink, target, packetSize } = plan
  const turns = disturbance.type === 'SlowSink' ? SLOW : 1
  const fresh = (): KeepingSink => keepingSink({ turns, failsAt: disturbance.type === 'SinkFails' ? disturbance.at : undefined })
  if (sink === 'collect') return { operator: collectingSink(turns), files: new Map() }
  if (sink === 'asf') {
    const model = asfModel(file, { packetSize })
    if (E.isLeft(model)) throw new Error(model.left.type)
    const whole = fresh()
    const scheme = target === 'cocktail' ? 'cocktail' : 'mce'
    const operator = mux({ container: 'asf', sink: whole, model: model.right, scheme, packetSize, ...NEW_FILE })
    return { operator, files: new Map([[0, whole]]) }
  }
  const files = new Map([...keys.keys()].map((number) => [number, fresh()]))
  const tracks = [...files].map(([number, own]) => {
    const isPicture = file.tracks.get(number)?.kind === 'video'
    const protection = trackProtection(plan, keys.get(number)?.keyId ?? '', isPicture)
    return [number, { file: `${String(number)}.mp4`, sink: own, protection, pssh: [] }] as const
  })
  return { operator: mux({ container: 'cmaf', tracks: new Map(tracks) }), files }
}

const trackProtection = ({ target }: PipelinePlan, keyId: string, isPicture: boolean): TrackProtection => {
  if (target === 'mce' || target === 'cocktail') throw new RangeError(`${target} has no form in MP4`)
  const pattern = usualPattern(target, isPicture)
  const named = { scheme: target, keyId, ...(pattern && { pattern }) }
  return target === 'cbcs' ? { ...named, ivSize: 0, constantIv: CONSTANT_VECTOR } : { ...named, ivSize: target === 'cbc1' ? 16 : 8 }
}
