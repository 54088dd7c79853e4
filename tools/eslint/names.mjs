import { relative, sep } from 'node:path'

/** The property of a member expression where it can be read off the text: `a.b` and `a['b']`, else undefined. */
export const memberName = (node) => {
  if (!node.computed) return node.property.type === 'Identifier' ? node.property.name : undefined
  return stringOf(node.property)
}

/** The text of a string literal or of a template without holes, else undefined. */
export const stringOf = (node) => {
  if (node === null || node === undefined) return undefined
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked
  return undefined
}

/** The variable that an identifier means, else undefined. */
export const variableOf = (sourceCode, identifier) => {
  for (let scope = sourceCode.getScope(identifier); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(identifier.name)
    if (variable !== undefined) return variable
  }
  return undefined
}

/** Whether an identifier is one of the runtime's own and not something that the file declares or imports. */
export const isGlobal = (sourceCode, node) =>
  node.type === 'Identifier' && (variableOf(sourceCode, node)?.defs.length ?? 0) === 0

const GLOBAL_OBJECTS = new Set(['globalThis', 'global', 'window', 'self'])

/** The name of the runtime's own value that an expression means: `fetch`, `globalThis.fetch`; else undefined. */
export const globalName = (sourceCode, node) => {
  if (node.type === 'Identifier') return isGlobal(sourceCode, node) ? node.name : undefined
  if (node.type !== 'MemberExpression' || node.object.type !== 'Identifier') return undefined
  return GLOBAL_OBJECTS.has(node.object.name) && isGlobal(sourceCode, node.object) ? memberName(node) : undefined
}

/** Node's modules are named with and without `node:`; this is the name without it. */
export const builtinName = (source) => source.replace(/^node:/, '')

/** A path from the repository's root, with `/` on every system. */
export const pathInRepository = (context) => relative(context.cwd, context.filename).split(sep).join('/')

/** Whether a file lies in one of the folders, or is one of the files, that a table names. */
export const isIn = (path, places) =>
  places.some((place) => path === place || path.startsWith(place.endsWith('/') ? place : `${place}/`))

/**
 * Calls `found(node, source, names)` for each way to reach another module. `names` are the names that are
 * taken from it, undefined for the module as a whole. Imports of types alone are left out: nothing runs.
 */
export const onModule = (found) => ({
  ImportDeclaration: (node) => {
    if (node.importKind === 'type') return
    const values = node.specifiers.filter((specifier) => specifier.importKind !== 'type')
    if (node.specifiers.length > 0 && values.length === 0) return
    const named = values.every((specifier) => specifier.type === 'ImportSpecifier')
    found(node, node.source.value, named && values.length > 0 ? values.map(importedName) : undefined)
  },
  ExportNamedDeclaration: (node) => {
    if (node.source === null || node.exportKind === 'type') return
    found(node, node.source.value, node.specifiers.map(({ local }) => local.name ?? local.value))
  },
  ExportAllDeclaration: (node) => {
    if (node.exportKind !== 'type') found(node, node.source.value, undefined)
  },
  ImportExpression: (node) => {
    const source = stringOf(node.source)
    if (source !== undefined) found(node, source, undefined)
  },
  TSImportEqualsDeclaration: (node) => {
    if (node.moduleReference.type !== 'TSExternalModuleReference') return
    found(node, node.moduleReference.expression.value, undefined)
  },
  CallExpression: (node) => {
    const source = stringOf(node.arguments[0])
    const { callee } = node
    const isRequire = callee.type === 'Identifier' && callee.name === 'require'
    const isBuiltin = callee.type === 'MemberExpression' && memberName(callee) === 'getBuiltinModule'
    if (source !== undefined && (isRequire || isBuiltin)) found(node, source, undefined)
  },
})

const importedName = ({ imported }) => imported.name ?? imported.value
