"""System checks: every REST action of this app that writes names the ability it needs."""

from django.core.checks import Error, register


@register()
def actions_name_abilities(app_configs, **kwargs) -> list[Error]:
    """Refuse to start while an action of a viewset has no ability, or names one that the table does not know."""
    from processes.api.base import SIGNED_IN, ProcessesViewSet
    from processes.api.urls import urlpatterns
    from processes.permissions import ABILITIES

    known = {*ABILITIES, SIGNED_IN}
    errors = []
    for viewset, method, name in _actions(urlpatterns):
        need = getattr(viewset, "needs", {}).get(name)
        is_open_list = method == "get" and name == "list" and need is None
        if not issubclass(viewset, ProcessesViewSet) or (need not in known and not is_open_list):
            errors.append(
                Error(
                    f"{viewset.__name__}.{name} ({method}) names no ability of the table of rights",
                    hint="Add it to `needs` of the viewset (and to permissions/table.py if it is new).",
                    id="processes.E001",
                )
            )
    return errors


def _actions(patterns):
    """Yield (viewset, method, action) of all routes."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _actions(pattern.url_patterns)
        elif viewset := getattr(pattern.callback, "cls", None):
            for method, name in pattern.callback.actions.items():
                if method != "head":
                    yield viewset, method, name
