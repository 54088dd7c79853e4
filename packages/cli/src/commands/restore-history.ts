import type { Home } from '@custody/core/home'
import { restoreHistory } from '@custody/core/restore'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { coreFailure } from '../failure/core-failure'
import { columns } from '../output/columns'
import type { Reporter } from '../output/reporter'
import type { Services } from '../services/connect-services'

/** Milliseconds that an answer is waited for, with all tries. */
const LONGEST = 120_000

/** `custody restore --history`: which computers are counted for licenses that this one is counted for. */
export const restoreHistoryCommand =
  (reporter: Reporter, { management }: Services) =>
  (home: Home): TE.TaskEither<CommandFailure, void> =>
    pipe(
      restoreHistory({ home, client: management, signal: AbortSignal.timeout(LONGEST) }),
      TE.bimap(coreFailure, ({ mid, computers }) => {
        reporter.emit({ mid, computers })
        if (computers.length === 0) {
          reporter.answer('no other computer is counted for the licenses of this one')
          return
        }
        reporter.answer(`this computer is ${mid}; beside it are counted:`)
        const rows = computers.map(({ mid: other, licenses, first, last }) => [other, String(licenses), first, last])
        for (const line of columns([['computer', 'licenses', 'first', 'last'], ...rows])) reporter.answer(line)
      })
    )
