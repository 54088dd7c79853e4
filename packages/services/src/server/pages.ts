import { PAGES } from '../authority/authority-policy'

interface Page {
  readonly title: string
  readonly paragraphs: ReadonlyArray<string>
}

const TEXTS: Readonly<Record<string, Page>> = {
  [PAGES.privacy]: {
    title: 'Privacy statement',
    paragraphs: [
      'These services get from your computer: a random identifier, the public halves of its keys, your answer to the notice, ' +
        'and, when you restore a backup, the list of its licenses and their documents.',
      'They get no hardware number, no user or computer name and no file names. The identifier is another one at each operator.',
      'They record which license was restored to how many computers, and when.',
    ],
  },
  [PAGES.fraud]: {
    title: 'This license was restored too often',
    paragraphs: [
      'A license may be restored to a limited number of computers. For this one the limit is reached.',
      'Licenses that were restored before go on working. Ask whoever gave you the license for another one.',
    ],
  },
  [PAGES.update]: {
    title: 'Renewal of components',
    paragraphs: [
      'A component of your computer is on the list of revoked components. Protected content opens again once it is replaced.',
      'Look for a newer version at the maker of your application or device.',
    ],
  },
}

/** The page at a path, as HTML. Throws for a path that has none. */
export const pageOf = (path: string): string => {
  const page = TEXTS[path]
  if (page === undefined) throw new RangeError('no page is there')
  const { title, paragraphs } = page
  const body = paragraphs.map((text) => `<p>${text}</p>`).join('\n')
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${title}</title>\n<h1>${title}</h1>\n${body}\n</html>\n`
}
