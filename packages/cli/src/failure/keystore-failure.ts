import type { KeystoreFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, outside, refused } = EXIT

/** Faults of the files that hold a home's keys. */
export const KEYSTORE_LINES: FaultLines<KeystoreFault> = {
  BindingMismatch: ({ place }) =>
    failure(refused, `the keys of ${place} belong to another computer (IN-18): individualize, then restore`),
  PassphraseMissing: () =>
    failure(
      refused,
      'this home opens with a passphrase only: type it on a terminal, or name a file that holds it in CUSTODY_PASSPHRASE_FILE'
    ),
  PassphraseWrong: ({ place }) => failure(refused, `the passphrase is wrong, or ${place} is damaged`),
  FactorUnavailable: ({ factor, why }) =>
    failure(
      refused,
      `this system has no ${factor} (${why}): a home that is bound by it does not open here: individualize, then restore`
    ),
  HomeCopied: ({ place, original }) => failure(refused, `${place} is a copy of ${original} (IN-18): individualize, then restore`),
  KeystoreMissing: ({ place }) => failure(refused, `${place} is missing; individualize, then restore`),
  KeystoreDamaged: ({ place }) => failure(badInput, `${place} is damaged or none of this home; individualize, then restore`),
  SealBroken: () => failure(badInput, 'the keystore of this home is damaged; individualize, then restore'),
  HomeUnwritable: ({ place, code }) => failure(outside, `cannot use ${place} for a home: ${code}`),
}
