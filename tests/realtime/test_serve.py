"""The command that serves: a demo is for this machine alone, and a taken port is said plainly."""

import socket

import pytest
from django.core.management import CommandError, call_command

from realtime.management.commands.serve import is_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "no-such-host.invalid"])
def test_a_demo_refuses_to_listen_beyond_this_machine(settings, host):
    settings.DEMO = True
    with pytest.raises(CommandError, match="loopback"):
        call_command("serve", "--host", host)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "127.0.0.53"])
def test_loopback_is_this_machine(host):
    assert is_loopback(host)


def test_a_taken_port_is_said_with_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"PORT={port + 1}"):
            call_command("serve", "--port", str(port))
