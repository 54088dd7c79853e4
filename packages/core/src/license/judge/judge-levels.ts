import type { SystemId } from '../../identity/system-id'
import { DATA_FORMS, type DataForm, type DeliveredForms, type Delivery } from '../evaluation'
import type { CopyLevels, PlayLevels } from '../license-document'
import type { OutputLevels } from '../output-levels'
import { refusal, type Refusal } from '../refusal'

const VIDEO: ReadonlySet<string> = new Set<DataForm>(['compressedVideo', 'uncompressedVideo', 'analogVideo'])
const AUDIO: ReadonlySet<string> = new Set<DataForm>(['compressedAudio', 'uncompressedAudio'])
const FORMS: ReadonlySet<string> = new Set(DATA_FORMS)

/** A use whose target is not known to keep the levels (LI-33). */
export const levelsUnknown = (what: string): Refusal => refusal('OutputLevelsUnknown', 'LI-33', what)

const formRefusals = (levels: PlayLevels, forms: DeliveredForms): ReadonlyArray<Refusal> =>
  DATA_FORMS.flatMap((form) => {
    const [level, minimum] = [forms[form], levels[form] ?? 0]
    if (level === undefined || level >= minimum) return []
    const text = `the license needs level ${minimum} for ${form}, the output has ${level}`
    return [refusal('OutputLevelTooLow', 'LI-27', text)]
  })

const protectionRefusals = (
  needed: PlayLevels['video'],
  engaged: ReadonlyArray<SystemId>,
  delivered: boolean
): ReadonlyArray<Refusal> =>
  delivered
    ? (needed ?? [])
        .filter(({ id }) => !engaged.includes(id))
        .map(({ id }) => refusal('OutputProtectionMissing', 'LI-36', `the license needs the output protection ${id}`))
    : []

const playRefusals = (levels: PlayLevels, delivery: Delivery): ReadonlyArray<Refusal> => {
  const delivered = Object.keys(delivery.forms)
  if (delivered.length === 0) return [levelsUnknown('it is not said in which form the data leaves')]
  if (!delivered.every((form) => FORMS.has(form))) {
    return [refusal('OutputLevelsUnknown', 'R6', 'the data leaves in a form that this version does not know')]
  }
  // What a copy's target does with an output later is out of sight, so nothing counts as engaged.
  const engaged = delivery.type === 'output' ? delivery.protections : []
  return [
    ...formRefusals(levels, delivery.forms),
    ...protectionRefusals(levels.video, engaged, delivered.some((form) => VIDEO.has(form))),
    ...protectionRefusals(levels.audio, engaged, delivered.some((form) => AUDIO.has(form))),
  ]
}

/**
 * Whether a copy may go to a target: its level is high enough and it is not left out, or its level is too low and it is
 * taken in (LI-29). A target on both lists is left out (decision on LI-30).
 */
export const judgeCopy = (
  { minimum, includes = [], excludes = [] }: CopyLevels,
  { level, target }: { readonly level: number; readonly target: SystemId }
): Refusal | undefined => {
  if (excludes.includes(target)) return refusal('CopyExcluded', 'LI-29', `the license leaves out the system ${target}`)
  if (level >= minimum || includes.includes(target)) return undefined
  return refusal('CopyLevelTooLow', 'LI-29', `the license needs copy level ${minimum}, the system ${target} has ${level}`)
}

const copyRefusals = (levels: CopyLevels, delivery: Delivery): ReadonlyArray<Refusal> => {
  if (delivery.type !== 'copy') return [levelsUnknown('the license has copy levels, and the target is not a copy’s')]
  const refused = judgeCopy(levels, delivery)
  return refused === undefined ? [] : [refused]
}

/** The levels that count for an action: copy levels for `Copy` alone, none for a backup, which delivers nothing. */
export const levelsFor = ({ play, copy }: OutputLevels, action: string): OutputLevels =>
  action === 'Backup' ? {} : { ...(play && { play }), ...(copy && action === 'Copy' && { copy }) }

/** What of the levels a delivery does not keep. A level that is not a number keeps none. */
export const judgeLevels = ({ play, copy }: OutputLevels, delivery: Delivery): ReadonlyArray<Refusal> => [
  ...(play === undefined ? [] : playRefusals(play, delivery)),
  ...(copy === undefined ? [] : copyRefusals(copy, delivery)),
]
