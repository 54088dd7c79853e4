import * as t from 'io-ts'

import { IssuerId } from '../identity/issuer-id'
import { LicenseId } from '../identity/license-id'
import { RequiredVersion } from '../identity/security-version'
import { SystemId } from '../identity/system-id'
import { exactly } from '../signed/exactly'
import { Action } from './action'
import {
  boundedList,
  Count,
  DecimalU64,
  EncodedDigest,
  EncodedKeyId,
  Hours,
  Priority,
  ShortText,
  wholeNumber,
} from './document-values'
import { Timestamp } from './timestamp'

/** The version of the document's shape that this build reads and writes. */
export const DOCUMENT_VERSION = 1
/** The JWS `typ` of license documents. */
export const LICENSE_TYP = 'custody-license+1'

const MAX_RIGHTS = 16
/** LI-12: at most two date pairs, and so two counts. */
export const MAX_WINDOWS = 2
const MAX_LEVEL = 65_535

/** One condition on a right: how often, and between which moments, both included. */
export const Window = exactly(t.partial({ count: Count, from: Timestamp, until: Timestamp }, 'window'))
export type Window = Readonly<t.TypeOf<typeof Window>>

/** One action that the license allows; without windows, without limit. */
export const Right = exactly(
  t.intersection(
    [t.type({ action: Action }), t.partial({ windows: boundedList(Window, MAX_WINDOWS) })],
    'right'
  )
)
export type Right = Readonly<t.TypeOf<typeof Right>>

/** A level of protection or security: 0 to 65,535. */
export const Level = wholeNumber(0, MAX_LEVEL)
const Protection = exactly(t.type({ id: SystemId, config: ShortText }, 'output protection'))

/** What must hold of device and application before any right counts. Every member is a demand. */
export const Requirements = exactly(
  t.partial(
    {
      security: RequiredVersion,
      application: Level,
      clock: t.boolean,
      metering: ShortText,
      audioPath: Level,
      revocation: DecimalU64,
    },
    'requirements'
  )
)

/** The five play minima and the protections of outputs (LI-26, LI-36); 0 is no restriction (LI-28). */
export const PlayLevels = exactly(
  t.partial(
    {
      compressedVideo: Level,
      uncompressedVideo: Level,
      analogVideo: Level,
      compressedAudio: Level,
      uncompressedAudio: Level,
      video: boundedList(Protection),
      audio: boundedList(Protection),
    },
    'play levels'
  )
)
export type PlayLevels = Readonly<t.TypeOf<typeof PlayLevels>>

/** The copy minimum with the systems taken in below it and left out above it (LI-29). */
export const CopyLevels = exactly(
  t.intersection(
    [
      t.type({ minimum: Level }),
      t.partial({ includes: boundedList(SystemId), excludes: boundedList(SystemId) }),
    ],
    'copy levels'
  )
)
export type CopyLevels = Readonly<t.TypeOf<typeof CopyLevels>>

const Chain = t.union(
  [
    exactly(t.type({ role: t.literal('root') }, 'root of a chain')),
    exactly(t.type({ role: t.literal('leaf'), uplink: EncodedKeyId, key: ShortText }, 'leaf of a chain')),
  ],
  'chain'
)

/** Whether a license lives in the permanent store, in the temporary one, or may go from that to the other (LI-39). */
export const Persistence = t.union([t.literal('permanent'), t.literal('temporary'), t.literal('savable')], 'persistence')
/** What becomes of a license with an end when the clock is set back (LI-21). */
export const ClockAnswer = t.union([t.literal('none'), t.literal('disable'), t.literal('delete')], 'clock answer')

/**
 * What an issuer signs about one content key: who may do what with it. The key itself is never in it.
 * An absent optional member states no condition, except that an absent inclusion list grants no export (EX-6) and an
 * absent `Backup` no backup (BR-21).
 */
export const LicenseDocument = exactly(
  t.intersection(
    [
      t.type({
        v: t.literal(DOCUMENT_VERSION),
        lid: LicenseId,
        issuer: IssuerId,
        keyId: EncodedKeyId,
        issued: Timestamp,
        commit: EncodedDigest,
        persist: Persistence,
        rights: boundedList(Right, MAX_RIGHTS),
      }),
      t.partial({
        priority: Priority,
        sourceId: ShortText,
        afterFirstUseHours: Hours,
        afterStoreHours: Hours,
        clockSetBack: ClockAnswer,
        requires: Requirements,
        play: PlayLevels,
        copy: CopyLevels,
        inclusion: boundedList(SystemId),
        chain: Chain,
        revocable: exactly(
          t.intersection([t.type({ key: EncodedDigest }), t.partial({ uid: ShortText })], 'revocation key')
        ),
      }),
    ],
    'license document'
  )
)
export type LicenseDocument = Readonly<t.TypeOf<typeof LicenseDocument>>
