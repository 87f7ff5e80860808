"""Pages: Django views, templates, htmx; the editor's TypeScript sources are in editor/."""
