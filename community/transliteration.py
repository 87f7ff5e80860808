"""Ukrainian letters in Latin ones, for slugs that can be read.

Source: the romanisation that Ukraine's government laid down in 2010 (Cabinet resolution No. 55), without its separate
rule for the start of a word; Russian letters that Ukrainian lacks are added so that no name loses letters.
"""

_LETTERS = dict(zip("абвгґдезиіїйклмнопрстуфы", "abvhgdezyiiiklmnoprstufy", strict=True)) | {
    "є": "ie", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "iu", "я": "ia",
    "ё": "e", "э": "e", "ь": "", "ъ": "", "’": "", "'": "", "ʼ": "",
}  # fmt: skip


def to_latin(text: str) -> str:
    """Return `text` in lower case with Cyrillic letters written in Latin ones; the rest stays as it is."""
    return "".join(_LETTERS.get(letter, letter) for letter in text.lower())
