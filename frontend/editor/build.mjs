/**
 * Builds the browser bundle into frontend/static/build (which git ignores).
 *
 * Inputs are hashed first: when nothing changed since the last build, nothing is done, so that set-up commands may
 * call it every time. `--watch` rebuilds on change, `--force` ignores the hash.
 */
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, watch, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const frontend = dirname(here)
const out = join(frontend, 'static', 'build')
const stampFile = join(out, '.inputs')
const stylesDirectory = join(frontend, 'styles')
const templatesDirectory = join(frontend, 'templates')
const sources = join(here, 'src')
const outputs = ['editor.js', 'site.js', 'theme.js', 'editor.css', 'site.css', 'icons.svg']
/** gzip bytes; a build over budget fails, so that weight is a decision and not an accident */
const budgets = [
  { files: ['editor.js'], limit: 160 * 1024 },
  { files: ['site.js', 'site.css'], limit: 100 * 1024 }
]

function filesBelow (directory, endings) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { withFileTypes: true })
    .flatMap(entry => entry.isDirectory()
      ? filesBelow(join(directory, entry.name), endings)
      : [join(directory, entry.name)])
    .filter(file => endings.some(ending => file.endsWith(ending)))
    .sort()
}

function inputs () {
  return [
    fileURLToPath(import.meta.url),
    join(here, 'package-lock.json'),
    join(here, 'tsconfig.json'),
    join(dirname(frontend), 'documents', 'schema.json'),
    ...filesBelow(sources, ['.ts']),
    ...filesBelow(stylesDirectory, ['.scss', '.css', '.txt']),
    ...filesBelow(templatesDirectory, ['.html']),
    ...filesBelow(join(frontend, 'templatetags'), ['.py'])
  ].filter(existsSync)
}

function fingerprint () {
  const hash = createHash('sha256')
  for (const file of inputs()) {
    hash.update(relative(frontend, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function isFresh (print) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === print &&
    outputs.every(name => existsSync(join(out, name)))
}

async function scripts () {
  await esbuild.build({
    entryPoints: { editor: join(sources, 'main.ts'), site: join(sources, 'site.ts'), theme: join(sources, 'theme.ts') },
    outdir: out,
    bundle: true,
    minify: true,
    sourcemap: true,
    format: 'iife',
    target: ['es2020'],
    legalComments: 'none',
    charset: 'utf8',
    logLevel: 'warning'
  })
}

function styles () {
  for (const name of ['site', 'editor']) {
    const entry = join(stylesDirectory, `${name}.scss`)
    if (!existsSync(entry)) throw new Error(`${relative(frontend, entry)} is missing`)
    const { css } = sass.compile(entry, {
      style: 'compressed',
      loadPaths: [join(here, 'node_modules'), stylesDirectory],
      // Bootstrap 5.3 is written for the older module system of Sass
      quietDeps: true,
      silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'mixed-decls', 'if-function']
        .filter(id => id in sass.deprecations)
    })
    writeFileSync(join(out, `${name}.css`), css)
  }
}

/** names of the icons in use: listed ones, `{% icon "x" %}` in templates, `icon('x')` in the sources */
function iconNames () {
  const names = new Set()
  const list = join(stylesDirectory, 'icons.txt')
  if (existsSync(list)) {
    for (const line of readFileSync(list, 'utf8').split('\n')) {
      const name = line.replace(/#.*/, '').trim()
      if (name) names.add(name)
    }
  }
  const collect = (files, pattern) => {
    for (const file of files) {
      for (const match of readFileSync(file, 'utf8').matchAll(pattern)) names.add(match[1])
    }
  }
  collect(filesBelow(templatesDirectory, ['.html']), /\{%\s*icon\s+["']([a-z0-9-]+)["']/g)
  // in the sources icons are plain words; those that happen to be icons' names too cost a few hundred bytes
  const icons = join(here, 'node_modules', 'bootstrap-icons', 'icons')
  for (const file of filesBelow(sources, ['.ts'])) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/'([a-z0-9-]{2,40})'/g)) {
      if (existsSync(join(icons, `${name}.svg`))) names.add(name)
    }
  }
  return [...names].sort()
}

function sprite () {
  const icons = join(here, 'node_modules', 'bootstrap-icons', 'icons')
  const symbols = iconNames().map(name => {
    const file = join(icons, `${name}.svg`)
    if (!existsSync(file)) throw new Error(`There is no icon "${name}" in Bootstrap Icons.`)
    const inner = readFileSync(file, 'utf8').replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').trim()
    return `<symbol id="${name}" viewBox="0 0 16 16">${inner}</symbol>`
  })
  writeFileSync(join(out, 'icons.svg'), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('\n')}</svg>\n`)
}

/** typefaces named by _fonts.scss, so that no page asks another site for them; only alphabets of our languages */
function fonts () {
  const folder = join(out, 'fonts')
  mkdirSync(folder, { recursive: true })
  const wanted = readFileSync(join(stylesDirectory, '_fonts.scss'), 'utf8').matchAll(/fonts\/((source-[a-z]+-\d)[\w-]*\.woff2)/g)
  for (const [, file, family] of wanted) {
    copyFileSync(join(here, 'node_modules', '@fontsource-variable', family, 'files', file), join(folder, file))
  }
}

const gzipSize = name => gzipSync(readFileSync(join(out, name))).length

function weigh () {
  for (const name of outputs) console.log(`  ${name.padEnd(12)} ${(gzipSize(name) / 1024).toFixed(1)} KB gzip`)
  for (const { files, limit } of budgets) {
    const total = files.reduce((sum, name) => sum + gzipSize(name), 0)
    if (total > limit) throw new Error(`${files.join(' + ')}: ${total} bytes gzip, budget ${limit}`)
  }
}

async function build (force) {
  const print = fingerprint()
  if (!force && isFresh(print)) {
    console.log('Bundle is up to date.')
    return
  }
  mkdirSync(out, { recursive: true })
  const started = Date.now()
  await scripts()
  styles()
  sprite()
  fonts()
  weigh()
  writeFileSync(stampFile, print)
  console.log(`Bundle built in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
}

async function watchForChanges () {
  let timer
  const again = () => {
    clearTimeout(timer)
    timer = setTimeout(() => build(false).catch(error => console.error(error.message)), 150)
  }
  for (const directory of [sources, stylesDirectory, templatesDirectory]) {
    if (existsSync(directory) && statSync(directory).isDirectory()) watch(directory, { recursive: true }, again)
  }
  console.log('Watching for changes (Ctrl+C ends)…')
}

const flags = process.argv.slice(2)
try {
  await build(flags.includes('--force'))
  if (flags.includes('--watch')) await watchForChanges()
} catch (error) {
  console.error(`Bundle was not built: ${error.message}`)
  process.exit(1)
}
