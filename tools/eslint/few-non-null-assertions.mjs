/** A `!` here and there says what the author knows; by the dozen it hides a missing bounds check. */
export const fewNonNullAssertions = {
  meta: {
    type: 'suggestion',
    schema: [{ type: 'integer', minimum: 0 }],
    messages: {
      many: 'More than {{most}} non-null assertions in one file: check the bounds instead.',
    },
  },
  create: (context) => {
    const [most] = context.options
    let seen = 0
    return {
      TSNonNullExpression: (node) => {
        seen += 1
        if (seen === most + 1) context.report({ node, messageId: 'many', data: { most } })
      },
    }
  },
}
