"""Translations that lie beside the entries: `weblate/<language>/<file>.json`, flat, keys joined by `;`.

Normally they repeat what the entries say. They are used only for a language in which an entry has no text.
"""

from interlinkers.importers.fields import LANGUAGE, clean_text
from interlinkers.importers.report import EntryError
from interlinkers.importers.seed import Refused, SeedDirectory

FILES = ("problemprofiles", "interlinkers", "schemas")


class Weblate:
    """All flat translations of a directory. Broken files are a warning: nothing depends on them."""

    def __init__(self, directory: SeedDirectory):
        self.directory = directory
        self._texts: dict[str, dict[tuple[str, ...], str]] | None = None

    def _load(self) -> dict[str, dict[tuple[str, ...], str]]:
        texts: dict[str, dict[tuple[str, ...], str]] = {}
        for folder in self.directory.folders("weblate"):
            language = folder.rsplit("/", 1)[-1].lower().replace("_", "-")
            if not LANGUAGE.match(language) or len(language) > 8:
                continue
            for name in FILES:
                for key, value in self._read(f"{folder}/{name}.json").items():
                    # Kinds of interlinkers are spelled in two ways; their ids are enough.
                    path = tuple(key.casefold().split(";"))
                    path = path[1:] if name != "schemas" else path
                    texts.setdefault(language, {})[(name, *path)] = value
        return texts

    def _read(self, path: str) -> dict[str, str]:
        try:
            if self.directory.locate(path) is None:
                return {}
            raw = self.directory.read_json(path)
        except (EntryError, Refused) as error:
            self.directory.warn(f"{path}: {error}")
            return {}
        if not isinstance(raw, dict):
            return {}
        return {
            key: text
            for key, value in raw.items()
            if isinstance(value, str) and (text := clean_text(value))
        }

    def fill(self, kind: str, path: tuple[str, ...], names: dict, descriptions: dict) -> None:
        """Add name and description in the languages that `names` lacks. `kind` is one of FILES."""
        if self._texts is None:
            self._texts = self._load()
        key = (kind, *(part.casefold() for part in path))
        for language, texts in self._texts.items():
            name = texts.get((*key, "name"))
            if name and language not in names and len(name) <= 300:
                names[language] = name
                if text := texts.get((*key, "description")):
                    descriptions.setdefault(language, text)
