import type { KeyObject } from 'node:crypto'

import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'
import { tuple } from '../encoding/tuple'
import { thumbprint } from '../signed/thumbprint'

/**
 * The name of a computer towards one authority: random as the scope key is, so that no two authorities can tell that it is
 * the same computer (R22).
 *
 * @param scope the home's key for the authority, private or public.
 * @source docs/reference/protocols.md, section 1
 */
export const machineId = (scope: KeyObject): string => b64u(sha256(tuple('custody/mid/1', thumbprint(scope))))
