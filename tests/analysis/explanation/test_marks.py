"""What the text of a log shows beside messages."""

import pytest

from wwanreplay.analysis.explanation.marks import NAMES, marks_in


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (b">>>>>> QMUX:\n>>>>>>   length = 12", {"qmi answers"}),
        (b"<<<<<< QMUX", set()),
        (b"udhcpc: sending discover\n" * 3, {"dhcp without offer"}),
        (b"udhcpc: sending discover\nudhcpc: lease of 192.0.2.1 obtained", set()),
        (b"DHCPDISCOVER on wwan0\nDHCPOFFER of 192.0.2.1", set()),
        (b"4: wwan0: <POINTOPOINT,NOARP,UP> mtu 1500 qdisc fq_codel", {"interface mtu 1500"}),
        (b"wwp0s20f0u3: mtu 1500\nwwp0s20f0u3: mtu 1358", set()),
        (b"2: eth0: <BROADCAST,UP> mtu 1500", set()),
        (b"", set()),
    ],
)
def test_a_mark_is_set_by_what_shows_it_and_not_where_something_denies_it(text, marks):
    assert marks_in([text]) == marks
    assert marks <= NAMES


def test_what_denies_a_mark_may_stand_in_another_log():
    assert marks_in([b"DHCPDISCOVER", b"DHCPACK"]) == frozenset()
