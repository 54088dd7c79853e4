import type { Grant } from '../transfer/grant'
import type { Secret } from './secret'

const take = (secret: Secret): Secret => secret
declare const secret: Secret
declare const grant: Grant

take(secret)
// @ts-expect-error bytes are no secret
take(new Uint8Array(16))
// @ts-expect-error a spread loses what makes it one
take({ ...secret })
// @ts-expect-error two kinds of handle are two types
take(grant)
