import type { Grant } from '@custody/core/transfer'

import type { MediaFile } from '../../media/media-file'
import { protect, type ProtectTarget } from '../../operators/protection/protect'
import type { TargetProtection } from '../../operators/protection/target-protection'
import { transcrypt } from '../../operators/protection/transcrypt'
import { mp4Form, type TranscryptTrack } from '../../operators/protection/transcrypt-target'
import { CONSTANT_VECTOR, usualPattern } from '../media/source-cover'
import type { BenchKey, PlanBench } from '../run/plan-bench'
import { hasNalForm } from './expected-samples'
import type { PipelinePlan } from './pipeline-plan'
import type { AnyOperator } from './plan-steps'

/** The step that protects, and the keys under which samples leave it. */
export interface PlanProtection {
  readonly operator: AnyOperator
  /** By track. */
  readonly keys: ReadonlyMap<number, BenchKey>
}

/** Seconds that a right lasts which is to end. */
export const SHORT_RIGHT = 100

/** Asks core for the permission that the plan needs, and makes its step of it. */
export const planProtection = async (bench: PlanBench, plan: PipelinePlan, file: MediaFile, source: BenchKey): Promise<PlanProtection> => {
  const { place } = bench
  const keys = targetKeys(bench, plan, file)
  const targets = new Map<number, TargetProtection>()
  for (const [number, key] of keys) targets.set(number, await targetOf(bench, plan, { file, number, key }))
  const [first] = keys.values()
  if (first === undefined) throw new RangeError('a file has a track')
  if (plan.source === 'none') {
    const { grant } = await place.protection(await place.license(first.keyId, first.hex))
    const target = targets.get([...keys.keys()][0] ?? 0)
    return { operator: protect(grant, protectTarget(first, target)) as unknown as AnyOperator, keys }
  }
  const grant = await exportGrant(bench, plan, source, [...new Map([...keys.values()].map((key) => [key.keyId, key])).values()])
  const tracks = new Map<number, TranscryptTrack>()
  for (const [number, target] of targets) {
    const track = file.tracks.get(number)
    const form = track !== undefined && hasNalForm(plan) ? mp4Form(track) : 'whole'
    tracks.set(number, { ...target, keyId: keys.get(number)?.keyId ?? first.keyId, form })
  }
  return { operator: transcrypt(grant, { tracks }) as unknown as AnyOperator, keys }
}

const protectTarget = ({ keyId }: BenchKey, target: TargetProtection | undefined): ProtectTarget => {
  if (target?.scheme === 'cocktail') return { keyId, ...target }
  if (target?.scheme === 'mce') return { keyId, scheme: 'mce', counters: target.counters }
  throw new RangeError(`protect writes no ${String(target?.scheme)}`)
}

/** What comes from MP4 and goes to ASF is an import, all else an export. */
const exportGrant = async (
  { place }: PlanBench,
  plan: PipelinePlan,
  source: BenchKey,
  targets: ReadonlyArray<BenchKey>
): Promise<Grant> => {
  const given = targets.map(({ keyId, hex }) => ({ keyId, key: hex }))
  const [own] = targets
  const ends = plan.disturbance.type === 'RightEnds'
  if (plan.container === 'mp4' && !hasNalForm(plan) && own !== undefined && !ends) {
    const lid = await place.license(own.keyId, own.hex)
    return place.importing(lid, [{ keyId: source.keyId, key: source.hex }], plan.target)
  }
  await place.license(source.keyId, source.hex, ends ? SHORT_RIGHT : undefined)
  return (await place.exporting(source.keyId, given)).grant
}

const targetKeys = (bench: PlanBench, plan: PipelinePlan, { tracks }: MediaFile): ReadonlyMap<number, BenchKey> => {
  const classic = plan.target === 'cocktail'
  // Packaging has one key, that of its license.
  const one = plan.oneKey || plan.source === 'none' || plan.container === 'mp4'
  return new Map([...tracks.keys()].map((number) => [number, bench.targetKey(classic, one ? 0 : number)]))
}

interface TargetPlace {
  readonly file: MediaFile
  readonly number: number
  readonly key: BenchKey
}

const targetOf = async ({ place }: PlanBench, plan: PipelinePlan, { file, number, key }: TargetPlace): Promise<TargetProtection> => {
  const { target: scheme, packetSize, media } = plan
  if (scheme === 'cocktail') return { scheme, packetSize }
  const found = usualPattern(scheme, file.tracks.get(number)?.kind === 'video')
  const pattern = found && { pattern: found }
  if (scheme === 'cbcs') return { scheme, constantIv: CONSTANT_VECTOR, ...pattern }
  const counters = await place.counters(key.keyId, BigInt(media.samples.length + 1))
  return scheme === 'cens' ? { scheme, counters, ...pattern } : { scheme, counters }
}
