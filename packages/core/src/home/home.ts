import type { KeyObject } from 'node:crypto'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { AnchorSink } from '../anchor/anchor-sink'
import type { Anchoring } from '../anchor/anchoring'
import type { CheckedChain } from '../certificate/checked-certificate'
import type { Clock } from '../clock/clock'
import type { Keystore } from '../device/keystore'
import type { CoreFault } from '../fault/core-fault'
import type { DeviceStatement } from '../license/evaluation'
import type { Random } from '../random/random'
import type { EventStore } from '../store/event-store'
import type { LogAccess } from '../store/log-access'

/** One computer: its log, its keys and what it reads time and randomness from. Two homes are two computers. */
export interface Home {
  /** Random, never sent anywhere. */
  readonly homeId: string
  readonly directory: string
  readonly store: EventStore
  /** The stored bytes under `store`, to verify and anchor them. */
  readonly log: LogAccess
  /** Thumbprint of the log key. */
  readonly logId: string
  /** Where anchors of the log are kept outside the home. */
  readonly anchors: AnchorSink
  /**
   * Anchors the log when something was appended through this home and not anchored yet; a program that ends calls it.
   *
   * @errors as for `anchorLog`; what was appended stays appended.
   */
  readonly anchor: TaskEither<CoreFault, Anchoring | undefined>
  readonly keystore: Keystore
  readonly clock: Clock
  readonly random: Random
  /**
   * Public key of the authority's root, configured or pinned by the log; without one no certificate and no revocation list
   * is believed.
   */
  readonly authorityRoot?: KeyObject
  /** Looks which root the log pins, after one was; every opened home has looked once. @errors those of the store. */
  readonly readAuthorityRoot: TaskEither<CoreFault, void>
  /** The application's own certificates, checked when the home was opened; without them it states no level (LI-23). */
  readonly application?: CheckedChain
  /** Epoch and version as the log has them now; read anew at each call, so that another process's upgrade is seen. */
  readonly device: TaskEither<CoreFault, DeviceStatement>
  /** Wipes the open keys and closes the log. */
  readonly close: () => void
}
