import { builtinName, globalName, isGlobal, isIn, memberName, onModule, pathInRepository } from './names.mjs'

const schema = [
  {
    type: 'object',
    properties: {
      modules: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
      globals: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    },
    required: ['modules', 'globals'],
    additionalProperties: false,
  },
]

/** `fs/promises` is `fs`; `dns/promises` is `dns`. */
const rootModule = (source) => builtinName(source).split('/')[0]

const isName = (node) => {
  const { parent } = node
  if (parent.type === 'MemberExpression') return parent.property !== node || parent.computed
  if (parent.type === 'Property') return parent.value === node
  return !parent.type.startsWith('TS') || parent.type === 'TSAsExpression' || parent.type === 'TSNonNullExpression'
}

/**
 * R20: files, network, child processes, threads and generated code are reached only from the folders that the
 * table in `declared-ports.mjs` names, so that a reader of the table knows all that a package can do.
 */
export const declaredPortsOnly = {
  meta: {
    type: 'problem',
    schema,
    messages: {
      port: '{{what}} is used outside its declared ports ({{places}}) (R20).',
    },
  },
  create: (context) => {
    const { sourceCode } = context
    const [{ modules, globals }] = context.options
    const path = pathInRepository(context)
    const report = (node, what, places) => {
      if (isIn(path, places)) return
      context.report({ node, messageId: 'port', data: { what, places: places.join(', ') || 'none' } })
    }
    const onImport = (node, source) => {
      const name = rootModule(source)
      // A package may be called like a module of Node's, but not with the prefix.
      if (Object.hasOwn(modules, name)) report(node, source, modules[name])
    }
    const onGlobal = (node, name) => {
      if (name !== undefined && Object.hasOwn(globals, name)) report(node, name, globals[name])
    }
    return {
      ...onModule(onImport),
      Identifier: (node) => {
        if (isName(node) && Object.hasOwn(globals, node.name) && isGlobal(sourceCode, node)) onGlobal(node, node.name)
      },
      MemberExpression: (node) => {
        onGlobal(node, globalName(sourceCode, node))
        if (globalName(sourceCode, node.object) === 'process') onGlobal(node, `process.${memberName(node)}`)
      },
    }
  },
}
