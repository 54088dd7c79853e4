import { createPublicKey, type KeyObject } from 'node:crypto'

import type { ServiceKeyUse, TrustDocument } from '@custody/core/authority'
import { anchoringStore, type Anchoring, type AnchorPace } from '@custody/core/anchor'
import { publicKeyOf } from '@custody/core/certificate'
import type { Clock } from '@custody/core/clock'
import { makeFolder, replaceFile, writing } from '@custody/core/device'
import type { CoreFault } from '@custody/core/fault'
import type { HomeStore, HomeStoreEnv } from '@custody/core/home'
import { IssuerId } from '@custody/core/identity'
import type { Random } from '@custody/core/random'
import { thumbprint } from '@custody/core/signed'
import { openSqliteStore } from '@custody/core/store/sqlite'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { anchorLog, checkAnchors, type AnchoredLog, type AnchorStand } from './anchored-log'
import type { Authority, ServiceSigner } from './authority'
import type { AuthorityAnchors } from './authority-anchors'
import { isThere, makeKeys, readKeys, removeUnfinishedKeys, wipeKeys, type AuthorityKeys } from './authority-keys'
import { eventsFile, keysFolder, trustFile } from './authority-place'
import type { AuthorityPolicy } from './authority-policy'
import { keepInside } from './authority-inside'
import { isDue, ownTrust, policyOf, publish, type PublishDraft, type WholePublished } from './publish'
import { readPublished } from './published'
import { serviceProjections } from './service-projections'

/** Where an authority lies and what it works with. */
export interface AuthorityOptions {
  /** Folder of keys and log; made where there is none. */
  readonly directory: string
  readonly clock: Clock
  readonly random: Random
  /** What differs from what was published before, or from the defaults. */
  readonly policy?: Partial<AuthorityPolicy>
  /**
   * Where anchors of the log are kept, by the authority's name; without them a log that is cut off or put back looks whole. Give a
   * place that is not rolled back together with the log.
   */
  readonly anchors?: (authority: string) => AuthorityAnchors
  /** When a running authority anchors. */
  readonly anchorPace?: AnchorPace
  /** Takes a log that does not fit its anchors as it is, and records that. */
  readonly acceptLog?: boolean
  /** Opens the log elsewhere than in a file of the folder, as on PostgreSQL. */
  readonly openStore?: (env: HomeStoreEnv) => TE.TaskEither<CoreFault, HomeStore>
}

interface Present {
  readonly keys: AuthorityKeys
  readonly published: WholePublished
  readonly document: TrustDocument
}

/** A log without its keys is not an authority at its first use: what was sealed to them would be lost without a word. */
const checkFirstUse = ({ directory }: AuthorityOptions): TE.TaskEither<CoreFault, void> => async () => {
  const isLost = !(await isThere(keysFolder(directory))) && (await isThere(eventsFile(directory)))
  return isLost ? E.left({ type: 'KeystoreMissing', place: keysFolder(directory) }) : E.right(undefined)
}

const ensureKeys = (options: AuthorityOptions): TE.TaskEither<CoreFault, AuthorityKeys> => {
  const { directory, random } = options
  return pipe(
    writing(directory, () => makeFolder(directory)),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap(() => checkFirstUse(options)),
    TE.flatMap(() => TE.fromTask(() => isThere(keysFolder(directory)))),
    TE.flatMap((there): TE.TaskEither<CoreFault, unknown> => (there ? TE.right(undefined) : makeKeys(directory, random))),
    TE.flatMap(() => readKeys(directory)),
    TE.tap(() => TE.fromTask(() => removeUnfinishedKeys(directory)))
  )
}

const presentOf = (keys: AuthorityKeys, published: WholePublished): E.Either<CoreFault, Present> =>
  pipe(
    ownTrust(keys, published.trust.document),
    E.map((document) => ({ keys, published, document }))
  )

const newestKey = ({ keys, document }: Present, use: ServiceKeyUse): ServiceSigner => {
  for (const { use: named, key: jwk } of document.keys) {
    const key = named === use ? publicKeyOf(jwk) : O.none
    const own = O.isSome(key) ? keys.service.get(thumbprint(key.value)) : undefined
    if (own !== undefined) return { kid: own.kid, key: own.key }
  }
  throw new RangeError(`no key of this authority is for ${use}`)
}

const ownKey = ({ keys }: Present, use: ServiceKeyUse, kid: string): KeyObject | undefined => {
  const own = keys.service.get(kid)
  return own?.use === use ? own.key : undefined
}

const NO_ANCHORS: AuthorityAnchors = { keep: () => TE.right(undefined), newest: TE.right([]), forget: TE.right(undefined) }

const anchoredLog = ({ anchors }: AuthorityOptions, store: HomeStore, keys: AuthorityKeys): AnchoredLog => {
  const name = thumbprint(keys.root)
  return { store, name, keys, anchors: anchors?.(name) ?? NO_ANCHORS }
}

/** Anchors what a running authority appends, at its pace; gives the store to work on, and what anchors at once. */
const anchoredStore = (
  options: AuthorityOptions,
  below: HomeStore,
  now: () => Present
): { readonly store: HomeStore; readonly anchor: TE.TaskEither<CoreFault, unknown> } => {
  if (options.anchors === undefined) return { store: below, anchor: TE.right(undefined) }
  const anchor: TE.TaskEither<CoreFault, Anchoring> = () => {
    const present = now()
    const signer = newestKey(present, 'management-signing')
    const stand: AnchorStand = { clock: options.clock, signer, revocation: present.published.revocation }
    return anchorLog(anchoredLog(options, below, present.keys), stand)()
  }
  return { store: { ...below, ...anchoringStore(below, anchor, options.anchorPace).store }, anchor }
}

const assembled = (options: AuthorityOptions, below: HomeStore, first: Present): Authority => {
  const { directory, clock, random } = options
  let present = first
  const take = (next: Present): void => void (present = next)
  const rootKey = first.keys.root
  const { store, anchor } = anchoredStore(options, below, () => present)
  const name = thumbprint(rootKey)
  if (!IssuerId.is(name)) throw new TypeError('a thumbprint names an authority')
  const publishing = (draft: PublishDraft): TE.TaskEither<CoreFault, void> =>
    pipe(
      readKeys(directory),
      TE.mapLeft((fault): CoreFault => fault),
      TE.flatMap((keys) =>
        pipe(
          publish({ rootKey, clock, random, store, keys }, draft),
          TE.flatMapEither((published) => presentOf({ ...keys, nonceKey: first.keys.nonceKey, stateKey: first.keys.stateKey }, published)),
          TE.tap(() => TE.fromIO(() => wipeKeys(keys)))
        )
      ),
      TE.tap(({ published }) => writing(directory, () => replaceFile(trustFile(directory), published.trust.document, random))),
      TE.map(take)
    )
  const refresh = pipe(
    readPublished(store),
    TE.flatMap(({ state: { trust, revocation } }) => {
      const { published } = present
      const isSame = trust === published.trust && revocation === published.revocation && !isDue(options, published.revocation)
      return isSame || trust === undefined || revocation === undefined ? TE.right(undefined) : publishing({})
    })
  )
  const authority: Authority = {
    directory,
    name,
    root: createPublicKey(rootKey),
    rootKey,
    trust: () => ({ document: present.document, jws: present.published.trust.document, issuer: present.published.trust.issuer }),
    revocation: () => present.published.revocation,
    policy: () => policyOf(present.document, present.published.trust),
    key: (use) => newestKey(present, use),
    sealingKey: (kid) => ownKey(present, 'management-sealing', kid),
    publicKey: (use, kid) => {
      const own = ownKey(present, use, kid)
      return own && createPublicKey(own)
    },
    nonceKey: first.keys.nonceKey,
    stateKey: first.keys.stateKey,
    store,
    clock,
    random,
    refresh,
    anchor,
    close: () => {
      wipeKeys(first.keys)
      store.close()
    },
  }
  keepInside(authority, { publish: publishing })
  return authority
}

/**
 * Opens an authority, and makes its keys and first documents at first use. Processes that race for the first use end with
 * one authority.
 *
 * @errors `LogTruncated`, `LogBroken` for a log that was cut off or put back since it was anchored; `HomeUnwritable`,
 * `KeystoreMissing` where a log has lost its keys, `KeystoreDamaged`; `AuthorityOther` for the log of
 * another authority; those of the store.
 */
export const openAuthority = (options: AuthorityOptions): TE.TaskEither<CoreFault, Authority> => {
  const { directory, clock, random, policy } = options
  const openStore = options.openStore ?? ((env) => openSqliteStore({ ...env, file: eventsFile(directory) }))
  return pipe(
    ensureKeys(options),
    TE.flatMap((keys) =>
      pipe(
        openStore({ logId: thumbprint(keys.root), clock, random, projections: serviceProjections }),
        TE.flatMap((store) =>
          pipe(
            checkAnchors(anchoredLog(options, store, keys), options.acceptLog === true),
            TE.flatMap(() => publish({ rootKey: keys.root, clock, random, store, keys }, { policy })),
            TE.flatMapEither((published) => presentOf(keys, published)),
            TE.tap(({ published }) => writing(directory, () => replaceFile(trustFile(directory), published.trust.document, random))),
            TE.map((present) => assembled(options, store, present)),
            TE.tapError(() => TE.fromIO(() => store.close()))
          )
        )
      )
    )
  )
}
