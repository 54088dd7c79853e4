import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'

/** The key of a subject was deleted: nothing that was sealed for it opens any more. */
export const SubjectErased = defineEvent({
  type: 'SubjectErased',
  schemaVersion: 1,
  data: t.type({ subject: t.string }),
})

/** Stream of one subject; empty as long as its key exists. */
export const subjectStream = (subject: string): string => `subject-${subject}`
