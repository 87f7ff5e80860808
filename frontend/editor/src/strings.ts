/** Interface texts of the editor: keys with their English originals; Django gives translations in #editor-strings. */

export const defaults = {
  editor_label: 'Text of the document',
  editor_hint: 'Type / for a menu of blocks. Press Alt+F10 for the toolbar, Ctrl+Alt+M to comment.',
  loading: 'Connecting…',
  saved: 'Saved',
  saving: 'Saving…',
  saved_already: 'Saved. Everything is kept as you type.',
  offline: 'Offline, your changes are kept on this device',
  offline_unkept: 'Offline. Keep this page open: your changes are kept only in this tab',
  offline_reading: 'Offline, showing the text as it was',
  read_only: 'Read only',
  storage_trouble: 'The server cannot save at the moment. Your changes are kept here, we keep trying.',
  reload_needed: 'This page is out of date. Reload it to go on.',
  reload: 'Reload',
  sign_in_again: 'You have been signed out. Sign in again to go on; your changes are kept on this device.',
  sign_in: 'Sign in',
  rights_lost: 'You may no longer open this document.',
  writing_lost: 'You may no longer write here. The text stays open to read.',
  not_found: 'This document is no longer there.',
  refused: 'The server did not accept the last change: {message}',
  too_large: 'That is too much at once. Paste it in smaller parts, or import it as a file.',
  rescued_title: 'Changes that did not reach the server',
  rescued_help: 'Nothing you typed is lost: copy it from here, for example into a comment.',
  rescued_from: 'Kept on {date}',
  copy: 'Copy',
  copied: 'Copied',
  discard: 'Discard',
  discard_confirm: 'Discard these words? They are kept nowhere else.',
  close: 'Close',
  cancel: 'Cancel',
  people_here: '{count} here',
  person_you: '{name} (you)',
  readers: '{count} reading',
  toolbar_label: 'Formatting',
  undo: 'Undo',
  redo: 'Redo',
  style: 'Style',
  paragraph: 'Paragraph',
  heading_n: 'Heading {level}',
  bold: 'Bold',
  italic: 'Italic',
  strike: 'Strikethrough',
  code: 'Code',
  link: 'Link',
  bullet_list: 'Bulleted list',
  ordered_list: 'Numbered list',
  quote: 'Quote',
  code_block: 'Code block',
  divider: 'Dividing line',
  table: 'Table',
  image: 'Image',
  comment: 'Comment',
  more: 'More',
  slash_label: 'Insert a block',
  slash_empty: 'Nothing found',
  slash_heading: 'Section title',
  slash_list: 'Points without an order',
  slash_numbered: 'Steps or points with numbers',
  slash_quote: 'Words of somebody else',
  slash_table: 'Rows and columns',
  slash_image: 'Upload a picture',
  slash_divider: 'Line between sections',
  slash_paragraph: 'Plain text',
  slash_code: 'Text shown exactly as typed',
  link_title: 'Link',
  link_address: 'Address',
  link_text: 'Text',
  link_help: 'For example https://example.org or name@example.org',
  link_bad: 'This is not an address that can be used. Use a web address, an e-mail or a telephone number.',
  link_save: 'Save link',
  link_remove: 'Remove link',
  link_open: 'Open',
  link_edit: 'Edit link',
  table_label: 'Table',
  row_above: 'Row above',
  row_below: 'Row below',
  column_before: 'Column before',
  column_after: 'Column after',
  delete_row: 'Delete row',
  delete_column: 'Delete column',
  delete_table: 'Delete table',
  header_row: 'Header row',
  merge_cells: 'Merge cells',
  split_cell: 'Split cell',
  image_title: 'Add an image',
  image_alt: 'Description for people who cannot see it',
  image_alt_help: 'Say what matters in the picture. Leave empty only if it is decoration.',
  image_insert: 'Insert image',
  image_save: 'Save description',
  image_uploading: 'Uploading the image…',
  image_failed: 'The image could not be uploaded: {message}',
  image_type: 'Only PNG, JPEG, GIF and WebP images can be used.',
  image_missing: 'Image is not available',
  images_dropped: 'Images from other sites were left out: save them to your device and insert them from there.',
  error_network: 'No connection to the server. Your words are kept; try again.',
  error_server: 'The server could not do that. Your words are kept; try again.',
  comments: 'Comments',
  comment_label: 'Your comment',
  comment_on: 'About “{quote}”',
  comment_block: 'Comment on “{quote}”',
  comment_send: 'Send comment',
  comment_email: 'Your e-mail',
  comment_email_help: 'We send you one link to confirm. Your words are kept here until then.',
  comment_empty: 'Write something first.',
  comment_sent: 'Your comment was sent.',
  comment_arrived: 'New comment on “{quote}”',
  comment_kept: 'Kept on this device',
  comment_count: '{count} comments on “{quote}”',
  comment_count_one: 'One comment on “{quote}”',
  comment_margin: 'Comments by paragraph',
  comment_here: 'Comment here',
  comment_need_text: 'Select some words first.',
  orphaned: 'The words this was about are no longer in the text:',
  drafts: 'Unsent comments',
  draft_resume: 'Go on writing: “{text}”',
  copy_link: 'Copy link',
  link_copied: 'Link copied',
  block_actions: 'This paragraph',
  open_comments: 'Show comments ({count})',
  pick_title: 'Select the words in the text that answer comment {number}',
  pick_use: 'Use these words',
  picked: 'Words chosen: “{quote}”'
}

export type StringKey = keyof typeof defaults

let translated: Partial<Record<string, string>> | null = null

function translations (): Partial<Record<string, string>> {
  if (translated === null) {
    const source = typeof document === 'undefined' ? null : document.getElementById('editor-strings')
    try {
      translated = JSON.parse(source?.textContent || '{}') as Record<string, string>
    } catch {
      translated = {}
    }
  }
  return translated
}

/** Text for the key in the page's language, `{name}` replaced by the value of that name. */
export function t (key: StringKey, values: Record<string, string | number> = {}): string {
  const text = translations()[key] || defaults[key]
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => name in values ? String(values[name]) : whole)
}

/** The text on one line, at most `length` characters. */
export function shortened (text: string, length = 60): string {
  const clean = text.replace(/\s+/g, ' ').trim()
  return clean.length > length ? `${clean.slice(0, length - 1).trimEnd()}…` : clean
}
