/** The step succeeded. */
export const GOOD = 0
/** The packet is not for reading (opaque data), by its own word. */
export const OPAQUE = 1
/** The structure does not hold; the cursor's `badAt`, `expected` and `found` say where and what. */
export const BAD = 2
/** The receiver has no room: the same payload must be taken again later. */
export const WAIT = 3
/** An object is larger than the caller allows; `tooLarge` of the run says how large. */
export const TOO_LARGE = 4
