"""Commands and answers whose arguments are personal: AT, the tools of modems, dialers, positions.

A row is a literal in small letters that the text must hold, the rest of the pattern behind it, and
the fields of its groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_Q: Final = r"\\?[\"']?"
_PIN: Final = r"(\d{4,16})(?!\d)"
_VALUE: Final = r"([^\s\"',;\\&]+)"
_ARGUMENT: Final = r"\\?\"([^\"\\\n]*)\\?\""
# One of several, which may be empty.
_MAYBE: Final = r"\\?[\"']?([^\s\"',;\\&]*)\\?[\"']?"
_QUOTED: Final = r"\\?[\"']([^\"'\\\n]{1,200})\\?[\"']"
# A name is no number, which would be replaced wherever it stands.
_NAME: Final = r"((?=[^\s\"',;\\&<>()]*[A-Za-z])[^\s\"',;\\&<>()]+)"
# Neither is the end of a sentence a part of it.
_WORD: Final = r"([^\s\"',;\\&`]*[^\s\"',;\\&`.!?)\]*_])"
# How D-Bus tools and content providers of Android put a type between a name and its value.
_TYPED: Final = r"[\"']?(?:[ \t]+s[ \t]+|\s+variant\s+(?:string\s+)?|[,:]s(?:tring)?:)"
#: Behind the name of a method: its brackets, its signature, or the first argument in a line below.
_STRING: Final = r"[^\n]*\r?\n[ \t]*string[ \t]+"
_CALL: Final = rf"(?:[ \t]*\([ \t]*|[ \t]+(?:s+b?[ \t]+)?|{_STRING})"
_CODE: Final = r"[12]?(?:[ _-]?code)?['\"]?[ \t]+"
_PINS: Final = ("Pin", "Pin")
_IS: Final = r"(?:is[ \t]+|was[ \t]+|to[ \t]+)?"


class Command(NamedTuple):
    """One row; `fields` name the groups of `pattern`, which begins right behind `token`."""

    token: str
    pattern: re.Pattern[str]
    fields: tuple[str, ...]


def _row(token: str, pattern: str, *fields: str) -> Command:
    return Command(token, re.compile(pattern, re.IGNORECASE), fields)


_TWO_NUMBERS: Final = ("TelephoneNumbers", "TelephoneNumbers")
_NUMBERS: Final = r"\s*[=:]\s*\d+\s*,\s*\d+\s*,\s*"
_LINE: Final = r"[^\n]*\r?\n([^\n]+)"
_POSITION: Final = r"\d{3,5}\.\d+,[NS],\d{3,5}\.\d+,[EW]"
_NEXT: Final = rf"\s*,\s*{_Q}"
_HEX: Final = rf"{_Q}([0-9A-F]{{2,}})"

_SERVING: Final = r"\s*:\s*(?:\"servingcell\",[^,\n]*,)?"

# What profiles of connections set, in nmcli, its output, and UCI.
_SETTINGS: Final = (
    (r"p(?:in|uk)(?:code)?", _PIN, "Pin"),
    ("apn", _VALUE, "AccessString"),
    ("user(?:name)?", _VALUE, "UserName"),
    ("password", _VALUE, "Password"),
)

# Sentences, in English and German. What may stand around a value in one.
_MARKED: Final = r"[(\[\"'`*_\u2018-\u201f\u00ab\u00bb]{0,3}"
_VERB: Final = r"(?:is|was|reads|equals|to|ist|war|lautet|hei(?:\u00df|ss)t|auf)"
_THE: Final = r"(?:the|my|a|new|old|its|die|der|das|meine?r?|neue|alte)[ \t]+"
_CODE_WORDS: Final = r"(?:[ _-]?(?:code|nummer|number|nr\.?|no\.?))?"
_AND: Final = r"[ \t]*(?:[,;/+&]|and|und|with|mit)[ \t]*(?:and[ \t]+|und[ \t]+)?"
_CALLED: Final = r"(?:pass(?:word|wd|phrase)?|passwort|kennwort|pw|secret)\b"
# Not a sentence that goes on: of names and numbers, nothing but these.
_LONG_DIGITS: Final = rf"{_MARKED}(\+?\d(?:[ ./-]?\d){{6,20}})(?!\d)"
_OF: Final = r"[ \w-]{0,24}?"

# +CREG, +CGREG, +CEREG, +C5GREG.
_ANY_REG: Final = "reg"

ROWS: Final = (
    # AT commands
    _row("+cpin", rf"2?\s*=\s*{_Q}{_PIN}{_Q}(?:{_NEXT}{_PIN})?", "Pin", "Pin"),
    _row("+clck", rf"\s*=\s*{_Q}\w+{_Q}\s*,\s*\d\s*,\s*{_Q}{_PIN}", "Pin"),
    _row("+cpwd", rf"\s*=\s*{_Q}\w+{_Q}{_NEXT}{_PIN}{_Q}{_NEXT}{_PIN}", "Pin", "Pin"),
    _row("^spin", rf"\s*=\s*{_Q}{_PIN}{_Q}(?:{_NEXT}{_PIN})?", "Pin", "Pin"),
    _row("^cpin", rf"\s*=\s*{_Q}{_PIN}{_Q}(?:{_NEXT}{_PIN})?", "Pin", "Pin"),
    _row(
        "+cgdcont",
        rf"\s*[=:]\s*\d+\s*,\s*{_ARGUMENT}\s*,\s*{_ARGUMENT}(?:\s*,\s*{_ARGUMENT})?",
        "",
        "AccessString",
        "IPAddress",
    ),
    _row("+cgauth", rf"{_NUMBERS}{_MAYBE}\s*,\s*{_MAYBE}", "UserName", "Password"),
    _row("$qcpdpp", rf"{_NUMBERS}{_MAYBE}\s*,\s*{_MAYBE}", "Password", "UserName"),
    _row(
        "^authdata",
        rf"{_NUMBERS}{_MAYBE}\s*,\s*{_MAYBE}\s*,\s*{_MAYBE}",
        "AccessString",
        "Password",
        "UserName",
    ),
    _row(
        "+qicsgp",
        rf"{_NUMBERS}{_ARGUMENT}(?:\s*,\s*{_ARGUMENT}\s*,\s*{_ARGUMENT})?",
        "AccessString",
        "UserName",
        "Password",
    ),
    _row("+cgcontrdp", rf"\s*:\s*\d+\s*,\s*\d+\s*,\s*{_Q}{_VALUE}", "AccessString"),
    _row("+crsm", rf"\s*:\s*\d+\s*,\s*\d+\s*,\s*{_HEX}", "Card"),
    _row("+csim", rf"\s*[:=]\s*\d+\s*,\s*{_HEX}", "Card"),
    _row(
        "+cmgs",
        rf"\s*=\s*{_ARGUMENT}(?:[^\r\n]*(?:\r\n?|\n)[> ]*([^\r\n\x1a]+))?",
        "TelephoneNumbers",
        "Text",
    ),
    _row("+cmgs", r"\s*=\s*\d+\r?\n[> ]*([0-9A-F]{14,})", "Card"),
    _row(
        "+cmgl", rf"\s*:[^\n\"]*\"[^\"\n]*\"\s*,\s*{_ARGUMENT}{_LINE}", "TelephoneNumbers", "Text"
    ),
    _row("+cmgr", rf"\s*:\s*\"[^\"\n]*\"\s*,\s*{_ARGUMENT}{_LINE}", "TelephoneNumbers", "Text"),
    _row("+cmt", rf"\s*:\s*{_ARGUMENT}{_LINE}", "TelephoneNumbers", "Text"),
    _row("+cmgl", r"\s*:\s*\d+\s*,\s*\d+\s*,[^\n\"]*\r?\n([0-9A-F]{14,})", "Card"),
    _row("+cusd", rf"\s*[=:]\s*\d\s*,\s*{_ARGUMENT}", "Text"),
    _row("+csca", rf"\s*[=:]\s*{_ARGUMENT}", "TelephoneNumbers"),
    _row("+cnum", rf"\s*:\s*(?:{_ARGUMENT})?\s*,\s*{_ARGUMENT}", "Text", "TelephoneNumbers"),
    _row("+clip", rf"\s*:\s*{_ARGUMENT}", "TelephoneNumbers"),
    _row("atd", r"[tp]?\s*\"?(\+?\d{5,})", "TelephoneNumbers"),
    _row(
        "+cpbr",
        rf"\s*:\s*\d+\s*,\s*{_ARGUMENT}\s*,\s*\d+\s*,\s*{_ARGUMENT}",
        "TelephoneNumbers",
        "Text",
    ),
    _row(
        _ANY_REG,
        rf"\s*:\s*(?:\d\s*,\s*)?\d\s*,\s*{_Q}([0-9A-F]{{2,8}})"
        rf"{_Q}{_NEXT}([0-9A-F]{{4,10}})(?![0-9A-F])",
        "Hexadecimal",
        "Hexadecimal",
    ),
    _row(
        "+qeng",
        rf"{_SERVING}\"LTE\"(?:,[^,\n]*){{3}},\s*([0-9A-F]{{2,10}})(?:(?:,[^,\n]*){{5}},\s*([0-9A-F]{{2,8}}))?",
        "Hexadecimal",
        "Hexadecimal",
    ),
    _row(
        "+qeng",
        rf"{_SERVING}\"NR5G-SA\"(?:,[^,\n]*){{3}},\s*([0-9A-F]{{2,12}})(?:,[^,\n]*,\s*([0-9A-F]{{2,8}}))?",
        "Hexadecimal",
        "Hexadecimal",
    ),
    _row(
        "+qeng",
        rf"{_SERVING}\"(?:WCDMA|GSM)\"(?:,[^,\n]*){{2}},\s*([0-9A-F]{{2,8}}),\s*([0-9A-F]{{2,10}})",
        "Hexadecimal",
        "Hexadecimal",
    ),
    _row(
        "+cpsi",
        r"\s*:(?:[^,\n]*,){2}\s*\d{3}-\d{2,3},\s*(0x[0-9A-F]{2,8}),\s*(\d{2,12})",
        "CellId",
        "CellId",
    ),
    # Tools
    _row("-pin", rf"=\s*{_Q}(?:PIN\d?|UPIN|PUK\d?)?,?{_PIN}{_Q}(?:,{_Q}{_PIN})?", "Pin", "Pin"),
    _row("-pin", rf"[12]?[ \t]+{_Q}{_PIN}(?:[ \t]+{_Q}{_PIN})?", "Pin", "Pin"),
    _row("-puk", rf"[12]?[ =\t]+{_Q}(?:PUK\d?,)?{_PIN}(?:[ ,\t]+{_Q}{_PIN})?", "Pin", "Pin"),
    _row("unlock", rf"(?:ing)?[ \t]+(?:with[ \t]+|pin[ \t]+)*{_Q}{_PIN}", "Pin"),
    _row("pin", rf"{_CODE}(?:{_IS}|set[ \t]+to[ \t]+)[(\[]?{_Q}{_PIN}", "Pin"),
    _row("puk", rf"{_CODE}{_IS}[(\[]?{_Q}{_PIN}", "Pin"),
    # An argument in brackets, behind an arrow, or in a line of its own.
    *(
        _row(token, rf"[12]?[ \t]*{sign}[ \t]*{_Q}{_PIN}", "Pin")
        for token in ("pin", "puk")
        for sign in (r"[(\[]", r"(?:->|\u2192)")
    ),
    *(
        _row(token, r"[12]?[ \t]*:?\r?\n[ \t]*(\d{4,8})(?![^\r\n])", "Pin")
        for token in ("pin", "puk")
    ),
    # Methods of a SIM over D-Bus, as programs, gdbus, busctl and dbus-monitor write them.
    *(
        _row(
            token,
            rf"{_CALL}{_Q}{_PIN}{_Q}(?:(?:[ \t]*,[ \t]*|[ \t]+|{_STRING}){_Q}{_PIN})?",
            *_PINS,
        )
        for token in ("sendpin", "sendpuk", "enablepin", "changepin", "enterpin", "verifypin")
    ),
    *(_row(token, rf"[12]?{_TYPED}{_Q}{_PIN}", "Pin") for token in ("pin", "puk")),
    _row("apn", rf"{_TYPED}{_Q}{_VALUE}", "AccessString"),
    _row("apn", rf"[ \t]+{_IS}{_QUOTED}", "AccessString"),
    _row("apn", rf"[ \t]+{_IS}((?=[\w.-]{{5}})[\w-]+(?:\.[\w-]+)+)", "AccessString"),
    _row("password", rf"{_TYPED}{_Q}{_VALUE}", "Password"),
    _row("password", rf"[ \t]+{_QUOTED}", "Password"),
    _row("password", r"[ \t]+((?=[A-Za-z]*\d)[^\s\"',;\\&:/=]{4,64})(?!\S)", "Password"),
    *(_row(token, rf"[ \t]+{_IS}(\d{{4,8}})(?![\w.:/-])", "Password") for token in ("pass", "pw")),
    _row(
        "serial",
        rf"[ _-]?(?:number|no|nr)\.?[\"']?[ \t]*[:=][ \t]*{_Q}((?=[A-Za-z]*\d)[A-Za-z0-9]{{6,32}})",
        "DeviceId",
    ),
    _row("cell id", r"[ \t]+((?:0x)?(?=[A-Fa-f]*\d)[0-9A-Fa-f]{5,9})(?![\w.:])", "CellId"),
    _row("pass", rf"(?:wd|word|phrase|code)?[ \t]*=[ \t]*{_Q}{_VALUE}", "Password"),
    _row("pass", rf"(?:wd|word|phrase|code)?['\"]?[ \t]*:[ \t]*<?{_QUOTED}", "Password"),
    _row("user", rf"(?:[ _-]?name)?{_TYPED}{_Q}{_VALUE}", "UserName"),
    _row("user", rf"(?:[ _-]?name)?[ \t]+{_IS}{_QUOTED}", "UserName"),
    _row("user", rf"['\")]?[ \t]*[:=][ \t]*(?!s:)<?{_Q}{_NAME}", "UserName"),
    _row("session", rf"[ \t]+(?:(?:opened|closed) for|\w+ of) user[ \t]+{_NAME}", "UserName"),
    _row("own", r"[ \t]*:[ \t]*(\+?\d{5,20})(?:[ \t]*,[ \t]*(\+?\d{5,20}))?", *_TWO_NUMBERS),
    # quectel-CM, simcom-cm and the like.
    _row(
        "-cm",
        rf"[^\n]*?[ \t]-s[ \t]+{_Q}{_VALUE}{_Q}(?:[ \t]+(?!-){_Q}{_VALUE}{_Q}"
        rf"(?:[ \t]+(?!-){_Q}{_VALUE})?)?",
        "AccessString",
        "UserName",
        "Password",
    ),
    _row("-cm", rf"[^\n]*?[ \t]-p[ \t]+{_Q}{_PIN}", "Pin"),
    _row("lpac", rf"[^\n]*?[ \t]-m[ \t]+{_Q}{_VALUE}", "Password"),
    _row("lpac", rf"[^\n]*?[ \t]-c[ \t]+{_Q}{_VALUE}", "Password"),
    _row("lpa:1$", r"[^$\s]*\$([A-Za-z0-9-]+)", "Password"),
    _row("eid", rf"{_Q}[ \t]*[:=][ \t]*{_Q}(\d{{32}})(?!\d)", "Text"),
    _row(
        "umbim",
        rf"[^\n]*[ \t]connect[ \t]+(?:ip\w*:)?{_VALUE}"
        rf"(?:[ \t]+(?:pap|chap|mschapv2|none)[ \t]+{_VALUE}[ \t]+{_VALUE})?",
        "AccessString",
        "UserName",
        "Password",
    ),
    _row("--start-network", rf"[ =\t]+{_Q}(?!apn=|-){_VALUE}", "AccessString"),
    _row("--username", rf"[ =\t]+{_Q}{_VALUE}", "UserName"),
    _row("--password", rf"[ =\t]+{_Q}{_VALUE}", "Password"),
    _row("--apn", rf"[ =\t]+{_Q}{_VALUE}", "AccessString"),
    _row("user=", rf"{_Q}{_VALUE}", "UserName"),
    _row(
        "pppd",
        rf"[^\n]*[ \t]user[ \t]+{_Q}{_VALUE}"
        rf"(?:[^\n]*[ \t]password[ \t]+{_Q}{_VALUE})?",
        "UserName",
        "Password",
    ),
    *(_row("gsm.", rf"{word}[ \t:]+{_Q}{value}", field) for word, value, field in _SETTINGS),
    *(
        _row("nmcli", rf"[^\n]*[ \t](?:gsm\.)?{word}[ \t]+{_Q}{value}", field)
        for word, value, field in _SETTINGS
    ),
    *(
        _row("option", rf"[ \t]+{_Q}{word}{_Q}[ \t]+{_Q}{value}", field)
        for word, value, field in (*_SETTINGS, ("hostname", r"([\w.-]+)", "HostName"))
    ),
    _row("psk", rf"\s*=\s*{_Q}{_VALUE}", "Password"),
    _row("chap", r" Response[^\n]*name[ \t]*=[ \t]*\"([^\"\n]+)\"", "UserName"),
    # Sentences
    *(
        _row(token, rf"[12]?{_CODE_WORDS}{_OF}(?:[ \t,]{_VERB})?[ \t,:=]+{_MARKED}{_PIN}", "Pin")
        for token in (
            *("pin", "puk", "geheimzahl", "unlock code", "entsperrcode"),
            *("sim code", "code of my sim", "code of the sim", "code meiner sim", "code der sim"),
        )
    ),
    *(
        _row(
            token,
            rf"(?:e?d|ing|e|en|t)?[ \t]+{_MARKED}{_PIN}[\"'`*_)\]\u2018-\u201f]{{0,3}}[ \t]+"
            rf"(?:as|for|als|f\u00fcr)[ \t]+(?:{_THE})?(?:sim[ -]?)?p(?:in|uk)\b",
            "Pin",
        )
        for token in ("enter", "us", "typ", "with", "mit", "sen", "tri", "try", "gave", "hab")
    ),
    *(
        _row(token, rf"{_CODE_WORDS}{_OF}(?:[ \t]{_VERB})?[ \t:=]+{_LONG_DIGITS}", field)
        for token, field in (
            *(("imsi", "SubscriberId"), ("iccid", "SimIccId"), ("imei", "DeviceId")),
            *((each, "TelephoneNumbers") for each in ("msisdn", "phone", "mobile", "my number")),
            *((each, "TelephoneNumbers") for each in ("telefon", "rufnummer", "handy")),
            *((each, "TelephoneNumbers") for each in ("meine nummer", "mobilnummer", "call me at")),
        )
    ),
    *(
        _row(
            token,
            rf"(?:[ _-]?name)?[ \t]*(?:[:=]|{_VERB}[ \t])?[ \t]*{_MARKED}{_NAME}[\"'`*_)\]]{{0,3}}"
            rf"{_AND}(?:{_THE})?{_CALLED}[ \t]*(?:[:=]|{_VERB}[ \t])?[ \t]*{_MARKED}{_WORD}",
            "UserName",
            "Password",
        )
        for token in ("user", "login", "account", "benutzer", "nutzer", "logged in as")
    ),
    *(
        _row(token, rf"{_OF}[ \t]{_VERB}[ \t:=]+{_MARKED}{_WORD}", "Password")
        for token in ("password", "passwort", "kennwort", "passphrase")
    ),
    *(
        _row(token, rf"{_OF}[ \t]{_VERB}[ \t:=]+{_MARKED}{_NAME}", "UserName")
        for token in ("user name", "username", "benutzername", "login name", "nutzername")
    ),
    # Positions
    *(
        _row(f"${talker}{sentence}", rf",((?:[\d.]*,)?[AV]?,?{_POSITION})", "Position")
        for talker in ("gp", "gn", "gl", "ga")
        for sentence in ("gga", "rmc", "gns", "gll")
    ),
    _row("+cgpsinfo", rf"\s*:\s*({_POSITION})", "Position"),
    _row("+qgpsloc", r"\s*:\s*[\d.]+,(\d{2,5}\.\d+[NS]?,\d{2,5}\.\d+[EW]?)", "Position"),
    _row("lat", r"(?:itude)?['\"]?[\s=:]{1,4}['\"]?([-+]?\d{1,3}\.\d{3,})", "Position"),
    _row("lon", r"(?:g|gitude)?['\"]?[\s=:]{1,4}['\"]?([-+]?\d{1,3}\.\d{3,})", "Position"),
    _row("lng", r"['\"]?[\s=:]{1,4}['\"]?([-+]?\d{1,3}\.\d{3,})", "Position"),
    # Hosts and people
    _row("linux ", r"([A-Za-z][\w.-]*) \d+\.\d+\.\d", "HostName"),
    _row("_hostname", r"\"?\s*[=:]\s*\"?([\w.-]+)", "HostName"),
    _row("/users/", r"([\w.-]+)", "UserName"),
)


_BY_TOKEN: Final = {
    token: [row for row in ROWS if row.token == token]
    for token in dict.fromkeys(row.token for row in ROWS)
}


class Argument(NamedTuple):
    """A personal argument: its field and its span."""

    field: str
    start: int
    end: int


def lower(text: str) -> str:
    """A text in small letters, as long as it was."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(each.lower() if each.isascii() else each for each in text)


def arguments(text: str) -> Iterator[Argument]:
    """The personal arguments of the commands in a text."""
    lowered = lower(text)
    for token, rows in _BY_TOKEN.items():
        at = lowered.find(token)
        while at >= 0:
            if not _is_inside_a_word(lowered, at, token):
                for row in rows:
                    yield from _found(text, at + len(token), row)
            at = lowered.find(token, at + len(token))


def _found(text: str, at: int, row: Command) -> Iterator[Argument]:
    found = row.pattern.match(text, at)
    if found is not None:
        for group, name in enumerate(row.fields, 1):
            if name and found[group]:
                yield Argument(name, *found.span(group))


def _is_inside_a_word(text: str, at: int, token: str) -> bool:
    """Whether a word that the token begins with goes on before it."""
    if token == _ANY_REG or not (token[0].isalnum() and at):
        return False
    return text[at - 1].isalnum()
