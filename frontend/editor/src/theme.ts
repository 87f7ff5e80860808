/** Entry of theme.js, loaded in the head without `defer`: sets the colours before the first paint. */
import { applyTheme } from './site/theme.ts'

applyTheme()
