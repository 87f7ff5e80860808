"""Tags of document pages."""

from django import template

from frontend.presenters.import_notes import import_note_sentence

register = template.Library()


@register.filter
def import_note(note: dict) -> str:
    """Return what a note of a Word import says."""
    return import_note_sentence(note)
