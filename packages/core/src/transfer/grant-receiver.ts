import type { GrantReceiver } from './grant'
import type { ReceiverKeys } from './receiver'
import type { TransferQuestion } from './transfer-question'

/** What a grant keeps of the other side: to look for it in newer lists, and to seal to it. */
export const grantReceiver = ({ receiver, revocation }: TransferQuestion, keys: ReceiverKeys | null): GrantReceiver | null =>
  receiver.type === 'certified' && keys !== null ? { kind: revocation.kind, thumbprints: receiver.thumbprints, ...keys } : null

/** The earlier of a right's end and the end of the receiver's certificates; `null` where neither ends. */
export const grantEnd = ({ receiver }: TransferQuestion, until: number | null): number | null => {
  const end = Math.min(until ?? Number.POSITIVE_INFINITY, receiver.type === 'certified' ? receiver.until : Number.POSITIVE_INFINITY)
  return Number.isFinite(end) ? end : null
}
