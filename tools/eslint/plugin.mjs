import { constantTimeCompare } from './constant-time-compare.mjs'
import { declaredPortsOnly } from './declared-ports-only.mjs'
import { docstringOnExport } from './docstring-on-export.mjs'
import { fewNonNullAssertions } from './few-non-null-assertions.mjs'
import { fileNames } from './file-names.mjs'
import { noPooledSecrets } from './no-pooled-secrets.mjs'
import { systemRandomnessOnly } from './system-randomness-only.mjs'

/** The rules that are ours alone, under the name `custody/`. */
export const custody = {
  meta: { name: 'custody' },
  rules: {
    'constant-time-compare': constantTimeCompare,
    'declared-ports-only': declaredPortsOnly,
    'docstring-on-export': docstringOnExport,
    'few-non-null-assertions': fewNonNullAssertions,
    'file-names': fileNames,
    'no-pooled-secrets': noPooledSecrets,
    'system-randomness-only': systemRandomnessOnly,
  },
}
