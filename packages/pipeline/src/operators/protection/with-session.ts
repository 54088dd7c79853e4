import type { GrantSession, OpenedGrant, SessionTerms } from '@custody/core/pipeline-connection'
import * as E from 'fp-ts/Either'
import { concatMap, defer, type Observable } from 'rxjs'

import { PipelineError } from '../../fault/pipeline-error'

/**
 * Opens the session of a grant before the first batch is asked for.
 *
 * @errors `GrantRefused` with core's fault.
 */
export const withSession = <T>(
  opened: OpenedGrant,
  terms: SessionTerms,
  run: (session: GrantSession) => Observable<T>
): Observable<T> =>
  defer(async () => {
    const session = await opened.session(terms)()
    if (E.isLeft(session)) throw new PipelineError({ type: 'GrantRefused', fault: session.left })
    return session.right
  }).pipe(concatMap(run))
