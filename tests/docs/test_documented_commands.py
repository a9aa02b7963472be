"""Every command of the documents is run, and what comes out is looked at."""

import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from click.testing import CliRunner
from documented import (
    BLOCK,
    PAGES,
    PROGRAMS,
    ROOT,
    Command,
    Rule,
    Terminal,
    blocks,
    commands,
    inline_commands,
    matches,
)

from wwanreplay.analysis.infer import without_stimuli
from wwanreplay.cli import VERBS, root
from wwanreplay.cli.demo import FURTHER
from wwanreplay.devices.faults import parse_faults
from wwanreplay.record import record

RUNS_LONG = "it runs for minutes; what it would do is looked at"
FAULT = blocks(PAGES["docs/faults.md"], "toml")[0][1]
WRONG = {
    "docs/profiles.md": "[device]\ndata_class = 'WWAN_DATA_CLASS_LTEE'\n",
    "docs/scripts.md": (
        "step = [{ note = 'x' }, { set = 'OID_WWAN_CONNECT', values = { ConectionId = 1 } }]\n"
    ),
}
CONTEXT_FAULT = """
[[fault]]
when = { code = "NDIS_STATUS_WWAN_CONTEXT_STATE", nth = 1 }
alter = { ActivationState = "WwanActivationStateActivating" }
"""
READS_PARQUET = (
    "python -c \"import pyarrow.parquet as p; t = p.read_table('fields.parquet', "
    "columns=['time_ns', 'number', 'path']).to_pylist(); "
    "print([(r['time_ns'], r['number']) for r in t if r['path'] == 'SignalState.Rssi'])\""
)

# The first rule that matches a command counts. A command without a rule fails its page.
RULES = (
    # The verbs.
    Rule(r"wwanreplay --help", r"^ +141  "),
    Rule(r"wwanreplay (demo)", r"^5\. "),
    Rule(r"wwanreplay record emulated:wrong\.toml .*", r"near: WWAN_DATA_CLASS_LTE", 2),
    Rule(r"wwanreplay record --script wrong\.toml .*", r"no field ConectionId", 2),
    Rule(r"wwanreplay record --list-profiles", r"^lte-home +\w"),
    Rule(r"wwanreplay record --list-scripts", r"^demo +\w"),
    Rule(
        r"wwanreplay record --tap .*",
        r"--tap PATH",
        instead="wwanreplay record --help",
        reason="there is no modem; tests/tap/ has served ones",
    ),
    Rule(
        r"wwanreplay show --follow .*",
        r"--follow",
        instead="wwanreplay show --help",
        reason="nothing records it here; tests/trace/test_growing.py follows one",
    ),
    Rule(r"wwanreplay record mbim:\S+ .*--dry-run", r"\d+ commands would be sent, 1 need", 1),
    Rule(r"wwanreplay bench --device \S+ .*--concurrency 4", r"modem: 1000 exchanges .*0 stray$"),
    Rule(r"wwanreplay bench --device \S+ .*--json", r'"exchanges": 100,'),
    Rule(r"wwanreplay infer modem\.wwtrace -o (\S+)", r"0 stimuli inferred; (no fault|equal), "),
    Rule(r"wwanreplay replay (inferred\.wwtrace)", r"^<1>: no fault"),
    Rule(r"wwanreplay record .*--fault .*-o (\S+)", r"^<1>: \d+ records(.|\n)*faults applied: 1$"),
    Rule(r"wwanreplay record .*-o (\S+)", r"^<1>: [1-9]\d* records, .* digest [0-9a-f]{32}"),
    Rule(r"wwanreplay import --each .*", r"^[1-9]\d* logs imported, 0 passed over, 0 not$"),
    Rule(r"wwanreplay check weekly --results checked", r"^weekly/\S+: broken: \d+ fault", 1),
    Rule(r"wwanreplay import .*-o (\S+)", r"^<1>: [1-9]\d* records"),
    Rule(
        r"wwanreplay info --json",
        r"--json",
        instead="wwanreplay info --help",
        reason="a sentence names the option",
    ),
    Rule(r"wwanreplay diff \S+ broken\.wwtrace", r"^diverged: [1-9]\d* differences? \(", 1),
    Rule(r"wwanreplay diff \S+ \S+ --json", r'"verdict": "equal"'),
    Rule(r"wwanreplay show (\S+)", r"indication NDIS_STATUS_WWAN_\w+"),
    Rule(
        r"wwanreplay view \S+ .*-o (\S+)", r"^<1>: (\d+) of \d+ records, (equal|no fault|diverged)"
    ),
    Rule(r"wwanreplay explain logs/\S+", r"ReadyState is 2, no SIM"),
    Rule(r"wwanreplay explain bug\S* --bundle \S+", r"^What is missing to say more$", 1),
    Rule(r"wwanreplay explain bug\S*", r"^What is missing to say more$", 1),
    Rule(r"wwanreplay explain \S+", r"^What is missing to say more$"),
    Rule(r"wwanreplay check (broken|bug)\.wwtrace", r"^<1>\.wwtrace: broken: \d+ fault", 1),
    Rule(r"wwanreplay check (\S+)", r"^<1>: no fault"),
    Rule(r"wwanreplay bundle \S+ -o (\S+)", r"^<1>: \d+ personal values replaced$"),
    Rule(r"wwanreplay replay bug\.wwbundle", r"root cause: .* at record \d+", 1),
    Rule(
        r"wwanreplay replay kept\.wwtrace --accept .*",
        r"written: \d+ expected divergences? in kept",
    ),
    Rule(r"wwanreplay replay kept\.wwtrace", r"^kept\.wwtrace: no fault"),
    Rule(r"wwanreplay replay t\.wwtrace", r"^t\.wwtrace: no fault"),
    Rule(r"wwanreplay replay (bug|broken|faulty)\.wwtrace", r"root cause: .* at record \d+", 1),
    Rule(r"wwanreplay replay \S+ --device \S+ --dry-run.*", r"^\d+ commands would be sent, 0 need"),
    Rule(
        r"wwanreplay replay TRACE --device mbim:PATH",
        r"--device DEVICE",
        instead="wwanreplay replay --help",
        reason="a sentence names the option",
    ),
    Rule(
        r"wwanreplay replay (\S+) --device \S+ .*",
        r"^<1>(, turn \d+)?: no fault, [1-9]\d* of \d+ outputs compared",
    ),
    Rule(r"wwanreplay replay traces/ --results results", r"^(results|digest) +[0-9a-f]{32}$"),
    Rule(r"wwanreplay corpus results", r"^Verdicts by firmware$"),
    Rule(r"wwanreplay replay (\S+) traces/", r"^<1>: equal(.|\n)*^traces/demo\.wwtrace: equal"),
    Rule(r"wwanreplay replay (\S+) --json", r'^ +"file": "<1>"(.|\n)*"verdict": "equal"'),
    Rule(r"wwanreplay replay (\S+)( --start \d+)?", r"^<1>: equal"),
    Rule(r"wwanreplay infer (\S+)( --save \S+)?", r"^<1>: \d+ ", 1),
    Rule(r"wwanreplay infer \S+ --stimuli \S+ -o (\S+)", r"^<1>: \d+ stimuli put in", 1),
    Rule(r"wwanreplay infer \S+ --strip inferred -o (\S+)", r"^<1>: \d+ stimuli removed"),
    Rule(r"wwanreplay infer (\S+) -o (\S+)", r"^<1>: \d+ ", 1),
    Rule(r"wwanreplay scrub \S+ -o (\S+)( --key-file \S+)?", r"^<1>: (.|\n)*none of them found"),
    Rule(r"wwanreplay export (\S+) -o (\S+)( --rows fields)?", r"^<2>: parquet, \d+ field rows"),
    Rule(r"wwanreplay export (\S+) --to csv -o (\S+)", r"^<2>: csv, [1-9]\d* rows from"),
    Rule(
        r"(wwanreplay export \S+ --to pcapng --show-personal \|) wireshark -k -i -",
        r"MBIM",
        needs="tshark",
        instead=r"<1> tshark -r -",
        reason="Wireshark has windows; tshark reads the same",
    ),
    Rule(r"wwanreplay protocol list --kind \w+", r"^\w.*(\n.*){9}"),
    Rule(r"wwanreplay protocol list --markdown", r"^\| 0x0e01010c \| OID_WWAN_CONNECT "),
    Rule(r"wwanreplay protocol show (0x0e01010c)", r"OID_WWAN_CONNECT"),
    Rule(r"wwanreplay protocol show (\S+)", r"<1>(.|\n)*\n.*\w"),
    Rule(
        r"wwanreplay serve --pty --record",
        r"--record FILE",
        instead="wwanreplay serve --help",
        reason="a sentence names the options",
    ),
    Rule(
        r"wwanreplay serve --mbim-proxy( .*)?",
        r"--mbim-proxy",
        instead="wwanreplay serve --help",
        reason="the name is the machine's; tests/serve/test_mbim_proxy.py has a namespace",
    ),
    # No host comes, so that nothing is compared.
    Rule(r"wwanreplay serve --pty .* --trace .*", r"^/dev/pts/\d+$", code=1, goes_on=True),
    Rule(r"wwanreplay serve --pty( .*)?", r"^/dev/pts/\d+$", goes_on=True),
    Rule(
        r"wwanreplay serve --usb-redir \S+(.*)",
        r"^modem-usb$",
        goes_on=True,
        instead="wwanreplay serve --usb-redir modem-usb<1>",
        reason="the path of a socket must be short, and that of a test is not",
    ),
    Rule(
        r"wwanreplay serve --usbip 127\.0\.0\.1:3240",
        r"^127\.0\.0\.1:\d+$",
        goes_on=True,
        instead="wwanreplay serve --usbip 127.0.0.1:0",
        reason="the port may be taken",
    ),
    Rule(r"wwanreplay stimulate --list", r"coverage-lost: coverage Available=0"),
    Rule(r"wwanreplay stimulate --control /tmp/modem\.control (\S+).*", r"^<1> at "),
    Rule(
        r"wwanreplay stimulate coverage-lost",
        r"^coverage-lost: coverage",
        instead="wwanreplay stimulate --list",
        reason="it is run in a lab",
    ),
    Rule(
        r"wwanreplay lab.*",
        r"COMMAND",
        instead="wwanreplay lab --help",
        reason="it needs root and ModemManager; tests/lab runs it",
    ),
    Rule(
        rf"wwanreplay ({'|'.join(VERBS)})(?: (list|show))?",
        r"^Usage: wwanreplay <1>",
        instead="wwanreplay <1> <2> --help",
        reason="a sentence names the verb",
    ),
    # Hosts and other programs.
    Rule(
        r"mbimcli -p -d \S+ .*",
        r"device-open-proxy",
        needs="mbimcli",
        instead="mbimcli --help-all",
        reason="the name is the machine's; tests/serve/test_mbim_proxy.py has a namespace",
    ),
    Rule(r"mbimcli -d /tmp/modem --query-device-caps", r"Device type: '\w+'", needs="mbimcli"),
    Rule(
        r"mbimcli -d /tmp/modem --connect=access-string=.*",
        r"Activation state: 'activated'",
        needs="mbimcli",
    ),
    Rule(r"tshark -r session\.pcapng -o .*", r"MBIM", needs="tshark"),
    Rule(
        r"duckdb -c .* path = 'SignalState\.Rssi'\"",
        r"\[\(\d+, 23\.?0?\)",
        instead=READS_PARQUET,
        reason="duckdb is no dependency; pyarrow reads the same columns",
    ),
    Rule(r"cat > (\S+)", r"^\Z"),
    # The checkout.
    Rule(
        r"make (demo|test|test-long|bench|sanitize|fuzz|fuzz-sanitized|mutations|lint|walk|wheels"
        r"|man|site)"
        r"(?: .*)?",
        r"python|wwanreplay",
        needs="make",
        instead='make -C "$ROOT" -n <1>',
        reason=RUNS_LONG,
    ),
    Rule(
        r"python3 -m venv \.venv",
        r"^\Z",
        instead="python -m venv --without-pip .venv",
        reason="pip is not needed to see it work",
    ),
    Rule(
        r"pip install wwanreplay-\*\.whl",
        r"--only",
        instead='python "$ROOT/tools/make_wheels.py" --help',
        reason="tests install nothing; make wheels tries it",
    ),
    Rule(
        r"\.venv/bin/pip install -e '?\.(?:\[(\w+)\])?'?",
        r"^optional-dependencies <1>$",
        instead=(
            "python -c \"import tomllib; p = tomllib.load(open('$ROOT/pyproject.toml', 'rb'))"
            "['project']; assert '<1>' in ['', *p['optional-dependencies']]; "
            "print('optional-dependencies <1>')\""
        ),
        reason="tests install nothing",
    ),
    Rule(
        r"\.venv/bin/(wwanreplay demo)",
        r"^5\. ",
        instead="<1>",
        reason="the environment of the test has it",
    ),
    Rule(
        r"(?:\.venv/bin/)?python -m pytest(?: -n auto)?",
        r"\d+ tests collected",
        instead='python -m pytest --co -q -p no:cacheprovider "$ROOT/tests/docs/test_docs.py"',
        reason=RUNS_LONG,
    ),
    Rule(
        r"python -m pytest tests/analysis/check( -k \w+)?",
        r"^\d+(/\d+)? tests collected",
        instead='cd "$ROOT" && pytest --co -q -p no:cacheprovider tests/analysis/check<1>',
        reason=RUNS_LONG,
    ),
    Rule(r"wwanreplay schema (profile|script|fault)", r'"title": "(a |faults)'),
    Rule(r"wwanreplay cut demo\.wwtrace --start 20 --stop 60 .*", r"records 20 to 59 of 96"),
    Rule(r"wwanreplay cut .*", r"leads? to them$"),
    Rule(r"wwanreplay filter .*", r"were filtered out$"),
    Rule(r"wwanreplay replay connect\.wwtrace", r"^connect\.wwtrace: equal"),
    Rule(r"wwanreplay stats .*", r"NDIS_STATUS_WWAN_CONTEXT_STATE|to closing indication"),
    Rule(r"wwanreplay replay part\.wwtrace", r"^part\.wwtrace: equal"),
    Rule(r"wwanreplay merge .*", r"they are the whole session"),
    Rule(r"wwanreplay convert .*", r"records, digest [0-9a-f]{32}"),
    Rule(r"wwanreplay show demo\.wwtrace --where .*", r"completion OID_WWAN"),
    Rule(r"pytest traces/ --wwtrace-check", r"=+ 2 passed"),
    Rule(r"pytest traces/(?: --wwtrace-[a-z-]+(?: lte-home)?)?", r"=+ 1 passed"),
    Rule(
        r"python tools/make_logs\.py(?: --only (\S+))?(?: --list)?",
        r"^<1>",
        instead='python "$ROOT/tools/make_logs.py" --list',
        reason="it needs root and minutes",
    ),
    Rule(
        r"python tools/make_traces\.py",
        r"python tools/make_traces\.py",
        instead='head -5 "$ROOT/tools/make_traces.py"',
        reason="it rewrites the samples; tests/samples/test_traces.py compares what it would write",
    ),
    Rule(
        r"python tools/make_conformance\.py",
        r"^made: \d+ traces, \d+ bytes in all$",
        instead='python "$ROOT/tools/make_conformance.py" made',
        reason="it rewrites the folder; tests/trace/test_conformance.py compares",
    ),
    Rule(
        r"python tools/fault_matrix\.py --samples 2",
        r"--samples SAMPLES",
        instead='python "$ROOT/tools/fault_matrix.py" --help',
        reason="tests/analysis/infer/test_faults.py runs a part of it",
    ),
    Rule(
        r"python tools/make_rule_pages\.py",
        r"python tools/make_rule_pages\.py",
        instead='head -5 "$ROOT/tools/make_rule_pages.py"',
        reason="it rewrites the pages; tests/docs/test_rule_pages.py compares them",
    ),
    Rule(
        r"python tools/rule_mutations\.py --samples 20",
        r"--samples SAMPLES",
        instead='python "$ROOT/tools/rule_mutations.py" --help',
        reason="tests/tools/test_rule_mutations.py runs a part of it",
    ),
    Rule(
        r"\.venv/bin/python fuzz/run\.py (?:\w+ )?(--input|--seconds).*",
        r"<1>",
        instead='python "$ROOT/fuzz/run.py" --help',
        reason="atheris is an extra; make fuzz runs it",
    ),
)
pages = pytest.mark.parametrize("name", PAGES)


def rule_for(line):
    return next((rule for rule in RULES if rule.match(line)), None)


@pytest.fixture(scope="session")
def material(tmp_path_factory):
    """The files that the pages take for granted."""
    folder = tmp_path_factory.mktemp("material")
    traces, logs = ROOT / "traces", ROOT / "logs"
    shutil.copy(traces / "mbimcli-connect.wwtrace", folder / "session.wwtrace")
    shutil.copy(traces / "demo.wwtrace", folder / "demo.wwtrace")
    (folder / "traces").mkdir()
    shutil.copy(traces / "demo.wwtrace", folder / "traces")
    (folder / "logs").symlink_to(logs)
    (folder / "conformance").symlink_to(ROOT / "conformance")
    shutil.copy(logs / "mbimcli-connect.log.gz", folder / "modem.log.gz")
    shutil.copy(logs / "mbimcli-connect.log.gz", folder / "mm.log")
    faulty = (logs / "mbimcli-fault-late.log").read_bytes()
    (folder / "bug.log.gz").write_bytes(gzip.compress(faulty))
    (folder / "my.key").write_text("a secret of the test\n")
    (folder / "fault.toml").write_text(FAULT)
    invoke("import", folder / "mm.log", "-o", folder / "whole.wwtrace")
    to_pcapng = ["--to", "pcapng", "--show-personal", "--link", "user"]
    invoke("export", folder / "whole.wwtrace", *to_pcapng, "-o", folder / "usb.pcapng")
    invoke("export", folder / "session.wwtrace", *to_pcapng, "-o", folder / "session.pcapng")
    (folder / "whole.wwtrace").unlink()
    return folder


def invoke(*arguments):
    done = CliRunner().invoke(root, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output


@pytest.fixture
def place(material, tmp_path):
    folder = tmp_path / "place"
    shutil.copytree(material, folder, symlinks=True)
    return folder


OUTPUT = re.compile(r"(?:-o|--record|>|--save) (\S+\.\w+)")


def prepare(name, folder):
    """What a page takes for granted beside the common material; what it makes is not there."""
    if name in ("docs/inference.md", "docs/scrub.md"):  # stimuli are missing, and a fault stays
        plan = parse_faults(CONTEXT_FAULT, "own.toml")
        made = io.BytesIO()
        record("emulated:lte-home", "demo", made, faults=plan)
        (folder / "bug.wwtrace").write_bytes(without_stimuli(made.getvalue()))
    if name in WRONG:
        (folder / "wrong.toml").write_text(WRONG[name])
    if name == "docs/profiles.md":
        (folder / "tablet.toml").write_text(blocks(PAGES[name], "toml")[0][1])
    lines = [command.line for command in commands(PAGES[name])]
    for target in set(OUTPUT.findall("\n".join(lines))):
        (folder / target).unlink(missing_ok=True)


@pytest.mark.long
@pages
def test_every_command_of_a_page_does_what_the_page_lets_expect(name, place):
    terminal = Terminal(place)
    prepare(name, place)
    left = []
    try:
        for command in [*commands(PAGES[name]), *inline_commands(PAGES[name])]:
            rule = rule_for(command.line)
            assert rule is not None, f"no rule for {command.line!r} ({command.place})"
            if rule.needs and shutil.which(rule.needs) is None:
                left.append(f"{rule.needs} is not here: {command.line}")
                continue
            if command.in_sentence:
                for target in OUTPUT.findall(command.line):
                    (place / target).unlink(missing_ok=True)
            terminal.run(command, rule)
    finally:
        terminal.end_server()
    if left:
        pytest.skip("all else ran, but " + "; ".join(left))


@pages
def test_every_python_example_of_a_page_runs(name, place, capsys, monkeypatch):
    monkeypatch.chdir(place)
    prepare(name, place)
    for target in ("bug.wwtrace", "session.wwtrace", "demo.wwtrace"):
        if not (place / target).exists():
            shutil.copy(ROOT / "traces" / "mbimcli-connect.wwtrace", place / target)
    for number, body in blocks(PAGES[name], "python"):
        for target in OUTPUTS_OF_PYTHON.get(name, ()):
            (place / target).unlink(missing_ok=True)
        if "wwan_lab" in body or "Lab(" in body:
            compile(body, f"{name}:{number}", "exec")  # tests/lab runs the like, as root
            continue
        if "serve_modem(" in body:
            assert_serves(body, place)
            continue
        exec(compile(body, f"{name}:{number}", "exec"), {})
        prints = re.search(r"^print\(", body, re.MULTILINE) is not None
        assert bool(capsys.readouterr().out) >= prints, f"{name}:{number} prints nothing"


OUTPUTS_OF_PYTHON = {"docs/importing.md": ("bug.wwtrace",), "docs/serve.md": ("session.wwtrace",)}


def assert_serves(body, place):
    """The example serves until it is ended, and what it recorded replays."""
    code = body.replace("/tmp/modem", str(place / "modem"))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("/dev/pts/")
    assert (place / "modem").is_symlink()
    process.terminate()
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    invoke("info", place / "session.wwtrace")


@pages
def test_every_toml_example_of_a_page_is_toml(name):
    for number, body in blocks(PAGES[name], "toml"):
        assert tomllib.loads(body), f"{name}:{number}"


@pages
def test_no_command_hides_where_no_rule_looks(name):
    """Blocks without a language and indented text hold no commands."""
    text = PAGES[name].read_text(encoding="utf-8")
    plain = [
        body for language, body in BLOCK.findall(text) if language not in ("console", "python")
    ]
    rest = BLOCK.sub("", text)
    indented = [line.strip() for line in rest.splitlines() if line.startswith("    ")]
    lines = [line.strip() for body in plain for line in body.splitlines()] + indented
    words = [line.lstrip("$ ").split()[:1] for line in lines]
    assert [word for word in words if word and word[0] in PROGRAMS] == []


def test_an_ellipsis_stands_for_what_is_left_out():
    assert matches("a: 12 records, …\n…\nthe end\n", "a: 12 records, 3 requests\nx\ny\nthe end\n")
    assert not matches("a: 12 records, …\n", "b: 12 records, 3 requests\n")
    assert not matches("a.c\n", "abc\n")


def test_the_page_of_decisions_names_every_library_that_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    required = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    required += [line for lines in extras.values() for line in lines]
    names = {re.split(r"[<>=\[; ]", line)[0] for line in required}
    table = PAGES["docs/architecture.md"].read_text().partition("## Libraries")[2]
    named = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([^`]+)`", row.split("|")[1])
    }
    assert named - set(extras) == names


HELP_EXAMPLE = re.compile(r"`((?:wwanreplay|mbimcli) [^`]+)`")


@pytest.mark.parametrize("verb", [*VERBS, "protocol list", "protocol show"])
def test_every_example_of_a_help_text_has_a_rule(verb, tmp_path):
    done = CliRunner().invoke(root, [*verb.split(), "--help"])
    examples = [" ".join(found.split()) for found in HELP_EXAMPLE.findall(done.output)]
    lines = [line.replace("-d LINK", "-d /tmp/modem") for line in examples]
    assert [line for line in lines if rule_for(line) is None] == []
    times = re.findall(r"such as (\S+?)\.\n|(\d+(?:\.\d+)?s) a time", done.output)
    for words in times:  # what the help offers as a time is one
        trace, out = str(ROOT / "traces" / "demo.wwtrace"), str(tmp_path / "out.wwtrace")
        more = {
            "cut": ["-o", out],
            "filter": ["-o", out],
            "view": ["-o", out],
            "export": ["--to", "csv"],
            "diff": [trace],
        }.get(verb, [])
        arguments = [verb, trace, "--start", max(words), *more]
        assert CliRunner().invoke(root, arguments).exit_code == 0


def test_the_demo_shows_something_at_every_step(place):
    done = CliRunner().invoke(root, ["demo", str(place / "kept folder")])
    assert done.exit_code == 0, done.output
    steps = re.split(r"^\d\. ", done.stdout, flags=re.MULTILINE)[1:]
    printed = [step.partition("\n\n")[2] for step in steps]
    connecting = ("set OID_WWAN_CONNECT", "indication NDIS_STATUS_WWAN_CONTEXT_STATE", "*** (")
    expected = (
        (" records, ", " 19 requests, "),
        (*connecting, "ActivationState = WwanActivationStateActivated"),
        ("demo.wwtrace: equal",),
        ("faults applied: 1",),
        ("diverged: 1 root cause", "differs in ContextState.ActivationState", "sim inserted"),
    )
    assert [
        part
        for step, parts in zip(printed, expected, strict=True)
        for part in parts
        if part not in step
    ] == []
    assert len(printed[1].splitlines()) < 40, "the step shows how it connects, not everything"


@pytest.mark.long
def test_the_commands_of_the_demo_can_be_typed(place):
    printed = CliRunner().invoke(root, ["demo", str(place / "kept folder")]).stdout
    terminal = Terminal(place)
    lines = re.findall(r"^   \$ (.*)$", printed, re.MULTILINE)
    assert len(lines) == 5
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=place,
            env=terminal.settings,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        assert done.stdout.strip() in printed or "rate" in done.stdout
    try:
        for line in FURTHER:
            assert f"  {line}  " in printed
            rule = rule_for(line)
            assert rule is not None
            terminal.run(Command(line, "", "the demo"), rule)
    finally:
        terminal.end_server()
