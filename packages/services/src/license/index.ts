export { ContentOffered, LicenseIssued, OfferAccepted, OfferMode, type IssuedLicense, type Offer } from './license-event'
export { licenseServer } from './license-server'
export { offerContent, type OfferDraft } from './offer-content'
export { readOffers, type Offers } from './offers'
