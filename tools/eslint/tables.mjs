/** Files that are one long table (GUIDs, result codes): one line per row, so their length says nothing. */
export const TABLES = ['packages/pipeline/src/asf/guid/header-guids.ts']
