/**
 * How far the connection of an individualization has come; no status of the protocol HTTP.
 *
 * @source docs/reference/domain.md, section 2.4: Windows Media Format 11 SDK, DRM_HTTP_STATUS
 */
export const HTTP_STATUS = {
  HTTP_NOTINITIATED: 0,
  HTTP_CONNECTING: 1,
  HTTP_REQUESTING: 2,
  HTTP_RECEIVING: 3,
  HTTP_COMPLETED: 4,
} as const

/** Name of a stage of the connection. */
export type HttpStatusName = keyof typeof HTTP_STATUS
