"""The picture that other sites show beside a link to ours: the mark on its green ground, drawn once."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (1200, 630)
GROUND, INK = "#005b49", "#ffffff"
# The mark of the page head, on its field of 28 by 28.
MARK = [
    (4, 3),
    (9, 3),
    (9, 12.2),
    (18.2, 3),
    (25, 3),
    (14.6, 13.6),
    (25, 25),
    (18.1, 25),
    (9, 14.9),
    (9, 25),
    (4, 25),
]
SCALE = 14


@lru_cache(maxsize=1)
def card_png() -> bytes:
    """Return the picture as PNG, 1200 by 630 pixels."""
    image = Image.new("RGB", SIZE, GROUND)
    left, top = (SIZE[0] - 28 * SCALE) / 2, (SIZE[1] - 28 * SCALE) / 2
    points = [(left + x * SCALE, top + y * SCALE) for x, y in MARK]
    ImageDraw.Draw(image).polygon(points, fill=INK)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
