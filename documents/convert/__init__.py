"""Conversions of the canonical JSON: Markdown, HTML, Word/OpenDocument, and comparing two texts.

Pure functions: no models, no database, no settings. Everything here takes and gives the JSON that
`documents.schema` describes.
"""
