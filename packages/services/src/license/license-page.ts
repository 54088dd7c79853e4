import type { PlainReply } from '../server/service-route'
import type { Offer } from './license-event'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text as it may stand in HTML, in attributes too. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}

/** A page without scripts. @param body HTML. */
const page = (status: number, title: string, body: string): PlainReply => ({
  status,
  headers: HEADERS,
  body: `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${title}</title>\n<h1>${title}</h1>\n${body}\n</html>\n`,
})

/** A page that says one thing. */
export const messagePage = (status: number, title: string, text: string): PlainReply => page(status, title, `<p>${escaped(text)}</p>`)

const OK = 200

const form = (challenge: string, { offer, keyId, title }: Offer): string =>
  [
    // Relative to the page, so that it holds below any address.
    '<form method="post" action="page/accept">',
    `<p>${escaped(title ?? `Content ${keyId}`)}</p>`,
    `<input type="hidden" name="challenge" value="${escaped(challenge)}">`,
    `<input type="hidden" name="offer" value="${escaped(offer)}">`,
    '<button type="submit">Get the license</button>',
    '</form>',
  ].join('\n')

/** The page with a button for each offer; works without scripts (LI-60, LI-67). */
export const offersPage = (challenge: string, offers: ReadonlyArray<Offer>): PlainReply =>
  page(OK, 'Get a license', offers.map((offer) => form(challenge, offer)).join('\n'))
