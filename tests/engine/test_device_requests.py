"""Requests: ids, handles, ports, cancel, what is refused at once, and in which order sets end."""

from itertools import product

import pytest
from device_host import MS, SECOND, Host, member, status
from hypothesis import given
from hypothesis import strategies as st

from wwanreplay._core import Event, Kind, Lifecycle, Namespace
from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.codec import decode_event, encode

ACCEPTED = status("NDIS_STATUS_INDICATION_REQUIRED")
ABORTED = status("NDIS_STATUS_REQUEST_ABORTED")
SLOW = {"completion_latency_ns": (5 * MS, 0)}


def oid(name):
    return PROTOCOL.oid(f"OID_WWAN_{name}").number


def submit(host, kind, name, request_id, payload=b"", **place):
    place = {"handle": 0x77, "capacity": 4096, **place}
    host.engine.submit(
        Event(
            kind,
            host.engine.now_ns,
            code=oid(name),
            request_id=request_id,
            payload=payload,
            **place,
        )
    )
    return host.engine.drain()


def cancel(host, request_id, **place):
    host.engine.submit(Event(Kind.KIND_CANCEL, host.engine.now_ns, request_id=request_id, **place))
    return host.engine.drain()


def register(mode="Automatic", provider=""):
    return encode(
        "NDIS_WWAN_SET_REGISTER_STATE",
        {
            "SetRegisterState.RegisterAction": f"WwanRegisterAction{mode}",
            "SetRegisterState.ProviderId": provider,
        },
        revision=1,
    )


def radio(on):
    return encode("NDIS_WWAN_SET_RADIO_STATE", {"RadioAction": int(on)})


def test_a_request_id_and_a_handle_have_64_bits():
    host = Host()
    for request_id in (1, 2**32, 2**32 + 1, 2**64 - 1):
        submit(host, Kind.KIND_QUERY, "RADIO_STATE", request_id, handle=2**64 - request_id)
        completion, answer = host.run()
        assert completion.request_id == answer.request_id == request_id
        assert answer.handle == 2**64 - request_id


def test_ids_that_share_their_low_half_are_two_ids():
    host = Host(**SLOW)
    submit(host, Kind.KIND_QUERY, "RADIO_STATE", 5)
    submit(host, Kind.KIND_QUERY, "RADIO_STATE", 2**32 + 5)
    (aborted,) = cancel(host, 2**32 + 5)
    assert (aborted.request_id, aborted.status) == (2**32 + 5, ABORTED)
    completion, answer = host.run()
    assert completion.request_id == answer.request_id == 5


def test_a_request_id_in_use_again_is_a_transaction_of_its_own():
    """NDIS leaves it to the driver above to choose ids; the miniport gives back what it was given.

    Both requests are closed, each by its own indication with its own handle.
    """
    host = Host(**SLOW)
    submit(host, Kind.KIND_QUERY, "RADIO_STATE", 9, handle=1)
    submit(host, Kind.KIND_QUERY, "READY_INFO", 9, handle=2)
    outputs = host.run()
    completions = [event for event in outputs if event.kind == Kind.KIND_COMPLETION]
    assert [event.status for event in completions] == [ACCEPTED, ACCEPTED]
    answers = {event.handle: event for event in outputs if event.kind == Kind.KIND_INDICATION}
    assert decode_event(answers[1]).name == "NDIS_WWAN_RADIO_STATE"
    assert decode_event(answers[2]).name == "NDIS_WWAN_READY_INFO"


def test_several_requests_of_one_oid_are_answered_each():
    host = Host()
    for request_id in range(1, 21):
        submit(host, Kind.KIND_QUERY, "SIGNAL_STATE", request_id)
    outputs = host.run()
    answers = [event.request_id for event in outputs if event.kind == Kind.KIND_INDICATION]
    assert sorted(answers) == list(range(1, 21)), "in whatever order: async.reorder-allowed"


def test_a_cancel_aborts_all_requests_with_the_id_in_the_order_of_their_completions():
    host = Host(**SLOW)
    names = ["RADIO_STATE", "READY_INFO", "SIGNAL_STATE", "PIN_LIST", "HOME_PROVIDER"]
    for name in names:
        submit(host, Kind.KIND_QUERY, name, 4)
        submit(host, Kind.KIND_QUERY, "DEVICE_CAPS", 1000)
    aborted = cancel(host, 4)
    assert [event.code for event in aborted] == [oid(name) for name in names]
    assert {event.status for event in aborted} == {ABORTED}
    assert all(event.request_id == 1000 for event in host.run())


def test_a_cancel_reaches_the_port_that_it_names():
    host = Host(port_count=2, **SLOW)
    submit(host, Kind.KIND_QUERY, "RADIO_STATE", 4, port=0)
    submit(host, Kind.KIND_QUERY, "RADIO_STATE", 4, port=1)
    assert cancel(host, 4, port=7) == []
    (aborted,) = cancel(host, 4, port=1)
    assert aborted.port == 1
    assert {event.port for event in host.run()} == {0}


def test_a_cancel_after_the_provisional_completion_comes_too_late():
    host = Host(latencies_ns={oid("REGISTER_STATE"): (2 * SECOND, 0)})
    submit(host, Kind.KIND_SET, "REGISTER_STATE", 4, register())
    (completion,) = host.run(SECOND)
    assert completion.status == ACCEPTED
    before = host.engine.copy()
    assert cancel(host, 4) == []
    assert host.engine.same_state(before)
    (answer,) = [event for event in host.run() if event.request_id == 4]
    assert decode_event(answer).number("uStatus") == 0


def test_a_cancelled_set_changes_nothing():
    host = Host(**SLOW)
    submit(host, Kind.KIND_SET, "RADIO_STATE", 4, radio(on=False))
    (aborted,) = cancel(host, 4)
    assert aborted.status == ABORTED
    assert host.run() == []
    assert host.query("OID_WWAN_RADIO_STATE").number("RadioState.SwRadioState") == 1


def test_a_cancel_of_an_ndis_request_leaves_mbim_messages_alone():
    host = Host(**SLOW)
    place = {"code": 1 << 32 | 20, "namespace": Namespace.NAMESPACE_MBIM, "request_id": 4}
    host.engine.submit(Event(Kind.KIND_QUERY, host.engine.now_ns, **place))
    submit(host, Kind.KIND_QUERY, "RADIO_STATE", 4)
    (aborted,) = cancel(host, 4)
    assert aborted.code == oid("RADIO_STATE")
    (answer,) = host.run()
    assert (answer.code, answer.status) == (place["code"], 0)


def test_no_oid_of_the_model_is_a_method():
    host = Host()
    for code in host.engine.profile.supported_oids:
        name = PROTOCOL.oid_by_number[code].name
        assert host.refused(Kind.KIND_METHOD, name) == status("NDIS_STATUS_NOT_SUPPORTED")


@pytest.mark.parametrize("port", [1, 77, 0xFFFFFFFF])
def test_an_unknown_port_is_refused_whatever_is_requested(port):
    host = Host()
    for code in host.engine.profile.supported_oids:
        name = PROTOCOL.oid_by_number[code].name
        invalid = status("NDIS_STATUS_INVALID_PORT")
        assert host.refused(Kind.KIND_QUERY, name, port=port) == invalid
        assert host.refused(Kind.KIND_SET, name, port=port) == invalid


def test_an_asynchronous_request_needs_an_id():
    host = Host()
    (completion,) = submit(host, Kind.KIND_QUERY, "RADIO_STATE", 0)
    assert completion.status == status("NDIS_STATUS_INVALID_PARAMETER")
    (completion,) = submit(host, Kind.KIND_QUERY, "DRIVER_CAPS", 0)
    assert completion.status == 0, "what is answered at once needs none"
    assert host.run() == []


def test_a_structure_cut_off_is_answered_with_the_size_needed():
    host = Host()
    whole = radio(on=True)
    for size in range(len(whole)):
        (completion,) = submit(host, Kind.KIND_SET, "RADIO_STATE", 1, whole[:size])
        assert completion.status == status("NDIS_STATUS_INVALID_LENGTH")
        assert completion.bytes == len(whole)
    assert submit(host, Kind.KIND_SET, "RADIO_STATE", 1, whole + b"more") == []


def test_an_answer_needs_a_buffer_that_takes_it():
    host = Host()
    code = PROTOCOL.oid("OID_GEN_SUPPORTED_LIST").number
    size = 4 * len(host.engine.profile.supported_oids)
    for capacity in (0, 4, size - 1):
        short = host.answered("OID_GEN_SUPPORTED_LIST", capacity=capacity)
        assert short.status == status("NDIS_STATUS_BUFFER_TOO_SHORT")
        assert (short.bytes, short.payload) == (size, b"")
    whole = host.answered("OID_GEN_SUPPORTED_LIST", capacity=size)
    assert (whole.status, whole.bytes, len(whole.payload)) == (0, size, size)
    assert code.to_bytes(4, "little") in whole.payload


def test_a_paused_miniport_answers():
    host = Host()
    host.lifecycle("PAUSE")
    assert host.query("OID_WWAN_RADIO_STATE").number("uStatus") == 0
    assert host.answered("OID_GEN_LINK_STATE").status == 0
    host.up(1)


def test_a_device_that_is_asleep_or_away_says_why_it_does_not_answer():
    asleep, halted, removed = Host(), Host(), Host()
    asleep.power("D3")
    halted.lifecycle("HALT")
    removed.lifecycle("SURPRISE_REMOVAL")
    for host, expected in (
        (asleep, "NDIS_STATUS_LOW_POWER_STATE"),
        (halted, "NDIS_STATUS_ADAPTER_NOT_READY"),
        (removed, "NDIS_STATUS_ADAPTER_REMOVED"),
    ):
        for name in ("OID_WWAN_RADIO_STATE", "OID_GEN_LINK_STATE", "OID_WWAN_DRIVER_CAPS"):
            assert host.refused(Kind.KIND_QUERY, name) == status(expected)
        assert host.refused(Kind.KIND_SET, "OID_WWAN_RADIO_STATE", radio(on=True)) == (
            status(expected)
        )
        assert cancel(host, 1) == []


def test_pausing_and_restarting_lose_nothing_that_is_under_way():
    host = Host(latencies_ns={oid("CONNECT"): (2 * SECOND, 0)})
    submit(host, Kind.KIND_SET, "CONNECT", 4, host.order(1))
    for code in (Lifecycle.LIFECYCLE_PAUSE, Lifecycle.LIFECYCLE_RESTART):
        host.engine.submit(Event(Kind.KIND_LIFECYCLE, host.engine.now_ns, code=int(code)))
    answers = [event for event in host.run() if event.request_id == 4]
    assert [event.kind for event in answers] == [Kind.KIND_COMPLETION, Kind.KIND_INDICATION]
    assert decode_event(answers[1]).number("uStatus") == 0


def test_sets_of_the_whole_device_end_in_the_order_in_which_they_came():
    """multi.set-serialized: queued on every port, never overtaken; contexts have nothing of it."""
    host = Host(
        port_count=2,
        latencies_ns={
            oid("REGISTER_STATE"): (3 * SECOND, 0),
            oid("RADIO_STATE"): (10 * MS, 0),
            oid("SIGNAL_STATE"): (10 * MS, 0),
            oid("CONNECT"): (10 * MS, 0),
        },
    )
    signal = encode(
        "NDIS_WWAN_SET_SIGNAL_INDICATION", {"SignalIndication.RssiInterval": 9}, revision=1
    )
    submit(host, Kind.KIND_SET, "REGISTER_STATE", 1, register())
    submit(host, Kind.KIND_SET, "RADIO_STATE", 2, radio(on=False), port=1)
    submit(host, Kind.KIND_SET, "SIGNAL_STATE", 3, signal)
    submit(host, Kind.KIND_SET, "CONNECT", 4, host.order(1), port=1)
    submit(host, Kind.KIND_QUERY, "RADIO_STATE", 5)
    outputs = host.run()
    answers = [event for event in outputs if event.kind == Kind.KIND_INDICATION]
    order = [event.request_id for event in answers if event.request_id]
    assert order == [5, 4, 1, 2, 3] or order == [4, 5, 1, 2, 3]
    radio_off = next(event for event in answers if event.request_id == 2)
    assert decode_event(radio_off).number("RadioState.SwRadioState") == member("WwanRadioOff")


CONTEXT_ORDERS = st.lists(
    st.tuples(
        st.sampled_from(["Activate", "Deactivate"]),
        st.integers(1, 2),  # ConnectionId
        st.integers(0, 1),  # port
        st.integers(0, 300),  # ms until the next
    ),
    min_size=2,
    max_size=6,
)


@given(CONTEXT_ORDERS, st.integers(0, 2**32))
def test_sets_of_one_context_end_in_the_order_in_which_they_came(orders, seed):
    """Of one port and ConnectionId; others may overtake. What was ordered last is what is."""
    host = Host(
        seed,
        port_count=2,
        contexts_active_max=2,
        completion_latency_ns=(MS, 50 * MS),
        latencies_ns={oid("CONNECT"): (10 * MS, 900 * MS)},
    )
    outputs = []
    for request_id, (command, connection_id, port, wait_ms) in enumerate(orders, 1):
        payload = host.order(connection_id, command)
        outputs += submit(host, Kind.KIND_SET, "CONNECT", request_id, payload, port=port)
        outputs += host.run(wait_ms * MS)
    outputs += host.run()
    for kind in (Kind.KIND_COMPLETION, Kind.KIND_INDICATION):
        found = [event.request_id for event in outputs if event.kind == kind and event.request_id]
        assert sorted(found) == list(range(1, len(orders) + 1))
        for connection_id, port in product((1, 2), (0, 1)):
            mine = [
                request_id
                for request_id in found
                if orders[request_id - 1][1:3] == (connection_id, port)
            ]
            assert mine == sorted(mine)
    for connection_id, port in product((1, 2), (0, 1)):
        commands = [order[0] for order in orders if order[1:3] == (connection_id, port)]
        active = [
            context["connection_id"] for context in host.engine.state()["ports"][port]["contexts"]
        ]
        if commands:
            assert (connection_id in active) == (commands[-1] == "Activate")


def test_a_cancel_order_overtakes_the_activation_that_it_ends():
    host = Host(latencies_ns={oid("CONNECT"): (5 * SECOND, 0)})
    submit(host, Kind.KIND_SET, "CONNECT", 1, host.order(1))
    host.run(SECOND)
    latency = {"Operation": oid("CONNECT"), "Count": 1, "DelayNs": MS, "CompletionDelayNs": -1}
    host.change("latency", latency)
    submit(host, Kind.KIND_SET, "CONNECT", 2, host.order(1, "Cancel"))
    answers = [event for event in host.run(SECOND) if event.kind == Kind.KIND_INDICATION]
    assert [event.request_id for event in answers] == [1, 2]
    assert [decode_event(event).number("uStatus") for event in answers] == [
        status("WWAN_STATUS_FAILURE"),
        0,
    ]
