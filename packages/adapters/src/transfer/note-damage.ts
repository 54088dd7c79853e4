import { newEvent } from '@custody/core/event'
import type { ProcessContext } from '@custody/core/process'
import type { MediaWarning } from '@custody/pipeline/media'

import { record } from './run-process'
import { SourceDamageFound, transferStream } from './transfer-event'

/** What reading a source went past. */
export interface Damage {
  /** The user asked for the whole samples of a damaged file. */
  readonly salvaged: boolean
  readonly warnings: ReadonlyArray<MediaWarning>
}

/** Marks a result whose source was not what it says: the log names what was gone past, and where. */
export const noteDamage = async (context: ProcessContext, useId: string, { salvaged, warnings }: Damage): Promise<void> => {
  if (warnings.length === 0) return
  const event = newEvent(SourceDamageFound, { useId, salvaged, warnings })
  await record(context, transferStream(useId), event)
}
