export { MOST_FINDINGS, type Finding, type Unchecked, type VerifiedAnchors, type VerifiedHome } from './verified-home'
export { verifyHome } from './verify-home'
