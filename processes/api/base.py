"""What the viewsets of this app share: who may knock, which ability each action needs, reading the input."""

from rest_framework import viewsets
from rest_framework.permissions import SAFE_METHODS, AllowAny, IsAuthenticated
from rest_framework.request import Request

from cocreation.kernel.rest import body_of, query_of

# For the few writes that need no ability of a process: whoever is signed in may.
SIGNED_IN = "signed_in"


class ProcessesViewSet(viewsets.GenericViewSet):
    """Reading is open to everybody (selectors decide), writing to signed-in people.

    `needs` names the ability of each action; `processes/checks.py` refuses to start when one is missing.
    """

    needs: dict[str, str] = {}
    filter_backends = ()
    lookup_value_converter = "uuid"

    def get_permissions(self):
        reading = self.request is None or self.request.method in SAFE_METHODS
        return [AllowAny()] if reading else [IsAuthenticated()]

    @property
    def need(self) -> str:
        """The ability that the present action needs."""
        return self.needs[self.action]

    def input(self, serializer_class, request: Request, *, partial: bool = False) -> dict:
        """Return the checked input of a request."""
        return body_of(request, serializer_class, partial=partial)

    def query(self, serializer_class, request: Request) -> dict:
        """Return the checked query of a request."""
        return query_of(request, serializer_class)

    def shape(self, serializer_class, obj, **context) -> dict:
        """Return an object in a shape that knows who asks."""
        return serializer_class(obj, context={**self.get_serializer_context(), **context}).data
