/** The schemes that files can be under; `none` is clear. */
export type MadeScheme = 'none' | 'mce' | 'cenc' | 'cens' | 'cbc1' | 'cbcs' | 'cocktail'
