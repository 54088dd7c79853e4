import { utf8 } from '../encoding/utf8'
import type { Home } from '../home/home'
import { EndRestoreReply, endPath } from './restore-messages'
import { managementKeys, type RestoreSession } from './restore-session'

/** Milliseconds that the end of a restore waits for the service at most. */
const LONGEST = 3000

/**
 * Tells the service that a session is over, so that it removes the keys of the backup. A restore is over without that: where
 * the service does not hear of it, the session lapses.
 */
export const endSession = async (
  { clock }: Home,
  { client, authority, signing, session }: RestoreSession
): Promise<void> => {
  // Not the restore's own signal, which a cancelled one has aborted.
  await client.call({
    service: 'management',
    authority: authority.authority,
    signing,
    path: endPath(session),
    idem: `${session}/end`,
    keyFor: managementKeys(authority, clock.now()),
    codec: EndRestoreReply,
    signal: AbortSignal.timeout(LONGEST),
    body: () => utf8(JSON.stringify({ v: 1 })),
  })()
}
