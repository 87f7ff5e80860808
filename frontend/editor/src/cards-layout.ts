/** Where the cards in the margin go: beside their passage if they can, without covering each other. */

export interface Card {
  /** where it would like to be, px from the top of the list */
  desired: number
  height: number
}

const GAP = 12

/**
 * Tops of the cards, in the order given (that of the text). The card at `pinned` stands exactly where it wants to; those
 * before it give way upwards (never above 0), those after it downwards.
 */
export function placeCards (cards: Card[], pinned = -1): number[] {
  const tops = cards.map(card => Math.max(0, card.desired))
  const start = pinned >= 0 && pinned < cards.length ? pinned : 0
  for (let i = start - 1; i >= 0; i--) tops[i] = Math.min(tops[i], tops[i + 1] - cards[i].height - GAP)
  const lift = start > 0 ? Math.min(0, tops[0]) : 0
  // no room above: everything before is packed from the top, and the pinned card gives way after all
  if (lift < 0) {
    tops[0] = 0
    for (let i = 1; i <= start; i++) tops[i] = Math.max(tops[i], tops[i - 1] + cards[i - 1].height + GAP)
  }
  for (let i = start + 1; i < cards.length; i++) tops[i] = Math.max(tops[i], tops[i - 1] + cards[i - 1].height + GAP)
  return tops
}

/** px that a card may stand away from its passage before the margin counts as crowded */
export const CROWDED = 240

export const isCrowded = (cards: Card[], tops: number[]): boolean =>
  cards.some((card, index) => Math.abs(tops[index] - Math.max(0, card.desired)) > CROWDED)
