"""Taking typed values out of a JSON object that may hold anything."""

import re
import unicodedata
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from interlinkers.importers.report import EntryError

LANGUAGE = re.compile(r"^[a-z]{2,3}(-[a-z0-9]{2,4})?$")
CODE = re.compile(r"^[\w][\w .:;/+-]*$")
_check_address = URLValidator(schemes=["http", "https"])
WEB_ADDRESS = re.compile(r"^https?://[^\s<>\"\\^`{|}]+$", re.IGNORECASE)
NAME_MAX_CHARACTERS = 300
TEXT_MAX_CHARACTERS = 200_000
LIST_MAX_ITEMS = 1000


def clean_text(text: str) -> str:
    """Return text that every database takes: composed, with one kind of line end, without NUL, control characters
    and halves of surrogate pairs.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    )
    return unicodedata.normalize("NFC", kept).strip()


def is_web_address(text: str) -> bool:
    """Say whether a text is a whole http or https address, at most 1000 characters."""
    if len(text) > 1000 or not WEB_ADDRESS.match(text):
        return False
    try:
        _check_address(text)
    except ValidationError:
        return False
    return True


def kind_of(value: object) -> str:
    """Return the name of a JSON value's type, for messages."""
    names = {dict: "object", list: "list", str: "text", bool: "true/false", int: "number"}
    return "null" if value is None else names.get(type(value), "number")


class Fields:
    """One JSON object, read field by field. A wrong type raises EntryError naming the field; null counts as absent."""

    def __init__(self, raw: object, warn: Callable[[str], None], path: str = ""):
        self.path = path
        if not isinstance(raw, dict):
            self._wrong(path or _("the entry"), "object", raw)
        self.raw = raw
        self.warn = warn
        self.seen: set[str] = set()

    def _get(self, key: str) -> object:
        self.seen.add(key)
        return self.raw.get(key)

    def _name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    @staticmethod
    def _wrong(name: str, wanted: str, value: object) -> None:
        raise EntryError(
            _("%(name)s must be a %(wanted)s, not a %(found)s")
            % {"name": name, "wanted": wanted, "found": kind_of(value)}
        )

    def _text(self, name: str, value: object, limit: int) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(name, "text", value)
        text = clean_text(value)
        if len(text) > limit:
            raise EntryError(
                _("%(name)s has %(length)s characters; at most %(limit)s are possible")
                % {"name": name, "length": len(text), "limit": limit}
            )
        return text

    def text(self, key: str, limit: int = NAME_MAX_CHARACTERS) -> str:
        """Return a text, "" when absent. `limit` in characters."""
        return self._text(self._name(key), self._get(key), limit)

    def flag(self, key: str) -> bool:
        """Return a true/false value, False when absent."""
        value = self._get(key)
        if value is not None and not isinstance(value, bool):
            self._wrong(self._name(key), "true/false", value)
        return bool(value)

    def number(self, key: str, limit: int) -> int | None:
        """Return a whole number from 0 to `limit`, None when absent."""
        value = self._get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(self._name(key), "whole number", value)
        if not 0 <= value <= limit:
            raise EntryError(
                _("%(name)s must be between 0 and %(limit)s")
                % {"name": self._name(key), "limit": limit}
            )
        return value

    def mapping(self, key: str) -> "Fields":
        """Return the object of a field (an empty one when absent)."""
        value = self._get(key)
        return Fields({} if value is None else value, self.warn, self._name(key))

    def items(self, key: str) -> list:
        """Return the list of a field ([] when absent), unchecked inside."""
        value = self._get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self._wrong(self._name(key), "list", value)
        if len(value) > LIST_MAX_ITEMS:
            raise EntryError(
                _("%(name)s has more than %(limit)s items")
                % {"name": self._name(key), "limit": LIST_MAX_ITEMS}
            )
        return value

    def words(self, key: str, limit: int = 200) -> list[str]:
        """Return a list of texts, without empty ones and repetitions. `limit` in characters each."""
        name = self._name(key)
        texts = [self._text(f"{name}[{i}]", item, limit) for i, item in enumerate(self.items(key))]
        return list(dict.fromkeys(text for text in texts if text))

    def code(self, key: str, limit: int = 40) -> str:
        """Return a code of one word ("guidelines"), in lower case; what is none is left out with a warning."""
        value = self.text(key, TEXT_MAX_CHARACTERS).lower()
        if value and (len(value) > limit or not CODE.match(value)):
            self.warn(
                _("%(name)s: “%(value)s” is not a known value; left empty")
                % {"name": self._name(key), "value": value[:60]}
            )
            return ""
        return value

    def _by_language(self, key: str) -> dict[str, object]:
        result = {}
        for language, value in self.mapping(key).raw.items():
            code = language.strip().lower().replace("_", "-")
            if not LANGUAGE.match(code) or len(code) > 8:
                self.warn(
                    _("%(name)s: “%(value)s” is not a language; left out")
                    % {"name": self._name(key), "value": language[:40]}
                )
            else:
                result.setdefault(code, value)
        return result

    def texts(self, key: str, limit: int = TEXT_MAX_CHARACTERS) -> dict[str, str]:
        """Return {language: text} of a translated field; languages without text are not in it."""
        found = {
            language: self._text(f"{self._name(key)}.{language}", value, limit)
            for language, value in self._by_language(key).items()
        }
        return {language: text for language, text in found.items() if text}

    def word_lists(self, key: str) -> dict[str, list[str]]:
        """Return {language: texts} of a translated list; a text with `;` in it counts as several."""
        result = {}
        for language, value in self._by_language(key).items():
            value = value.split(";") if isinstance(value, str) else value
            words = Fields({language: value}, self.warn, self._name(key)).words(language, 100)
            if words:
                result[language] = words
        return result

    def addresses(self, key: str) -> dict[str, str]:
        """Return {language: web address}; anything but http and https is left out with a warning."""
        result = {}
        for language, text in self.texts(key).items():
            if is_web_address(text):
                result[language] = text
            else:
                self.warn(
                    _("%(name)s: “%(value)s” is not a web address; left empty")
                    % {"name": f"{self._name(key)}.{language}", "value": text[:80]}
                )
        return result

    def identifier(self, limit: int, fallback: str = "") -> str:
        """Return the `id` of the entry. Raises: EntryError when there is none."""
        found = self.text("id", limit) or clean_text(fallback)[:limit]
        if not found or not found.isprintable():
            raise EntryError(_("the entry has no usable id"))
        return found

    def check_unknown(self, known: frozenset[str] = frozenset()) -> None:
        """Warn about fields that nobody read. `known` are those left aside on purpose."""
        for key in sorted(set(self.raw) - self.seen - known):
            self.warn(_("field “%(name)s” is unknown; left out") % {"name": self._name(key)[:80]})
