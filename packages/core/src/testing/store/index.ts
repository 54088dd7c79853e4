export { all, fails, noted, onto, type StoreCase, succeeds } from './store-case'
export { describeEventStore, storeCases, type TestRunner } from './store-kit'
export { type FreshPlace, type OpenOptions, type StorePlace, TEST_LOG_ID, type TestedStore } from './store-place'
