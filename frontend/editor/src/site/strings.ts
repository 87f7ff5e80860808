/** Texts of the small behaviours on every page; Django gives translations in #site-strings. */

export const defaults = {
  confirm_title: 'Are you sure?',
  confirm_yes: 'Yes, go on',
  cancel: 'Cancel',
  close: 'Close',
  copied: 'Copied',
  error_network: 'No connection. What you typed is still here; try again.',
  error_server: 'That did not work. What you typed is still here; try again.',
  error_forbidden: 'You may not do this any more. Reload the page to see why.',
  reload: 'Reload',
  mention_people: 'People to mention',
  rename: 'New name',
  rename_gone: 'That part is no longer here. You had typed:',
  moved_up: 'Moved up',
  moved_down: 'Moved down',
  unsent: 'Some of what you typed has not reached the server. Signing out erases it from this device.'
}

export function text (key: keyof typeof defaults): string {
  try {
    const given = JSON.parse(document.getElementById('site-strings')?.textContent || '{}') as Record<string, string>
    return given[key] || defaults[key]
  } catch {
    return defaults[key]
  }
}
