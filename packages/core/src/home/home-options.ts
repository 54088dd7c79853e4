import type { KeyObject } from 'node:crypto'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { AnchorSink } from '../anchor/anchor-sink'
import type { Clock } from '../clock/clock'
import type { PassphrasePort } from '../device/machine-binding'
import type { InstallationPort } from '../device/os-installation'
import type { CoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import type { AppendEnv } from '../store/append-env'
import type { EventStore } from '../store/event-store'
import type { LogAccess } from '../store/log-access'

/** Where a home lies and what it works with. */
export interface HomeOptions {
  readonly directory: string
  /** File of the machine secret, outside every home. */
  readonly machineFile: string
  /** What names the installation of the operating system, for a home that is bound by it; default: the machine id of Linux. */
  readonly installation?: InstallationPort
  /** Asked for the passphrase of a home that has one, once for each time that its keys are opened. */
  readonly passphrase?: PassphrasePort
  readonly clock: Clock
  readonly random: Random
  /** Public key of the authority's root on P-256; without one no certificate and no revocation list is believed. */
  readonly authorityRoot?: KeyObject
  /** Where anchors of the log are kept outside the home; default: beside the machine file. */
  readonly anchors?: AnchorSink
  /** The application's own certificates, compact JWS, its own first; without them it states no level (LI-23). */
  readonly application?: ReadonlyArray<string>
  /** Opens the log elsewhere than in a file of the home, as on PostgreSQL. */
  readonly openStore?: (env: HomeStoreEnv) => TaskEither<CoreFault, HomeStore>
}

/** What a store of a home is opened with. */
export interface HomeStoreEnv extends AppendEnv {
  /** Thumbprint of the log key, to which the log is tied. */
  readonly logId: string
}

/** A log with its stored bytes. */
export interface HomeStore extends EventStore, LogAccess {}
