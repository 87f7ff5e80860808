"""Envelopes of frames are those of the websockets library, whatever the size, and remembered by the bytes themselves."""

import pytest
from websockets.frames import OP_BINARY, Frame

from realtime.uvicorn_sockets import Envelopes, envelope


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
def test_an_envelope_is_that_of_the_library(size):
    data = bytes(number % 251 for number in range(size))
    assert envelope(data) == Frame(OP_BINARY, data).serialize(mask=False)


def test_other_bytes_get_another_envelope_and_the_same_bytes_the_same():
    envelopes, first, second = Envelopes(), b"first", b"second"
    assert envelopes.of(first) == envelope(first)
    assert envelopes.of(second) == envelope(second)
    assert envelopes.of(second) is envelopes.of(second)
    assert envelopes.of(b"") == envelope(b"")
