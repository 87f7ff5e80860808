"""INTERLINK's interlinkers (`interlinkers/<kind>/<folder>/metadata.json` and what lies beside it) as entries."""

from collections.abc import Callable
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from cocreation.kernel.markdown import plain_text
from interlinkers.entries import FileEntry, InterlinkerEntry
from interlinkers.importers.fields import WEB_ADDRESS, Fields, clean_text
from interlinkers.importers.files import IMAGE_SUFFIXES, read_image, read_resource
from interlinkers.importers.interlink_templates import LEFT_ASIDE, named
from interlinkers.importers.markup import first_words, html_to_markdown, markdown_without_html
from interlinkers.importers.seed import TEXT_MAX_BYTES, Refused, SeedDirectory
from interlinkers.importers.vocabulary import difficulty_code, licence_code, spelled
from interlinkers.importers.weblate import Weblate
from interlinkers.models import FileRole, Nature

CAPABILITIES = (
    "instantiate", "view", "clone", "edit", "delete", "download", "preview", "open_in_modal", "shortcut",
)  # fmt: skip
SNAPSHOTS_MAX = 20
RESOURCES_MAX = 5
# A text longer than this is a document, not instructions.
TEXT_RESOURCES = {".md", ".markdown", ".txt"}


class InterlinkerReader:
    """Reads one folder. Files that are missing or unusable are warnings; wrong fields raise EntryError."""

    def __init__(
        self, directory: SeedDirectory, folder: str, nature: str, weblate: Weblate, warn: Callable
    ):
        self.directory = directory
        self.folder = folder
        self.nature = nature
        self.weblate = weblate
        self.warn = warn

    def read(self) -> InterlinkerEntry:
        """Return the entry. Raises: EntryError."""
        fields = Fields(self.directory.read_json(f"{self.folder}/metadata.json"), self.warn)
        external_id = fields.identifier(160, PurePosixPath(self.folder).name)
        columns = self._columns(fields)
        translations = self._translations(fields, external_id)
        files = self._files(fields)
        self._texts_of_files(files, translations)
        profiles = tuple(fields.words("problemprofiles", 120))
        fields.check_unknown(LEFT_ASIDE | {"domain", "process"})
        return InterlinkerEntry(external_id, columns, translations, profiles, files)

    def _columns(self, fields: Fields) -> dict:
        return {
            "nature": str(self.nature),
            "form": spelled(fields.code("form")),
            "file_format": spelled(fields.code("format")),
            "difficulty": difficulty_code(fields),
            "licence": licence_code(fields),
            "targets": fields.words("targets"),
            "types": [spelled(value) for value in fields.words("types")],
            "scopes": fields.words("administrative_scopes"),
            "is_sustainability_related": fields.flag("is_sustainability_related"),
            "integration": self._integration(fields),
            "origin": f"INTERLINK: {PurePosixPath(self.folder).name}"[:500],
        }

    @staticmethod
    def _integration(fields: Fields) -> dict:
        """How a software interlinker is reached, and which software made a knowledge interlinker."""
        contract = fields.mapping("integration")
        flags = contract.mapping("capabilities")
        found = {
            "service_name": contract.text("service_name", 120),
            "domain": contract.text("domain", 253),
            "path": contract.text("path", 200),
            "api_path": contract.text("api_path", 200),
            "auth_method": contract.code("auth_method"),
            "is_subdomain": contract.flag("is_subdomain"),
            "capabilities": [name for name in CAPABILITIES if flags.flag(name)],
            "software_interlinker": fields.text("softwareinterlinker", 120),
            "supported_by": fields.words("supported_by"),
            "supports_internationalization": fields.flag("supports_internationalization"),
            "is_responsive": fields.flag("is_responsive"),
            **{
                key: fields.text(key, 1000)
                for key in ("deployment_manual", "user_manual", "developer_manual")
            },
        }
        contract.seen.add("capabilities_translations")
        flags.check_unknown()
        contract.check_unknown()
        return {key: value for key, value in found.items() if value not in ("", [], False)}

    # --- texts
    def _translations(self, fields: Fields, external_id: str) -> dict[str, dict]:
        names = fields.texts("name_translations", 300)
        descriptions = fields.texts("description_translations")
        self.weblate.fill("interlinkers", (external_id,), names, descriptions)
        overviews = fields.texts("overview_text")
        by_field = {
            "constraints": fields.texts("constraints_and_limitations_translations"),
            "regulations": fields.texts("regulations_and_standards_translations"),
        }
        plain = {
            "uri": fields.addresses("uri_translations"),
            "asset_name": fields.texts("asset_name_translations", 300),
            "tags": fields.word_lists("tags_translations"),
            "instructions": self._instructions(fields),
            "capability_texts": self._capability_texts(fields),
        }
        translations = {}
        for language, name in named(names, descriptions).items():
            description = html_to_markdown(descriptions.get(language, ""))
            overview = html_to_markdown(overviews.get(language, ""))
            translations[language] = {
                "name": name,
                "description": description,
                "overview": overview,
                "summary": first_words(plain_text(overview or description)),
                **{
                    key: html_to_markdown(texts.get(language, ""))
                    for key, texts in by_field.items()
                },
                **{key: texts[language] for key, texts in plain.items() if language in texts},
            }
        self._warn_of_orphans({**by_field, **plain}, set(translations))
        return translations

    def _warn_of_orphans(self, texts: dict[str, dict], languages: set[str]) -> None:
        for key, by_language in texts.items():
            for language in sorted(set(by_language) - languages):
                self.warn(
                    _("%(field)s in “%(language)s” left out: there is no name in that language")
                    % {"field": key, "language": language}
                )

    @staticmethod
    def _capability_texts(fields: Fields) -> dict[str, dict[str, str]]:
        texts: dict[str, dict[str, str]] = {}
        raw = fields.mapping("integration").mapping("capabilities_translations")
        for name in CAPABILITIES:
            for language, text in raw.texts(f"{name}_text_translations", 300).items():
                texts.setdefault(language, {})[name] = text
        raw.check_unknown()
        return texts

    def _instructions(self, fields: Fields) -> dict[str, str]:
        references = fields.texts("instructions_translations", 2100)
        if not references and self._find(f"{self.folder}/instructions.md"):
            references = {"en": "instructions.md"}
        texts = {}
        for language, reference in references.items():
            if WEB_ADDRESS.match(reference):
                texts[language] = f"<{reference}>"
            # Some entries name the instructions of another folder by mistake: only the base name counts.
            elif text := self._read_text(self._beside(reference), reference):
                texts[language] = markdown_without_html(text)
        return texts

    def _beside(self, reference: str) -> str:
        """Return the path of a file in our own folder by the last part of a reference."""
        return f"{self.folder}/{PurePosixPath(reference.replace(chr(92), '/')).name}"

    def _find(self, path: str) -> str | None:
        try:
            return self.directory.locate(path)
        except Refused as refusal:
            self.warn(str(refusal))
            return None

    def _read_text(self, path: str, reference: str) -> str:
        try:
            # Says so when the reference leads out of the directory, even though we look in our own folder.
            self.directory.locate(reference)
            data = self.directory.read_bytes(path, TEXT_MAX_BYTES)
            if data is None:
                self._warn_missing(reference)
                return ""
            return clean_text(data.decode("utf-8-sig"))
        except Refused as refusal:
            self.warn(str(refusal))
        except UnicodeDecodeError:
            self.warn(_("%(path)s is not UTF-8 text; left out") % {"path": path})
        return ""

    def _warn_missing(self, path: str) -> None:
        self.warn(_("there is no file %(path)s") % {"path": path})

    # --- files
    def _files(self, fields: Fields) -> tuple[FileEntry, ...]:
        files = []
        for language, reference in fields.texts("file_translations", 1000).items():
            path = self._locate_file(reference)
            if path and (file := self._try(read_resource, path, language)):
                files.append(file)
        files.extend(self._other_formats(files))
        if logo := self._logo(fields):
            files.append(logo)
        files.extend(self._snapshots())
        return tuple(files)

    def _other_formats(self, files: list[FileEntry]) -> list[FileEntry]:
        """Read what lies beside as `resource.*` without being named: the same resource in another format."""
        found = []
        known = {file.digest for file in files}
        for path in self.directory.files(self.folder):
            if not PurePosixPath(path).name.casefold().startswith("resource"):
                continue
            file = self._try(read_resource, path, "")
            if file and file.digest not in known:
                found.append(file)
        return found[:RESOURCES_MAX]

    def _try(self, read: Callable, *args: object) -> FileEntry | None:
        try:
            return read(self.directory, *args)
        except Refused as refusal:
            self.warn(str(refusal))
            return None

    def _locate_file(self, reference: str) -> str | None:
        """Find a file by its path from the root of the seed, else by its base name in our own folder."""
        try:
            found = self.directory.locate(reference) or self.directory.locate(
                self._beside(reference)
            )
        except Refused as refusal:
            self.warn(str(refusal))
            return None
        if found is None:
            self._warn_missing(reference)
        return found

    def _logo(self, fields: Fields) -> FileEntry | None:
        path = None
        if reference := fields.text("logotype", 1000):
            path = self._locate_file(reference)
        else:
            beside = [path for path in self.directory.files(self.folder) if _is_logo(path)]
            path = beside[0] if beside else None
        return self._try(read_image, path, FileRole.LOGO) if path else None

    def _snapshots(self) -> list[FileEntry]:
        found = []
        # Four folders of the original are named in the singular.
        for name in ("snapshots", "snapshot"):
            for path in self.directory.files(f"{self.folder}/{name}"):
                if PurePosixPath(path).suffix.lower() not in IMAGE_SUFFIXES:
                    continue
                if len(found) == SNAPSHOTS_MAX:
                    self.warn(
                        _("%(folder)s has more than %(limit)s pictures; the others are left out")
                        % {"folder": self.folder, "limit": SNAPSHOTS_MAX}
                    )
                    return found
                file = self._try(read_image, path, FileRole.SNAPSHOT, len(found))
                if file and all(file.name != other.name for other in found):
                    found.append(file)
        return found

    def _texts_of_files(self, files: tuple[FileEntry, ...], translations: dict[str, dict]) -> None:
        """A text file of a knowledge interlinker is what a document starts from."""
        if self.nature != Nature.KNOWLEDGE:
            return
        for file in files:
            suffix = PurePosixPath(file.name).suffix.lower()
            if (
                file.role == FileRole.RESOURCE
                and suffix in TEXT_RESOURCES
                and file.language in translations
            ):
                text = clean_text(file.data.decode("utf-8-sig", "replace"))
                if len(text) <= TEXT_MAX_BYTES:
                    translations[file.language]["text"] = markdown_without_html(text)


def _is_logo(path: str) -> bool:
    name = PurePosixPath(path)
    return name.stem.casefold() in ("logo", "logotype") and name.suffix.lower() in IMAGE_SUFFIXES
