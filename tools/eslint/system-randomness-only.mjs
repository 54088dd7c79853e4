import { builtinName, globalName, isIn, memberName, onModule, pathInRepository, variableOf } from './names.mjs'

const RANDOM = new Set([
  'getRandomValues',
  'prng',
  'pseudoRandomBytes',
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'rng',
  'webcrypto',
])

const schema = [
  {
    type: 'object',
    properties: {
      randomness: { type: 'array', items: { type: 'string' } },
      clock: { type: 'array', items: { type: 'string' } },
    },
    required: ['randomness', 'clock'],
    additionalProperties: false,
  },
]

/** The module that an identifier stands for as a whole: `import * as crypto from 'node:crypto'`. */
const moduleOf = (sourceCode, identifier) => {
  if (identifier.type !== 'Identifier') return undefined
  const definition = variableOf(sourceCode, identifier)?.defs[0]
  if (definition?.type !== 'ImportBinding' || definition.node.type === 'ImportSpecifier') return undefined
  return builtinName(definition.parent.source.value)
}

/**
 * R15: randomness comes from the system generator through one folder, and time through another, so that a
 * test can put its own in their place and nobody else can.
 */
export const systemRandomnessOnly = {
  meta: {
    type: 'problem',
    schema,
    messages: {
      randomness: '{{what}}: randomness is taken from the Random port; only {{places}} may ask the system for it (R15).',
      clock: '{{what}}: the time is taken from the Clock port; only {{places}} may ask the system for it (R15).',
    },
  },
  create: (context) => {
    const { sourceCode } = context
    const [places] = context.options
    const path = pathInRepository(context)
    const report = (node, messageId, what) => {
      if (isIn(path, places[messageId])) return
      context.report({ node, messageId, data: { what, places: places[messageId].join(', ') } })
    }
    const onImport = (node, source, names) => {
      const name = builtinName(source)
      if (name === 'crypto') for (const what of names ?? []) if (RANDOM.has(what)) report(node, 'randomness', what)
      if (name === 'perf_hooks' && (names ?? ['performance']).includes('performance')) report(node, 'clock', source)
      if (name === 'process' && (names ?? []).includes('hrtime')) report(node, 'clock', 'hrtime')
    }
    const onMember = (node) => {
      const owner = globalName(sourceCode, node.object) ?? moduleOf(sourceCode, node.object)
      const name = memberName(node)
      const what = `${owner}.${name}`
      if (owner === 'Math' && name === 'random') report(node, 'randomness', what)
      if (owner === 'crypto' && RANDOM.has(name)) report(node, 'randomness', what)
      if (owner === 'Date' && name === 'now') report(node, 'clock', what)
      if (owner === 'performance') report(node, 'clock', what)
      if (owner === 'process' && (name === 'hrtime' || name === 'uptime')) report(node, 'clock', what)
    }
    const onPattern = (node) => {
      if (node.init === null || node.id.type !== 'ObjectPattern') return
      const owner = globalName(sourceCode, node.init) ?? moduleOf(sourceCode, node.init)
      for (const property of node.id.properties) {
        const name = property.type === 'Property' && property.key.type === 'Identifier' ? property.key.name : ''
        const what = `${owner}.${name}`
        if (what === 'Math.random' || (owner === 'crypto' && RANDOM.has(name))) report(property, 'randomness', what)
        if (['Date.now', 'performance.now', 'process.hrtime'].includes(what)) report(property, 'clock', what)
      }
    }
    const isDate = (node) => globalName(sourceCode, node.callee) === 'Date'
    const modules = onModule(onImport)
    return {
      ...modules,
      MemberExpression: onMember,
      VariableDeclarator: onPattern,
      NewExpression: (node) => {
        if (isDate(node) && node.arguments.length === 0) report(node, 'clock', 'new Date()')
      },
      CallExpression: (node) => {
        modules.CallExpression(node)
        if (isDate(node)) report(node, 'clock', 'Date()')
      },
    }
  },
}
