import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { ReadModelRow } from '../store/event-store'
import { readSealed } from '../subject/read-sealed'
import { SealedMember } from '../subject/sealed-member'
import { TITLE_BY_KEY } from './catalog-projections'
import { TITLE_MEMBER } from './title-event'

/** What the catalog knows of the content under a key ID. */
export type KnownTitle =
  | { readonly type: 'Titled'; readonly title: string }
  | { readonly type: 'Untitled' }
  | { readonly type: 'Erased' }

const TitleRow = t.type({ event: t.string, title: SealedMember }, 'title row')

const opened =
  (home: Home, keyId: KeyId) =>
  (row: ReadModelRow): TE.TaskEither<CoreFault, KnownTitle> => {
    if (!TitleRow.is(row.value)) {
      return TE.left({ type: 'ModelBroken', model: TITLE_BY_KEY, key: keyId, id: row.id, position: 0 })
    }
    const { event, title } = row.value
    return pipe(
      readSealed(home)({ event, member: TITLE_MEMBER }, title),
      TE.map((text): KnownTitle => ({ type: 'Titled', title: text })),
      TE.orElse((fault) => (fault.type === 'Erased' ? TE.right<CoreFault, KnownTitle>({ type: 'Erased' }) : TE.left(fault)))
    )
  }

/**
 * The title of the content under a key ID.
 *
 * @errors `SealBroken` for a title that was changed or moved; `BindingMismatch`, `HomeCopied` and others of the keystore
 * where there is a title to open; those of the store.
 */
export const titleOf =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, KnownTitle> =>
    pipe(
      home.store.lookUp(TITLE_BY_KEY, keyId),
      TE.mapLeft((fault): CoreFault => fault),
      TE.flatMap(([row]) => (row === undefined ? TE.right<CoreFault, KnownTitle>({ type: 'Untitled' }) : opened(home, keyId)(row)))
    )

/** The titles of several key IDs, each asked for once. @errors as for {@link titleOf}. */
export const titlesOf =
  (home: Home) =>
  (keyIds: ReadonlyArray<KeyId>): TE.TaskEither<CoreFault, ReadonlyMap<KeyId, KnownTitle>> =>
    pipe(
      [...new Set(keyIds)],
      TE.traverseSeqArray((keyId) =>
        pipe(
          titleOf(home)(keyId),
          TE.map((title): readonly [KeyId, KnownTitle] => [keyId, title])
        )
      ),
      TE.map((titles) => new Map(titles))
    )
