import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { codecMismatch } from '../encoding/codec-mismatch'
import { badInput, type BadInput } from '../identity/bad-input'
import { RequiredVersion } from '../identity/security-version'
import { SystemId, systemIdFromText } from '../identity/system-id'
import { exactly } from '../signed/exactly'
import { Action } from './action'
import type { Conditions } from './conditions'
import { boundedList, Count, DecimalU64, Hours, Priority, ShortText } from './document-values'
import { ClockAnswer, Level, MAX_WINDOWS, Persistence, Window, type Right } from './license-document'
import { Timestamp } from './timestamp'

/** GUID text in either case, as people write it. */
const WrittenSystemId = new t.Type<SystemId, string, unknown>(
  'system id',
  SystemId.is,
  (value, context) => {
    const read = typeof value === 'string' ? systemIdFromText(value) : E.left(undefined)
    return E.isRight(read) ? t.success(read.right) : t.failure(value, context, 'a GUID')
  },
  t.identity
)

const Systems = boundedList(WrittenSystemId)

const RightEntry = exactly(
  t.intersection(
    [
      t.type({ action: Action }),
      t.partial({
        count: Count,
        from: Timestamp,
        until: Timestamp,
        windows: boundedList(Window, MAX_WINDOWS),
        inclusion: Systems,
      }),
    ],
    'right'
  )
)
type RightEntry = t.TypeOf<typeof RightEntry>

const Protections = boundedList(exactly(t.type({ id: WrittenSystemId, config: ShortText }, 'output protection')))

const PlayEntry = exactly(
  t.partial(
    {
      compressedVideo: Level,
      uncompressedVideo: Level,
      analogVideo: Level,
      compressedAudio: Level,
      uncompressedAudio: Level,
      video: Protections,
      audio: Protections,
    },
    'play levels'
  )
)

const CopyEntry = exactly(
  t.intersection([t.type({ minimum: Level }), t.partial({ includes: Systems, excludes: Systems })], 'copy levels')
)

/** What a person writes about the license of his own content; `docs/reference/` shows every member. */
export const RightsFile = exactly(
  t.intersection(
    [
      t.type({ rights: t.readonlyArray(RightEntry) }),
      t.partial({
        priority: Priority,
        persist: Persistence,
        sourceId: ShortText,
        afterFirstUseHours: Hours,
        afterStoreHours: Hours,
        clockSetBack: ClockAnswer,
        minimumSecurityVersion: RequiredVersion,
        minimumApplicationLevel: Level,
        minimumRevocationVersion: DecimalU64,
        minimumAudioPath: Level,
        secureClock: t.boolean,
        metering: ShortText,
        play: PlayEntry,
        copy: CopyEntry,
      }),
    ],
    'rights file'
  )
)
export type RightsFile = Readonly<t.TypeOf<typeof RightsFile>>

const COPY: Action = 'Copy'

const misplacedInRight = (entry: RightEntry, where: string): BadInput | undefined => {
  const { action, count, from, until, windows, inclusion } = entry
  if (inclusion !== undefined && action !== COPY) {
    return badInput(`${where}/inclusion`, 'an inclusion list with Copy only', action)
  }
  const flat = count !== undefined || from !== undefined || until !== undefined
  return windows !== undefined && flat ? badInput(`${where}/windows`, 'windows, or one written flat', 'both') : undefined
}

const misplaced = (file: RightsFile): BadInput | undefined => {
  if (file.afterFirstUseHours !== undefined && file.afterStoreHours !== undefined) {
    return badInput('/afterStoreHours', 'one kind of expiry in hours', 'both')
  }
  return file.rights
    .map((entry, place) => misplacedInRight(entry, `/rights/${place}`))
    .find((wrong) => wrong !== undefined)
}

const toRight = ({ action, count, from, until, windows }: RightEntry): Right => {
  const flat = {
    ...(count !== undefined && { count }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  }
  const own = windows ?? (Object.keys(flat).length > 0 ? [flat] : [])
  return { action, ...(own.length > 0 && { windows: own }) }
}

const toRequires = (file: RightsFile): Conditions['requires'] => ({
  ...(file.minimumSecurityVersion !== undefined && { security: file.minimumSecurityVersion }),
  ...(file.minimumApplicationLevel !== undefined && { application: file.minimumApplicationLevel }),
  ...(file.minimumRevocationVersion !== undefined && { revocation: file.minimumRevocationVersion }),
  ...(file.minimumAudioPath !== undefined && { audioPath: file.minimumAudioPath }),
  ...(file.secureClock !== undefined && { clock: file.secureClock }),
  ...(file.metering !== undefined && { metering: file.metering }),
})

const toConditions = (file: RightsFile): Conditions => {
  const { priority, persist, sourceId, afterFirstUseHours, afterStoreHours, clockSetBack, play, copy } = file
  const inclusion = file.rights.flatMap((right) => right.inclusion ?? [])
  const requires = toRequires(file) ?? {}
  return {
    rights: file.rights.map(toRight),
    ...(inclusion.length > 0 && { inclusion }),
    ...(Object.keys(requires).length > 0 && { requires }),
    ...(priority !== undefined && { priority }),
    ...(persist !== undefined && { persist }),
    ...(sourceId !== undefined && { sourceId }),
    ...(afterFirstUseHours !== undefined && { afterFirstUseHours }),
    ...(afterStoreHours !== undefined && { afterStoreHours }),
    ...(clockSetBack !== undefined && { clockSetBack }),
    ...(play !== undefined && { play }),
    ...(copy !== undefined && { copy }),
  }
}

/**
 * Reads a rights file, already parsed as JSON. `Copy` without an inclusion list grants no export (EX-6).
 *
 * @errors `BadInput` with the path of the first unknown, missing or unfit member.
 */
export const conditionsFromRights = (file: unknown): E.Either<BadInput, Conditions> => {
  const decoded = RightsFile.decode(file)
  if (E.isLeft(decoded)) {
    const { where, expected, found } = codecMismatch(decoded.left)
    return E.left(badInput(where === '' ? '/' : where, expected, found))
  }
  const wrong = misplaced(decoded.right)
  return wrong === undefined ? E.right(toConditions(decoded.right)) : E.left(wrong)
}

/** What holds without a rights file: unlimited play, copy to every built-in system, and backup. */
export const defaultConditions = (builtIn: ReadonlyArray<SystemId>): Conditions => ({
  rights: [{ action: 'Play' }, { action: COPY }, { action: 'Backup' }],
  inclusion: builtIn,
})
