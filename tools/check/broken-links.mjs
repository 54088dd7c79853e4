import { dirname, join, normalize } from 'node:path'

import { lineAt } from './tracked-files.mjs'

const LINK = /!?\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g
const DEFINITION = /^\[[^\]]+\]:\s+(\S+)/gm
const FENCE = /^(```|~~~)[\s\S]*?^\1/gm
const CODE_SPAN = /`[^`\n]*`/g
const OUTSIDE = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i
const PAGE_IN_SOURCE = /\bdocs\/[\w./-]+\.(?:md|ts)\b/g
const PACKAGE_PATH = /@custody\/[a-z][\w-]*(?:\/[a-z][\w-]*)*(?![\w-]*[*{…])/g

const blank = (text, pattern) => text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '))

/** GitHub's way from a heading to an anchor. */
const anchorOf = (heading) =>
  heading
    .replace(/`/g, '')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')

const anchorsOf = (text) =>
  new Set([...blank(text, FENCE).matchAll(/^#{1,6}\s+(.*)$/gm)].map(([, heading]) => anchorOf(heading)))

const targetsOf = (text) => {
  const readable = blank(blank(text, FENCE), CODE_SPAN)
  return [...readable.matchAll(LINK), ...readable.matchAll(DEFINITION)].map((match) => [match[1], match.index])
}

const checkPage = ({ path, text }, paths, byPath) => {
  const problems = []
  for (const [target, offset] of targetsOf(text)) {
    if (OUTSIDE.test(target)) continue
    const [file, anchor] = decodeURI(target).split('#')
    const resolved = file === '' ? path : normalize(join(dirname(path), file)).replace(/\/$/, '')
    const at = `${path}:${lineAt(text, offset)}`
    if (!paths.has(resolved)) problems.push(`${at}: ${target} leads nowhere`)
    else if (anchor && resolved.endsWith('.md') && !anchorsOf(byPath.get(resolved) ?? '').has(anchor)) {
      problems.push(`${at}: ${target} names no heading`)
    }
  }
  return problems
}

const folders = (path) => path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))

/**
 * Relative links of documents, documents that sources name, and package paths that either names.
 *
 * @param files `{ path, text }` of every text file; `others` are paths of files that are not text.
 * @param exported the package paths that exist, such as `@custody/core/license`.
 */
export const brokenLinks = (files, others, exported) => {
  const all = [...files.map(({ path }) => path), ...others]
  const paths = new Set([...all, ...all.flatMap(folders)])
  const byPath = new Map(files.map(({ path, text }) => [path, text]))
  const problems = []
  for (const file of files) {
    if (file.path.endsWith('.md')) problems.push(...checkPage(file, paths, byPath))
    if (!/\.(ts|md)$/.test(file.path) || /^(test|tools)\/|\.api\.md$/.test(file.path)) continue
    const at = (offset) => `${file.path}:${lineAt(file.text, offset)}`
    if (!file.path.endsWith('.md')) {
      for (const { 0: page, index } of file.text.matchAll(PAGE_IN_SOURCE)) {
        if (!paths.has(page)) problems.push(`${at(index)}: ${page} does not exist`)
      }
    }
    for (const { 0: name, index } of file.text.matchAll(PACKAGE_PATH)) {
      if (!exported.has(name)) problems.push(`${at(index)}: nothing is exported as ${name}`)
    }
  }
  return problems
}
