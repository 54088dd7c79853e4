import type { Conditions } from './conditions'

/**
 * Security levels of applications (LI-23). The scale has nothing to do with security versions or protection levels (LI-24).
 *
 * @source Windows Media Format 11 SDK, "Obtaining the Required DRM Library"
 */
export const APPLICATION_LEVEL = {
  /** No support of protected content: protection is stripped on transfer. */
  none: 150,
  basic: 1000,
  full: 2000,
} as const

/**
 * The conditions of a license that takes the place of a local one of the first generation of protection: where it states
 * no application level, that is 150 (LI-25).
 */
export const firstGenerationConditions = (conditions: Conditions): Conditions => ({
  ...conditions,
  requires: { application: APPLICATION_LEVEL.none, ...conditions.requires },
})
