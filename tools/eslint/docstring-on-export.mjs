const declaredNames = (declaration) => {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  return declaration.id?.name === undefined ? [] : [declaration.id.name]
}

/** The words of a docstring, without stars and tags; undefined where a statement has none. */
const docstringOf = (sourceCode, statement) => {
  const comment = sourceCode.getCommentsBefore(statement).at(-1)
  if (comment === undefined || comment.type !== 'Block' || !comment.value.startsWith('*')) return undefined
  if (statement.loc.start.line - comment.loc.end.line > 1) return undefined
  return comment.value.replace(/^\s*\*+/gm, '').split(/^\s*@/m)[0].trim()
}

const firstWord = (text) => text.replace(/^[`{]*(?:@link\s+)?/, '').split(/[^\w$]/)[0]

/** The interface behind an io-ts brand is exported for the compiler's sake; its codec carries the docstring. */
const isBrand = ({ type, id }) => type === 'TSInterfaceDeclaration' && id.name.endsWith('Brand')

/** A codec and its derived type share a name and a docstring; so do the overloads of a function. */
const collect = (sourceCode, body) => {
  const exported = new Map()
  const documented = new Map()
  for (const statement of body) {
    const isExport = statement.type === 'ExportNamedDeclaration'
    const declaration = isExport ? statement.declaration : statement
    if (isExport && statement.source === null) {
      for (const { local } of statement.specifiers) exported.set(local.name, exported.get(local.name) ?? statement)
    }
    if (declaration === null || isBrand(declaration)) continue
    const words = docstringOf(sourceCode, statement)
    for (const name of declaredNames(declaration)) {
      if (isExport && !exported.has(name)) exported.set(name, statement)
      if (words !== undefined && !documented.has(name)) documented.set(name, words)
    }
  }
  return { exported, documented }
}

/** Each export says what it is for; a docstring that only repeats the name says nothing. */
export const docstringOnExport = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      missing: '{{name}} is exported without a docstring.',
      empty: 'The docstring of {{name}} says nothing.',
      repeats: 'The docstring of {{name}} begins with its name: say what it is for.',
    },
  },
  create: (context) => ({
    Program: (program) => {
      const { exported, documented } = collect(context.sourceCode, program.body)
      for (const [name, node] of exported) {
        const words = documented.get(name)
        const isImported = program.body.some(
          (statement) =>
            statement.type === 'ImportDeclaration' && statement.specifiers.some(({ local }) => local.name === name)
        )
        if (isImported) continue
        if (words === undefined) context.report({ node, messageId: 'missing', data: { name } })
        else if (words === '') context.report({ node, messageId: 'empty', data: { name } })
        else if (firstWord(words) === name) context.report({ node, messageId: 'repeats', data: { name } })
      }
    },
  }),
}
