/** What becomes formatting while one types: the usual short marks of Markdown. */
import {
  InputRule, inputRules, textblockTypeInputRule, wrappingInputRule
} from 'prosemirror-inputrules'
import type { MarkType, Schema } from 'prosemirror-model'
import type { EditorState, Plugin, Transaction } from 'prosemirror-state'
import { isAllowedAddress } from './schema.ts'

type InputRuleHandler = (state: EditorState, match: RegExpMatchArray, start: number, end: number) => Transaction | null

/** `**words**` and the like; the first group is what comes before, the second the words. */
function markRule (pattern: RegExp, type: MarkType): InputRule {
  return new InputRule(pattern, (state, match, start, end) => {
    const [, before, words] = match
    if (!words || !state.doc.resolve(start).parent.type.allowsMarkType(type)) return null
    const from = start + before.length
    const tr = state.tr.replaceWith(from, end, state.schema.text(words, type.create().addToSet(state.doc.resolve(from).marks())))
    return tr.removeStoredMark(type)
  })
}

/** The rule, except where an item's own words begin: the short mark of a list would leave the item without any. */
function notAtBullet (rule: InputRule): InputRule {
  const { match, handler } = rule as unknown as { match: RegExp, handler: InputRuleHandler }
  return new InputRule(match, (state, found, start, end) => {
    const $start = state.doc.resolve(start)
    const begins = $start.depth > 1 && $start.node(-1).type.name === 'list_item' && $start.index(-1) === 0
    return begins ? null : handler(state, found, start, end)
  })
}

/** An address followed by a space becomes a link. */
function addressRule (type: MarkType): InputRule {
  return new InputRule(/(?:^|\s)((?:https?:\/\/|mailto:)[^\s<>"]{3,})\s$/, (state, match, _start, end) => {
    const href = match[1].replace(/[.,;:!?)\]]+$/, '')
    if (!isAllowedAddress(href) || state.doc.rangeHasMark(end - match[1].length, end, type)) return null
    const from = end - match[1].length
    return state.tr.addMark(from, from + href.length, type.create({ href })).insertText(' ', end).removeStoredMark(type)
  })
}

export function inputRulesPlugin (schema: Schema): Plugin {
  const { nodes, marks } = schema
  return inputRules({
    rules: [
      textblockTypeInputRule(/^(#{1,4})\s$/, nodes.heading, match => ({ level: match[1].length })),
      wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
      notAtBullet(wrappingInputRule(/^\s*([-+*])\s$/, nodes.bullet_list)),
      notAtBullet(wrappingInputRule(/^(\d{1,6})[.)]\s$/, nodes.ordered_list, match => ({ order: Number(match[1]) }),
        (match, node) => node.childCount + node.attrs.order === Number(match[1]))),
      textblockTypeInputRule(/^```$/, nodes.code_block),
      markRule(/(^|[\s(“„"'])\*\*([^*\s](?:[^*]*[^*\s])?)\*\*$/, marks.strong),
      markRule(/(^|[\s(“„"'])~~([^~\s](?:[^~]*[^~\s])?)~~$/, marks.strike),
      markRule(/(^|[\s(“„"'])`([^`]+)`$/, marks.code),
      addressRule(marks.link)
    ]
  })
}
