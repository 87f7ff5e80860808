"""The samples in fixtures/protocol are what the server writes and reads; the editor's tests read the same files."""

import base64
import json
from pathlib import Path

import pytest

from cocreation.kernel.events import EVENT_TYPES, TOPIC
from realtime import protocol
from realtime.checks import commands_have_rules, topics_have_rules
from realtime.events import COMMANDS, _parse
from realtime.gate.errors import Refused
from realtime.protocol import Close, Frame, Hello, State

FOLDER = Path(__file__).parents[2] / "fixtures" / "protocol"
FRAMES = json.loads((FOLDER / "frames.json").read_text("utf-8"))
EVENTS = json.loads((FOLDER / "events.json").read_text("utf-8"))
SAMPLES = {sample["name"]: sample for sample in FRAMES["frames"]}


def written(sample):
    """Return the frame that the server writes for a sample."""
    match sample["type"]:
        case Frame.SYNC:
            payload = base64.b64decode(sample["payload"])
            steps = (protocol.sync_step_1, protocol.sync_step_2, protocol.sync_update)
            return steps[sample["sync"]](payload)
        case Frame.AWARENESS:
            return protocol.awareness(base64.b64decode(sample["payload"]))
        case Frame.QUERY_AWARENESS:
            return bytes((Frame.QUERY_AWARENESS,))
        case Frame.RECEIPT:
            return protocol.receipt(sample["count"], sample["sequence"])
        case Frame.REFUSAL:
            return protocol.refusal(sample["number"], sample["code"], sample["message"])
        case Frame.STATE:
            return protocol.state(State(sample["state"]))
        case Frame.HELLO:
            return protocol.hello(
                Hello(
                    sample["generation"],
                    sample["can_write"],
                    sample["sequence"],
                    sample["max_frame_bytes"],
                    sample["name_shown"],
                    sample["colour"],
                )
            )


@pytest.mark.parametrize("name", SAMPLES)
def test_the_server_writes_each_sample(name):
    assert written(SAMPLES[name]) == base64.b64decode(SAMPLES[name]["frame"])


@pytest.mark.parametrize("name", SAMPLES)
def test_the_server_reads_what_clients_send_and_refuses_what_only_it_may_say(name):
    sample = SAMPLES[name]
    data = base64.b64decode(sample["frame"])
    if sample["from"] == "server":
        with pytest.raises(Refused):
            protocol.decode(data)
        return
    incoming = protocol.decode(data)
    assert incoming.type == sample["type"]
    assert incoming.sync == sample.get("sync")
    assert incoming.payload == base64.b64decode(sample.get("payload", ""))


def test_every_frame_type_and_state_has_a_sample():
    assert {sample["type"] for sample in SAMPLES.values()} == set(Frame)
    states = {sample["state"] for sample in SAMPLES.values() if "state" in sample}
    assert states == set(State)


def test_close_codes_are_those_of_the_contract():
    assert FRAMES["close_codes"] == {code.name.lower(): int(code) for code in Close}


@pytest.mark.parametrize("command", EVENTS["commands"], ids=lambda command: command["type"])
def test_each_command_sample_is_understood(command):
    assert _parse(json.dumps(command))["type"] in COMMANDS


def test_every_command_has_a_sample_and_a_rule():
    assert {command["type"] for command in EVENTS["commands"]} == set(COMMANDS)
    assert commands_have_rules() == []
    assert topics_have_rules() == []


def test_event_samples_follow_the_registry():
    for frame in EVENTS["frames"]:
        if frame["type"] in EVENT_TYPES:
            assert set(frame["data"]) == EVENT_TYPES[frame["type"]]
            assert TOPIC.match(frame["topic"])
