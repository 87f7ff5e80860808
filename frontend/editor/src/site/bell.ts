/** The bell: what it shows while it is open counts as read, so it is asked for anew when it opens and when something comes. */
export function watchBell (): void {
  const bell = document.querySelector<HTMLDetailsElement>('#bell')
  const panel = bell?.querySelector('.bell-panel')
  if (!bell || !panel) return
  const show = (): void => { if (bell.open) panel.dispatchEvent(new CustomEvent('koprade:bell-shown')) }
  bell.addEventListener('toggle', show)
  document.addEventListener('koprade:notification.created', show)
}
