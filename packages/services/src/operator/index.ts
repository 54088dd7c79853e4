export { openOperator, type OperatedService, type Operator, type OperatorOptions } from './open-operator'
