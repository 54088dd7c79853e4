import type { Grant } from './grant'

const take = (grant: Grant): Grant => grant
declare const grant: Grant

take(grant)
// @ts-expect-error an empty object is no grant
take({})
// @ts-expect-error a spread loses what makes it one
take({ ...grant })
// @ts-expect-error nothing constructs one
take(Object.freeze(Object.create(null) as object))
