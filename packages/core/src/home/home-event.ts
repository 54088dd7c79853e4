import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'

/** Stream of the home as a whole. */
export const HOME_STREAM = 'home'

/** A home was made, with an identity that is random and never sent anywhere. */
export const HomeCreated = defineEvent({
  type: 'HomeCreated',
  schemaVersion: 1,
  data: t.type({ homeId: t.string }),
})

/** The home's folder has another place on the same machine than before. Paths are personal and stay out. */
export const HomeMoved = defineEvent({
  type: 'HomeMoved',
  schemaVersion: 1,
  data: t.type({ homeId: t.string }),
})

/** Stream of what a home is bound by. */
export const BINDING_STREAM = 'home-binding'

/** The home is bound by other factors from here on; its keys are the same. */
export const HomeBindingChanged = defineEvent({
  type: 'HomeBindingChanged',
  schemaVersion: 1,
  data: t.type({ factors: t.readonlyArray(t.string) }),
})

/** The home got new keys of its own, as the ones before do not open here: it is another computer from here on. */
export const HomeRenewed = defineEvent({
  type: 'HomeRenewed',
  schemaVersion: 1,
  data: t.type({
    homeId: t.string,
    /** Thumbprint of the key that anchors the log from here on; the log itself stays tied to its first one. */
    logKey: t.string,
    epoch: t.number,
  }),
})
