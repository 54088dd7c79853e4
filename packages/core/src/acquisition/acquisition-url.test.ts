import * as E from 'fp-ts/Either'

import { acquisitionUrl } from './acquisition-url'

const read = (url?: string, baseUrl?: string) => acquisitionUrl({ url, baseUrl })
const refused = E.left(expect.objectContaining({ type: 'BadInput', where: 'acquisition URL' }))

describe('an acquisition URL', () => {
  it('LI-62: is the content’s or the request’s, and missing is a fault of its own', () => {
    expect(read()).toEqual(E.left({ type: 'LicenseUrlMissing' }))
    expect(read('')).toEqual(E.left({ type: 'LicenseUrlMissing' }))
    expect(read(undefined, 'https://base.example')).toEqual(E.left({ type: 'LicenseUrlMissing' }))
  })

  it.each([
    ['https://rights.example', 'https://rights.example', 'https://rights.example/v1/licenses/page'],
    ['https://rights.example/', 'https://rights.example', 'https://rights.example/v1/licenses/page'],
    ['http://h:81/below/here/', 'http://h:81/below/here', 'http://h:81/below/here/v1/licenses/page'],
    ['https://rights.example/v1/licenses/page', 'https://rights.example', 'https://rights.example/v1/licenses/page'],
    ['https://rights.example/a/v1/licenses/page?t=9', 'https://rights.example/a', 'https://rights.example/a/v1/licenses/page?t=9'],
  ])('names a license server or its page: %s', (url, server, page) => {
    expect(read(url)).toMatchObject(E.right({ server, page }))
  })

  it.each(['ftp://rights.example', 'javascript:alert(1)', 'file:///etc/passwd', 'rights', '/rights', 'https://'])(
    'refuses %s',
    (url) => {
      expect(read(url)).toEqual(refused)
    }
  )

  it('refuses a base of another scheme', () => {
    expect(read('rights', 'ftp://base.example/')).toEqual(refused)
  })

  it('LI-71: is completed by a base, which is not among what is kept', () => {
    expect(read('../rights?user=me', 'https://base.example/shop/films/')).toEqual(
      E.right({
        server: 'https://base.example/shop/rights',
        page: 'https://base.example/shop/rights/v1/licenses/page?user=me',
        stated: '../rights',
      })
    )
    expect(read('https://rights.example', 'https://base.example')).toMatchObject(E.right({ server: 'https://rights.example' }))
  })

  it('keeps neither query nor fragment nor user, which may be personal', () => {
    expect(read('https://me:secret@rights.example/a?token=9#b')).toMatchObject(E.right({ stated: 'https://rights.example/a' }))
  })
})
