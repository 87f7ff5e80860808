"""Writing problem profiles and interlinkers: the only place that does."""

from collections.abc import Mapping
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import models, transaction

from cocreation.kernel.markdown import plain_text
from community.models import User
from community.services.activity import activity_record
from interlinkers.entries import FileEntry, InterlinkerEntry, ProfileEntry, Translations
from interlinkers.models import (
    Interlinker,
    InterlinkerFile,
    InterlinkerTranslation,
    ProblemProfile,
    ProblemProfileTranslation,
)
from interlinkers.search import search_text


@transaction.atomic
def profile_store(
    *, actor: User | None, source: str, entry: ProfileEntry, fingerprint: str
) -> ProblemProfile:
    """Make or change a problem profile. `fingerprint` is `entries.content_hash` of the entry.

    Raises: ValidationError. Emits: activity problem_profile.imported.
    """
    profile = locked_or_new(ProblemProfile, source, entry.external_id)
    profile.group, profile.order, profile.content_hash = entry.group, entry.order, fingerprint
    profile.full_clean()
    profile.save()
    translations_store(ProblemProfileTranslation, "profile", profile, entry.translations)
    record(actor, "problem_profile", profile, entry.translations)
    return profile


@transaction.atomic
def interlinker_store(
    *,
    actor: User | None,
    source: str,
    entry: InterlinkerEntry,
    fingerprint: str,
    profiles: Mapping[str, UUID],
) -> Interlinker:
    """Make or change an interlinker with its texts, profiles and files. `profiles` maps external ids to rows.

    Profiles and files that the entry no longer has are taken off. Raises: ValidationError, OSError (file store).
    Emits: activity interlinker.imported.
    """
    interlinker = locked_or_new(Interlinker, source, entry.external_id)
    for name, value in entry.fields.items():
        setattr(interlinker, name, value)
    interlinker.content_hash = fingerprint
    interlinker.full_clean()
    interlinker.save()
    translations = {
        language: {**texts, "search": search_column(texts)}
        for language, texts in entry.translations.items()
    }
    translations_store(InterlinkerTranslation, "interlinker", interlinker, translations)
    interlinker.problem_profiles.set(
        [profiles[key] for key in entry.problem_profiles if key in profiles]
    )
    record(actor, "interlinker", interlinker, entry.translations)
    _files_store(interlinker, entry.files)
    return interlinker


def locked_or_new(model: type[models.Model], source: str, external_id: str) -> models.Model:
    """Return the row of an entry, locked and with its revision raised, or an unsaved new one. Needs a transaction."""
    row = model.objects.select_for_update().filter(source=source, external_id=external_id).first()
    if row is None:
        return model(source=source, external_id=external_id)
    row.revision += 1
    return row


def translations_store(
    model: type[models.Model], owner_field: str, owner: models.Model, translations: Translations
) -> None:
    """Make the translation rows of an object exactly these."""
    kept = {row.language: row for row in model.objects.filter(**{owner_field: owner})}
    for language, texts in translations.items():
        row = kept.pop(language, None) or model(language=language, **{owner_field: owner})
        for name, default in _text_columns(model, owner_field).items():
            setattr(row, name, texts.get(name, default()))
        row.source_revision = owner.revision
        # Entries may bring languages that the installation does not offer; their texts are kept all the same.
        row.full_clean(exclude=["language", owner_field])
        row.save()
    model.objects.filter(pk__in=[row.pk for row in kept.values()]).delete()


def _text_columns(model: type[models.Model], owner_field: str) -> dict:
    """Return {column: what makes its empty value} of a translation table."""
    others = {"id", "language", "source_revision", owner_field}
    columns = model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    return {column.name: column.get_default for column in columns if column.name not in others}


def record(actor: User | None, noun: str, row: models.Model, translations: Translations) -> None:
    """Write what was imported into the activity log."""
    names = {language: texts["name"] for language, texts in translations.items()}
    activity_record(
        actor=actor,
        verb=f"{noun}.imported",
        target_type=noun,
        target_id=row.pk,
        target_label=names.get("en") or names[min(names)],
        details={"source": row.source, "external_id": row.external_id, "revision": row.revision},
    )


def search_column(texts: dict) -> str:
    """Return the `search` column of a translation's texts."""
    parts = [plain_text(texts.get(name, "")) for name in ("summary", "description", "overview")]
    return search_text(texts["name"], [*parts, *texts.get("tags", [])])


def _files_store(interlinker: Interlinker, files: tuple[FileEntry, ...]) -> None:
    """Make the files of an interlinker exactly these; the same content is not written again.

    Bytes are written before the rows are committed: when something fails they are removed again. Bytes that are no
    longer wanted go after the commit.
    """
    kept = {(row.role, row.language, row.name): row for row in interlinker.files.all()}
    written: list[InterlinkerFile] = []
    try:
        for file in files:
            row = kept.pop((file.role, file.language, file.name), None)
            if row is None:
                row = InterlinkerFile(
                    interlinker=interlinker, role=file.role, language=file.language, name=file.name
                )
            _file_store(row, file, written)
    except BaseException:
        for row in written:
            row.file.storage.delete(row.file.name)
        raise
    for row in kept.values():
        _delete_on_commit(row)
        row.delete()


def _file_store(row: InterlinkerFile, file: FileEntry, written: list[InterlinkerFile]) -> None:
    row.order, row.content_type = file.order, file.content_type
    if row.digest != file.digest:
        if row.file:
            _delete_on_commit(row)
        row.digest, row.size_bytes = file.digest, len(file.data)
        row.file.save(file.name, ContentFile(file.data), save=False)
        written.append(row)
    row.full_clean(exclude=["interlinker", "file"])
    row.save()


def _delete_on_commit(row: InterlinkerFile) -> None:
    storage, name = row.file.storage, row.file.name
    transaction.on_commit(lambda: storage.delete(name), robust=True)
