"""Programs that knock at the REST door."""

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def as_user():
    """Return a client of a person; without one, of nobody."""

    def make(user=None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_authenticate(user)
        return client

    return make
