"""What a shell completes for each option and argument: files, and the names that tables hold.

What a parameter takes is known by its metavar, so that a verb gets its completion with its help.
Files are left to the shell, which knows how to quote them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
)

from wwanreplay.words import folded, meant

if TYPE_CHECKING:
    from wwanreplay.protocol.schema import Oid, Struct

Names = Callable[[], Iterable[str]]

#: Words of a metavar that stand for a path.
_FILES: Final = frozenset(
    {*("FILE", "TRACE", "LOG", "OUT", "SCRIPT", "PATH", "SOCKET", "LINK"), "REPORT", "EARLIER"}
)
_FOLDERS: Final = frozenset({"FOLDER"})


def _oids() -> list[str]:
    from wwanreplay.protocol import PROTOCOL

    return list(PROTOCOL.oid_by_name)


def _indications() -> list[str]:
    from wwanreplay.protocol import PROTOCOL

    return list(PROTOCOL.indication_by_name)


def _rules() -> list[str]:
    from wwanreplay.analysis.check.registry import known_rows

    return list(known_rows())


def _all_rows() -> list[str]:
    from wwanreplay.protocol import PROTOCOL

    rows = _oids() + _indications() + [*PROTOCOL.structs, *PROTOCOL.enum_by_name, *_rules()]
    return [*rows, *PROTOCOL.wwan_status_by_name, *PROTOCOL.ndis_status_by_name, *_stimuli()]


def _stimuli() -> Iterable[str]:
    from wwanreplay.devices.stimuli import stimulus_names

    return stimulus_names()


def _profiles() -> list[str]:
    from wwanreplay.devices.toml import shipped_names

    return shipped_names("wwanreplay.profiles")


def _scripts() -> list[str]:
    from wwanreplay.devices.toml import shipped_names

    return shipped_names("wwanreplay.scripts")


def _devices() -> list[str]:
    from wwanreplay.plugins import DEVICES, plugins

    kinds = ("mbim", "mbim-proxy", *plugins(DEVICES))
    return [*(f"emulated:{name}" for name in _profiles()), *(f"{kind}:" for kind in kinds)]


def _log_formats() -> Iterable[str]:
    from wwanreplay.formats.registry import names

    return names()


def _export_formats() -> Iterable[str]:
    from wwanreplay.formats.exporters import EXPORTERS

    return EXPORTERS


def _paces() -> Iterable[str]:
    return ("recorded", "full", "step")


def _shorthands() -> Iterable[str]:
    from wwanreplay.protocol.shorthands import SHORTHANDS

    return SHORTHANDS


def _allowing() -> Iterable[str]:
    from wwanreplay.mbim.rows.guards import MEANINGS

    return MEANINGS


def _triggers() -> Iterable[str]:
    from wwanreplay.tap.keeper import TRIGGERS

    return TRIGGERS


def _questions() -> Iterable[str]:
    from wwanreplay.fleet.corpus import QUESTIONS

    return [question.name for question in QUESTIONS]


def _queried() -> Iterable[str]:
    from wwanreplay.devices.mbim.measure import queried_commands

    return queried_commands()


def _request_fields() -> Iterable[str]:
    """The fields of requests, of structures and of MBIM, by the ends of their paths."""
    from wwanreplay.mbim.tables import SERVICES
    from wwanreplay.protocol import PROTOCOL

    structs = (PROTOCOL.structure(name) for row in PROTOCOL.tables.oids for name in _inputs(row))
    paths = [leaf for struct in structs for leaf in _paths(struct)]
    rows = (row for service in SERVICES.values() for row in service.cids)
    layouts = (layout for row in rows for layout in (*row.query, *row.set))
    names = [field.name for layout in layouts for field in layout.fields]
    return dict.fromkeys((*(path.rpartition(".")[2] for path in paths), *names))


def _inputs(row: Oid) -> Iterable[str]:
    return dict.fromkeys((*row.query_input, *row.set_input))


def _paths(struct: Struct) -> Iterable[str]:
    """The paths of a structure's fields, of an array those of its first element."""
    from wwanreplay.protocol import PROTOCOL

    leaves = (
        leaf for each in struct.layouts for leaf in PROTOCOL.flat(struct.name, each.id).leaves
    )
    return (leaf.path for leaf in leaves if not re.search(r"\[[1-9]", leaf.path))


#: The names that an option or an argument takes, by its own name or else by its metavar.
_NAMES: Final[dict[str, Names]] = {
    "--oid": _oids,
    "--indication": _indications,
    "--profile": _profiles,
    "--script": _scripts,
    "--stimuli": _scripts,
    "--speed": _paces,
    "--wait-for": _shorthands,
    "--allow-send": _allowing,
    "--trigger": _triggers,
    "--table": _questions,
    "--command": _queried,
    "FIELD": _request_fields,
    "RULE": _rules,
    "NAME|NUMBER": _all_rows,
    "STIMULUS": _stimuli,
    "DEVICE": _devices,
    "--from": _log_formats,
    "--to": _export_formats,
}


class Completed(click.types.StringParamType):
    """A text with completion: the names that begin as what is typed, and files where they fit.

    Names are offered whole; what is typed may be their short form or another case.
    """

    def __init__(self, names: Names | None, paths: str = "") -> None:
        self._names, self._paths = names, paths

    def shell_complete(  # click's signature
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """What the word may become; the item of a path lets the shell complete it."""
        found = [] if self._names is None else names_like(incomplete, self._names())
        items = [CompletionItem(name) for name in found]
        # The shells give the names that follow the item of a path, and paths where none does.
        return [CompletionItem(incomplete, type=self._paths), *items] if self._paths else items


class StimulusField(click.types.StringParamType):
    """A FIELD=VALUE of the stimulus that is named before it."""

    def shell_complete(  # click's signature
        self,
        ctx: click.Context,
        param: click.Parameter,
        incomplete: str,
    ) -> list[CompletionItem]:
        """The fields as FIELD=, and behind the sign what enumerations have."""
        allowed = _allowed(str(ctx.params.get("name") or ""))
        typed = list(ctx.params.get(param.name or "") or ())
        field, sign, value = incomplete.partition("=")
        before = f"{field}="
        if typed[-1:] == ["="]:  # bash takes the sign for a word of its own
            field, sign, value, before = typed[-2], "=", incomplete, ""
        elif typed and typed[-1].endswith("="):
            field, sign, value, before = typed[-1][:-1], "=", incomplete, ""
        if not sign:
            return [CompletionItem(f"{name}=") for name in names_like(incomplete, allowed)]
        found = meant(field, allowed)
        values = names_like(value, allowed[found]) if found else []
        return [CompletionItem(f"{before}{each}") for each in values]


def _allowed(stimulus: str) -> dict[str, list[str]]:
    """The fields of a stimulus or of `power`, and of each what it may be where that has names."""
    from wwanreplay.devices.stimuli import find_stimulus
    from wwanreplay.devices.toml import ValuePlace
    from wwanreplay.errors import UsageError
    from wwanreplay.protocol import PROTOCOL
    from wwanreplay.serve.stimulation import POWER, power_states

    if meant(stimulus, (POWER,)):
        return {"State": power_states()}
    try:
        row = PROTOCOL.stimulus(find_stimulus(stimulus, {}, ValuePlace(""))[0])
    except UsageError:
        return {}
    struct = PROTOCOL.structure(row.struct)
    leaves = PROTOCOL.flat(struct.name, struct.layouts[-1].id).leaves
    enums = {leaf.path: PROTOCOL.enum_by_name.get(leaf.field.values) for leaf in leaves}
    names = {
        path: [] if row is None else [m.name for m in row.members] for path, row in enums.items()
    }
    return names | ({"Data": []} if struct.tail is not None else {})


def names_like(incomplete: str, names: Iterable[str]) -> list[str]:
    """The names that begin as a word, in any case.

    Where none does, those whose short form so begins: short forms as they are typed.
    """
    from wwanreplay.protocol.tables import short_name

    listed = list(dict.fromkeys(names))
    wanted = folded(incomplete)
    found = [name for name in listed if folded(name).startswith(wanted)]
    if found or not wanted:
        return found
    short = (short_name(name) for name in listed)
    return list(dict.fromkeys(name for name in short if folded(name).startswith(wanted)))


def completed(command: click.Command) -> click.Command:
    """The command with completion for what its parameters take."""
    for parameter in command.params:
        if parameter.metavar == "[FIELD=VALUE]...":
            parameter.type = StimulusField()
        elif isinstance(parameter.type, click.types.StringParamType):
            parameter.type = _type_of(parameter)
    return command


def _type_of(parameter: click.Parameter) -> click.types.StringParamType:
    metavar = (parameter.metavar or "").strip("[].…")
    words = {word.partition(".")[0] for word in re.split(r"[|\[\]]", metavar)}
    keys = [*(name for name in parameter.opts if name.startswith("-")), metavar]
    fitting = [key for key in keys if key in _NAMES and not _is_other(key, metavar)]
    paths = "file" if words & _FILES else "dir" if words & _FOLDERS else ""
    return Completed(_NAMES[fitting[0]] if fitting else None, paths)


def _is_other(key: str, metavar: str) -> bool:
    """Whether an option has another meaning here than the names of its table: a file, a place."""
    needed = {"--from": "FORMAT", "--to": "FORMAT", "--stimuli": "SCRIPT"}.get(key, metavar)
    return needed != metavar


# Shells: what each makes of an option with its value behind a sign, `--oid=conn`


class _Bash(BashComplete):
    """bash takes the sign for a word of its own, and replaces what stands behind it."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words, without the signs between options and their values."""
        words, incomplete = super().get_completion_args()
        before = ["", *words]
        kept = [
            word
            for word, option in zip(words, before, strict=False)
            if word != "=" or not option.startswith("--")
        ]
        return kept, incomplete


class _Zsh(ZshComplete):
    """zsh replaces the whole word."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """The values, each behind its option and the sign."""
        return _whole(super().get_completions(args, incomplete), incomplete)


class _Fish(FishComplete):
    """fish offers what begins as the whole word does."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        """The values, each behind its option and the sign."""
        return _whole(super().get_completions(args, incomplete), incomplete)


def _whole(items: list[CompletionItem[str]], incomplete: str) -> list[CompletionItem[str]]:
    option, sign, _ = incomplete.partition("=")
    if not sign or not option.startswith("--"):
        return items
    return [
        CompletionItem(f"{option}={item.value}", help=item.help) if item.type == "plain" else item
        for item in items
    ]


def know_shells() -> None:
    """Complete as the shells here do, in place of click's."""
    for shell in (_Bash, _Zsh, _Fish):
        add_completion_class(shell)
