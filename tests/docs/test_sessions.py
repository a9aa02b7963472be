"""The profiles, scripts and faults of their pages do what the pages say."""

import io
import re

import pytest
from checkout import DOCS

from wwanreplay.devices.faults import ACTIONS, WHEN, parse_faults
from wwanreplay.devices.profile import parse_profile, shipped_profiles
from wwanreplay.devices.profile_rows import ARRAYS, NESTED_TABLES, PIN, PLAIN_TABLES, TIMING
from wwanreplay.record import Session, record
from wwanreplay.script import ACTIONS as STEPS
from wwanreplay.script import parse_script, shipped_scripts

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(page):
    return (DOCS / f"{page}.md").read_text(encoding="utf-8")


def blocks(page, language):
    return [body for kind, body in BLOCK.findall(text_of(page)) if kind == language]


def numbered(page, language):
    return [
        pytest.param(body, id=f"{page}-{number}")
        for number, body in enumerate(blocks(page, language), 1)
    ]


@pytest.mark.parametrize("text", numbered("profiles", "toml"))
def test_a_profile_of_the_page_makes_a_session(text):
    session = Session("lte-home" if not text else _device(text))
    session.run("10s")
    assert session.events


def _device(text):
    from wwanreplay.devices.emulated import EmulatedDevice

    return EmulatedDevice(parse_profile(text, "own"))


@pytest.mark.parametrize("text", numbered("scripts", "toml"))
def test_a_script_of_the_page_records(text):
    script = parse_script(text, "own")
    assert record(f"emulated:{script.profile}", script, io.BytesIO()).unanswered == 0


@pytest.mark.parametrize("text", numbered("faults", "toml"))
def test_every_fault_of_the_page_is_applied_in_the_demo(text):
    plan = parse_faults(text, "own.toml")
    session = Session(faults=plan)
    session.play("demo")
    session.close()
    assert session.device.applied >= len(plan.faults)


def test_the_page_of_profiles_names_every_key_and_every_profile():
    example = blocks("profiles", "toml")[1]
    tables = {**PLAIN_TABLES, **{name: rows for name, (_, rows) in NESTED_TABLES.items()}}
    tables |= {name: rows for name, (_, rows, _) in ARRAYS.items()}
    missing = [
        f"{table}.{key}"
        for table, rows in {**tables, "pins": PIN, "timing": TIMING}.items()
        for key in rows
        if not re.search(rf"\b{key} = ", example) and key != "pins"
    ]
    assert missing == []
    assert [name for name in shipped_profiles() if f"| `{name}` |" not in text_of("profiles")] == []


def test_the_page_of_scripts_names_every_kind_of_step_and_every_script():
    assert [
        step for step in STEPS if f"{step} = " not in text_of("scripts") and step != "method"
    ] == []
    rows = [f"| `{name}` | `{script.profile}` |" for name, script in shipped_scripts().items()]
    assert [row for row in rows if row not in text_of("scripts")] == []


def test_the_page_of_faults_names_every_selector_and_action():
    text = text_of("faults")
    assert [key for key in WHEN if f"`{key}`" not in text] == []
    assert [action for action in ACTIONS if f"`{action}" not in text] == []
