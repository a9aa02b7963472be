"""Personal values in free text: notes, logs, names and values of events without a buffer."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from wwanreplay.analysis.scrub.commands import arguments, lower
from wwanreplay.analysis.scrub.identities import KEPT_NAMES, Identities, plain_name
from wwanreplay.analysis.scrub.keyed import luhn_digit
from wwanreplay.analysis.scrub.layers import contents, is_packed
from wwanreplay.analysis.scrub.names import field_names, number_names, personal_names
from wwanreplay.analysis.scrub.places import PersonalSpan, image_of, octets_form
from wwanreplay.analysis.scrub.speller import Speller

# Labels that people and programs write before a value, and the field of each.
_LABELS = (
    (r"imsi|subscriber[ _-]?id", "SubscriberId"),
    (r"(?:sim[ _-]?)?icc[ _-]?id|sim[ _-]?id", "SimIccId"),
    (r"imei(?:[ _-]?sv)?|meid|esn|equipment[ _-]?id|device[ _-]?id", "DeviceId"),
    (
        r"msisdn|(?:own|my|phone|mobile|telephone)[ _-]?numbers?|sc[ _-]?address"
        r"|(?:ruf|telefon|handy|mobil)nummern?",
        "TelephoneNumbers",
    ),
    (r"access[ _-]?(?:string|point[ _-]name)|apn(?:[ _-]?name)?|zugangspunkt", "AccessString"),
    (r"user[ _-]?name|login[ _-]?name|(?:be)?nutzername", "UserName"),
    (r"password|passwd|passwort|kennwort|passphrase|pw", "Password"),
    (
        r"(?:(?:new|old|u?sim)[ _-]?)?p(?:in|uk)[12]?(?:[ _-]?(?:code|nummer|number))?"
        r"|geheimzahl|unlock[ _-]?code|entsperrcode",
        "Pin",
    ),
    (
        r"(?:cell|tracking[ _-]?area|location[ _-]?area)[ _-]?(?:id|identity|code)|[eg]nb[ _-]?id"
        r"|tac|lac|[en]?cgi|[en]?ci",
        "CellId",
    ),
    (r"(?:interface|adapter|miniport)(?:[ _-]?(?:gu)?id)?", "InterfaceGUID"),
)
_LABELLED = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=%2[026])|(?<=%3F))(?:"
    + "|".join(f"(?P<l{number}>{pattern})" for number, (pattern, _) in enumerate(_LABELS))
    # Behind the sign, D-Bus tools print <'a value'>, and Android's `:s:`.
    + r")(?:(?:['\")\]*`]|%22|\\[\"'])*[ \t]*(?:=>|=3D|[:=]|%3[AaDd])(?:(?<=:)s:)?[ \t]*"
    r"(?:%22|\\(?=[\"'])|<(?=[\"'<])|[*`]{1,3}[ \t]*(?=[\w*`+]))*"
    r"|[ \t]+(?=\[))(?:\[(?P<bracket>[^\]\n]{1,400}+)\]|'(?P<single>[^'\n]{1,400}+)'"
    r"|\"(?P<double>[^\"\n]{1,400}+)\""
    r"|(?P<bare>(?:(?!%2[026]|&\w{1,20}=)[^\s,;'\"`])+))",
    re.IGNORECASE,
)
# Where one may stand, in small letters: found quicker than with letters of both kinds.
_LABEL: Final = re.compile(
    r"(?:(?<![a-z0-9])|(?<=%2[026])|(?<=%3f))(?:"
    + "|".join(pattern for pattern, _ in _LABELS)
    + r")(?=['\")\]%\\ \t=:\[*`])"
)
# Digits in groups, with what people put between them.
_GROUPED = re.compile(r"\+?(?:\(\d+\)|\d)(?:[ \t./()-]{0,3}\d)*")
_GROUPED_SIZES = {
    "SubscriberId": (14, 15),
    "SimIccId": (18, 20),
    "DeviceId": (14, 16),
    "TelephoneNumbers": (5, 15),
}
_GROUPED_NAMES = {
    "subscriberid": "SubscriberId",
    "imsi": "SubscriberId",
    "simiccid": "SimIccId",
    "iccid": "SimIccId",
    "deviceid": "DeviceId",
    "imei": "DeviceId",
}
_TELEPHONE = re.compile(r"(?<![\w.+])\+[1-9]\d{0,2}(?:[ ./()-]{1,3}\d{2,}){1,5}(?![\w])")
_TELEPHONE_DIGITS = (9, 15)
_ELEMENT = re.compile(r"<(?P<name>[A-Za-z][\w:-]{1,30})>(?P<value>[^<>\n]{1,200})</")
_NUMBER = re.compile(r"(?<![A-Za-z0-9.])\+?\d{8,20}(?![A-Za-z0-9])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.[\d:])")
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
_HARDWARE = re.compile(
    r"(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])"
)
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_GROUPS = ("bracket", "single", "double", "bare")
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)++")
_NOTHING = frozenset(
    {"none", "null", "unknown", "n/a", "not", "yes", "no", "true", "false", "unspecified", "unset"}
    | {"required", "wrong", "incorrect", "correct", "needed", "invalid", "set", "empty", "ready"}
    | {"any", "auto", "default", "disabled", "enabled", "failed", "missing", "unavailable"}
    | {"a", "an", "and", "are", "as", "at", "be", "both", "by", "field", "for", "from", "id", "in"}
    | {"is", "it", "name", "of", "on", "or", "that", "the", "this", "to", "was", "were", "with"}
    | {"das", "der", "die", "ein", "falsch", "ist", "nicht", "oder", "richtig", "sind", "und"}
    | {"war", "protected", "rejected", "accepted", "used", "stored", "asked", "authentication"}
)
# Without quotes, the word behind these is more often part of a sentence than a value.
_WITH_DIGITS = frozenset({"SubscriberId", "SimIccId", "DeviceId"})
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{2,16}")


class Span(NamedTuple):
    """A personal value in a text, and what takes its place."""

    start: int
    end: int
    image: str


# Members of a translated block, and values by the names of personal fields in any other text.
_ARROWED = re.compile(
    r"(?:<{6}|>{6})[ \t]+(?P<name>[A-Za-z][\w .\[\]-]{0,60}?)[ \t]*=[ \t]*"
    r"(?:'(?P<single>[^'\n]*)'|(?P<bare>[^\s'{\[<>#\\][^\n'{\[<>#\\]*))"
)
_MEMBER = re.compile(
    r"(?<![\w.])(?P<name>_?[A-Za-z]\w{1,40}(?:\[\d{1,4}\])?)[\\'\"]{0,2}[ \t]*[:=][ \t]*"
    r"(?:'(?P<single>[^'\n]+)'|\\?\"(?P<double>[^\"\n\\]+)\\?\"|(?P<bare>[^\s,;'\"\\{\[(]+))"
)
# Several values behind one name; each is found by its form.
_LISTS = frozenset({"telephonenumbers", "msisdn"})
_NUMBER_NAMES = frozenset(
    {"subscriberid", "imsi", "simiccid", "iccid", "deviceid", "imei", "meid", "esn"}
)
# Names that are used for other things too; in a translated block they are the fields.
_ORDINARY_NAMES = frozenset(
    {"address", "buffer", "ck", "command", "data", "ik", "name", "number", "payload", "rand"}
    | {"res", "response", "serial", "sid", "string", "tai", "timestamp"}
)
_SYSLOG_HOST = re.compile(
    r"^(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d+)?"
    r"|\d{4}-\d\d-\d\d[T ][\d:.,Z+-]+)"
    r" (?P<name>[A-Za-z][\w.-]*) (?:[\w./@-]+(?:\[\d+\])?:|[\w./@-]+ (?:\d+|-) (?:\w+|-) )",
    re.M,
)
_PROMPT = re.compile(
    r"(?<![\w.-])(?P<user>[a-z_][\w.-]*+)@(?P<name>[A-Za-z][\w-]*)(?=:[~/]|[\s~#$])"
)
_HOME = re.compile(r"(?:/home/|%2[Ff]home%2[Ff]|\b[A-Za-z]:\\{1,2}Users\\{1,2})(?P<name>[\w.-]+)")
# UTF-16 as programs print it that write zero bytes as ^@.
_ESCAPED_WIDE = re.compile(r"(?:[!-\]_-~]\^@){4,}+")
_PUBLIC_NAMES = frozenset(
    {"admin", "administrator", "debian", "default", "host", "kernel", "linux", "localhost", "lte"}
    | {"mbim", "modem", "modemmanager", "openwrt", "pi", "public", "raspberrypi", "root", "router"}
    | {"daemon", "messagebus", "n/a", "nobody", "system", "systemd", "ubuntu", "user"}
)
_ARROWED_NAME = re.compile(r"(?:<{6}|>{6})[ \t]+([A-Za-z][\w .\[\]-]{0,60}?)[ \t]*=[ \t]*'?$")
_BYTES = re.compile(r"[0-9A-Fa-f]{2}(?:[: -][0-9A-Fa-f]{2})+")


def is_known_member(before: str) -> bool:
    """Whether the words in front of a value name a field of a translated block."""
    named = _ARROWED_NAME.search(before)
    return named is not None and plain_name(named[1]) in field_names()


def log_spans_of(text: str, identities: Identities) -> list[Span]:
    """The personal spans of a log: those of a text, members by their names, hosts and users."""
    return _in_order([*_log_spans(text, identities), *_spans(text, identities)])


def _log_spans(text: str, identities: Identities) -> Iterator[Span]:
    for pattern, ordinary in ((_ARROWED, frozenset[str]()), (_MEMBER, _ORDINARY_NAMES)):
        for found in pattern.finditer(text):
            name = found["name"].strip()
            plain = plain_name(name)
            mark = personal_names().get(plain, "")
            if mark and plain not in KEPT_NAMES and plain not in (ordinary | _LISTS):
                yield from _member(found, name, mark, identities)
    for pattern in (_SYSLOG_HOST, _PROMPT):
        for found in pattern.finditer(text):
            yield from _named("HostName", found, "name", identities)
    for found in _PROMPT.finditer(text):
        yield from _named("UserName", found, "user", identities)
    for found in _ESCAPED_WIDE.finditer(text):
        text_found = found[0].replace("^@", "")
        image = "".join(f"{each}^@" for each in identities.mapper.text(text_found))
        yield from _span(found.start(), found[0], image)
    for found in _HOME.finditer(text):
        yield from _named("UserName", found, "name", identities)


def _named(label: str, found: re.Match[str], group: str, identities: Identities) -> Iterator[Span]:
    value = found[group]
    if value.lower() not in _PUBLIC_NAMES:
        yield from _span(found.start(group), value, identities.text(label, value))


def _member(found: re.Match[str], name: str, mark: str, identities: Identities) -> Iterator[Span]:
    group = next(
        (each for each in ("single", "double", "bare") if found.groupdict().get(each)), None
    )
    if group is None:
        return
    value = found[group].rstrip(" \t\r,).]" if group == "bare" else "")
    if not any(map(str.isalnum, value)) or value.lower().strip("()[]<>") in _NOTHING:
        return
    if value.startswith(("###", "OID_")):
        return
    sizes_name = _GROUPED_NAMES.get(plain_name(name), "")
    if sizes_name:
        start = found.start(group)
        sizes = _GROUPED_SIZES[sizes_name]
        grouped = list(_grouped(found.string, start, sizes_name, identities, sizes))
        if grouped:
            yield from grouped
            return
    if group == "bare" and plain_name(name) in _NUMBER_NAMES and not any(map(str.isdigit, value)):
        return
    yield from _span(found.start(group), value, _member_image(name, value, mark, identities))


def _member_image(name: str, value: str, mark: str, identities: Identities) -> str | None:
    plain = plain_name(name)
    if plain.endswith("pin"):
        is_pin = value.isdecimal() and 4 <= len(value) <= 16
        return identities.text(name, value, "secret") if is_pin else None
    if plain in number_names():
        image = _printed_number_image(name, value, identities)
        return image if image is not None else identities.any_text(name, value, mark)
    if _BYTES.fullmatch(value) and plain not in ("mac", "macaddress", "macaddr"):
        octets = bytes.fromhex(value.replace(value[2], " "))
        printed = identities.octets(name, octets).hex(value[2])
        return printed if value == value.lower() else printed.upper()
    return identities.any_text(name, value, mark)


def _in_order(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def learn_text(text: str, identities: Identities) -> None:
    """Register the personal values of a text, and of what is encoded in it."""
    spans_of(text, identities)
    learn_layers(text.encode("utf-8", "surrogateescape"), identities)


def learn_layers(
    data: bytes, identities: Identities, *, inside: bool = False, tokens: bool = True
) -> None:
    """Register the values of texts that are encoded in some bytes."""
    for octets in contents(data, inside=inside, tokens=tokens):
        if not is_packed(octets):
            log_spans_of(octets.decode("utf-8", "surrogateescape"), identities)


def replace_text(text: str, identities: Identities, speller: Speller) -> str:
    """The text with its personal values, and every spelling of known ones, replaced."""
    return _replaced(text, spans_of(text, identities), identities, speller)


def replace_log_text(text: str, identities: Identities, speller: Speller) -> str:
    """The same of a log, which names hosts and users."""
    return _replaced(text, log_spans_of(text, identities), identities, speller)


def _replaced(text: str, spans: Iterable[Span], identities: Identities, speller: Speller) -> str:
    replaced = _replace_spans(text, spans, speller)
    data = replaced.encode("utf-8", "surrogateescape")
    out = replace_layers(data, identities, speller)
    return replaced if out is data else out.decode("utf-8", "surrogateescape")


def replace_layers(
    data: bytes,
    identities: Identities,
    speller: Speller,
    *,
    inside: bool = False,
    tokens: bool = True,
) -> bytes:
    """Bytes with the texts replaced that are encoded in them."""

    def inner(text: str) -> str:
        return _replace_spans(text, log_spans_of(text, identities), speller)

    return speller.replaced_layers(data, inner, inside=inside, tokens=tokens)


def _replace_spans(text: str, spans: Iterable[Span], speller: Speller) -> str:
    """The text with spans replaced, and every spelling around them; what is encoded stays."""
    parts = []
    end = 0
    for span in spans:
        parts += [speller.replaced_text(text[end : span.start]), span.image]
        end = span.end
    return "".join([*parts, speller.replaced_text(text[end:])])


def spans_of(text: str, identities: Identities) -> list[Span]:
    """The labelled values, numbers and addresses of a text; in order, not overlapping."""
    return _in_order(_spans(text, identities))


def _spans(text: str, identities: Identities) -> Iterator[Span]:
    for found in _labels(text):
        yield from _labelled(found, identities)
    for found in _ELEMENT.finditer(text):
        yield from _element(found, identities)
    for argument in arguments(text):
        value = text[argument.start : argument.end]
        if argument.field in _GROUPED_SIZES and not value.lstrip("+").isdecimal():
            sizes = _GROUPED_SIZES[argument.field]
            yield from _grouped(text, argument.start, argument.field, identities, sizes)
            continue
        yield from _span(argument.start, value, _argument_image(argument.field, value, identities))
    for found in _TELEPHONE.finditer(text):
        yield from _grouped(text, found.start(), "TelephoneNumbers", identities, _TELEPHONE_DIGITS)
    for found in _NUMBER.finditer(text):
        yield from _span(found.start(), found.group(), _number_image(found.group(), identities))
    for pattern in (_IPV4, _IPV6):
        for found in pattern.finditer(text):
            yield from _span(
                found.start(), found.group(), _address_image(found.group(), identities)
            )
    for found in _HARDWARE.finditer(text):
        image = identities.any_text("MAC address", found.group())
        yield from _span(found.start(), found.group(), image)
    for found in _MAIL.finditer(text):
        yield from _span(found.start(), found.group(), identities.text("UserName", found.group()))


def _labels(text: str) -> Iterator[re.Match[str]]:
    """The labelled values of a text."""
    lowered = lower(text)
    at = 0
    while (label := _LABEL.search(lowered, at)) is not None:
        found = _LABELLED.match(text, label.start())
        at = label.end() if found is None else found.end()
        if found is not None:
            yield found


def _span(start: int, value: str, image: str | None) -> Iterator[Span]:
    if image is not None and image != value:
        yield Span(start, start + len(value), image)


def _grouped(
    text: str, start: int, name: str, identities: Identities, sizes: tuple[int, int]
) -> Iterator[Span]:
    """A number in groups, as far as it has as many digits as such a number."""
    found = _GROUPED.match(text, start)
    if found is None:
        return
    value = found[0]
    digits = "".join(filter(str.isdecimal, value))
    while len(digits) > sizes[1]:
        # A group that follows is another number.
        shorter = re.sub(r"[ \t./()-]+\d+\Z", "", value)
        if shorter == value:
            return
        value = shorter
        digits = "".join(filter(str.isdecimal, value))
    if len(digits) < sizes[0] or value.lstrip("+").isdecimal():
        return
    lead = "+" if value.startswith("+") else ""
    image = identities.text(name, lead + digits).lstrip("+")
    yield from _span(start, value, _scattered(value, image))


def _scattered(value: str, digits: str) -> str:
    """Other digits at the places of those of a text."""
    left = iter(digits)
    return "".join(next(left, "0") if each.isdecimal() else each for each in value)


def _element(found: re.Match[str], identities: Identities) -> Iterator[Span]:
    """An element of XML that has the name of a personal field or of a label."""
    name, value = found["name"].rpartition(":")[2], found["value"]
    label = next((field for form, field in _LABELS if _of_label(form).fullmatch(name)), "")
    if label and label != "InterfaceGUID":
        yield from _span(found.start("value"), value, _labelled_image(label, value, identities))


@cache
def _of_label(form: str) -> re.Pattern[str]:
    return re.compile(form, re.IGNORECASE)


def _argument_image(name: str, value: str, identities: Identities) -> str | None:
    """The image of an argument of a command."""
    plain = value.lower().strip("()[]<>")
    if name == "Pin":
        return identities.text(name, value, "secret")
    if name == "CellId":
        return _printed_number_image(name, value, identities)
    if name == "Card":
        return _card_image(value, identities)
    if name == "Hexadecimal":
        number = int(value, 16)
        image = identities.number("CellId", number) if number else 0
        text = f"{image:0{len(value)}x}"
        return text if value == value.lower() else text.upper()
    if name == "Position":
        digits = "".join(filter(str.isdecimal, value))
        return _scattered(value, identities.mapper.digits(digits, "position"))
    if plain in _NOTHING or not any(map(str.isalnum, value)):
        return None
    if name in ("HostName", "UserName") and plain in _PUBLIC_NAMES:
        return None
    if name == "Text":
        return identities.text(name, value)
    return identities.any_text(name, value, "secret" if name == "Password" else "")


def _card_image(value: str, identities: Identities) -> str:
    """Bytes of a card in hexadecimal: those of EF_IMSI and EF_ICCID by their digits."""
    capitals = value != value.lower()
    text = value.lower()
    pairs = "".join(text[at + 1] + text[at] for at in range(0, len(text) - 1, 2))
    digits = pairs[3:].rstrip("f")
    if len(text) == 18 and text.startswith("08") and digits.isdecimal():
        image = identities.text("SubscriberId", digits)
        packed = pairs[:3] + image.ljust(len(pairs) - 3, "f")
        out = "".join(packed[at + 1] + packed[at] for at in range(0, len(packed), 2))
    elif len(text) == 20 and pairs.startswith("89") and pairs.rstrip("f").isdecimal():
        image = identities.text("SimIccId", pairs.rstrip("f")).ljust(20, "f")
        out = "".join(image[at + 1] + image[at] for at in range(0, 20, 2))
    else:
        octets = bytes.fromhex(text[: len(text) & ~1])
        out = identities.octets("Card", octets).hex() + text[len(text) & ~1 :]
    return out.upper() if capitals else out


def _labelled(found: re.Match[str], identities: Identities) -> Iterator[Span]:
    name = next(
        field for number, (_, field) in enumerate(_LABELS) if found[f"l{number}"] is not None
    )
    if name in _GROUPED_SIZES:
        start = next(found.start(group) for group in _GROUPS if found[group] is not None)
        grouped = list(_grouped(found.string, start, name, identities, _GROUPED_SIZES[name]))
        if grouped:
            yield from grouped
            return
    group = next(group for group in _GROUPS if found[group] is not None)
    value, start = found[group], found.start(group)
    if group == "bare":
        value = re.split(r"\\[\"'nr]|[<>]", value, maxsplit=1)[0].rstrip(").]}*\\")
    if not any(map(str.isalnum, value)) or value.lower().strip("()[]<>") in _NOTHING:
        return
    if group == "bare" and name in _WITH_DIGITS and not any(map(str.isdigit, value)):
        return
    if name == "InterfaceGUID":
        for guid in _GUID.finditer(value):
            image = identities.any_text(name, guid.group())
            yield from _span(start + guid.start(), guid.group(), image)
    elif name == "TelephoneNumbers":
        for number in re.finditer(r"\+?\d{3,}", value):
            image = identities.text(name, number.group())
            yield from _span(start + number.start(), number.group(), image)
    else:
        yield from _span(start, value, _labelled_image(name, value, identities))


def _labelled_image(name: str, value: str, identities: Identities) -> str | None:
    if name == "CellId":
        return _printed_number_image(name, value, identities)
    if name == "Pin":
        is_pin = value.isdecimal() and 4 <= len(value) <= 16
        return identities.text(name, value, "secret") if is_pin else None
    return identities.any_text(name, value, "secret" if name == "Password" else "")


def _printed_number_image(name: str, value: str, identities: Identities) -> str | None:
    """A printed number: decimal, with 0x, or hexadecimal where it cannot be decimal."""
    prefixed = value[:2] in ("0x", "0X")
    digits = value[2:] if prefixed else value
    is_hexadecimal = prefixed or not digits.isdecimal() or (digits[0] == "0" and len(digits) > 1)
    if not _HEXADECIMAL.fullmatch(digits) and not digits.isdecimal():
        return None
    number = int(digits, 16 if is_hexadecimal else 10)
    if not 0 < number < 1 << 64:
        return value
    image = identities.number(name, number)
    if not is_hexadecimal:
        return str(image)
    text = f"{image:0{len(digits)}x}"
    return value[: len(value) - len(digits)] + (text if digits == digits.lower() else text.upper())


def _number_image(number: str, identities: Identities) -> str | None:
    """The image of a number without a label that is long enough and looks like an identity."""
    known = identities.known("text", number)
    if known is not None:
        return str(known.image)
    if number.startswith("+"):
        return identities.text("TelephoneNumbers", number)
    if len(number) in (19, 20) and number.startswith("89"):
        return identities.text("SimIccId", number)
    if len(number) == 15:
        checked = int(number[-1]) == luhn_digit(number[:-1])
        return identities.text("DeviceId" if checked else "SubscriberId", number)
    return None


def _address_image(text: str, identities: Identities) -> str | None:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return None
    return identities.any_text("IP address", text)


def map_values(value: Any, name: str, identities: Identities, speller: Speller | None) -> Any:
    """Nested values; those with the name of a personal field are replaced.

    Texts and bytes of other names are swept for what is known; without a `speller`, their values
    are only registered.
    """
    if isinstance(value, dict):
        return {
            map_key(key, identities, speller): map_values(
                item, _key_name(key, name), identities, speller
            )
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [map_values(item, name, identities, speller) for item in value]
    mark = personal_names().get(plain_name(name), "")
    if plain_name(name) in KEPT_NAMES:
        mark = ""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        if mark:
            return identities.any_text(name, value, mark)
        if speller is not None:
            return replace_text(value, identities, speller)
        learn_text(value, identities)
        return value
    if isinstance(value, int):
        if mark and value > 0:
            return identities.number(name, value)
        return value if speller is None else identities.integer(value)
    if isinstance(value, bytes):
        if mark:
            return _octets_image(name, value, identities)
        return value if speller is None else speller.replaced(value)
    return value


# A key like these is a name that a program gave.
_NAME = re.compile(r"[A-Za-z_]+(?:[ _.-]?[A-Za-z]+)*[0-9]{0,2}")


def is_plain_key(key: str) -> bool:
    """Whether the key of a map is the name of a field or another that programs give."""
    return plain_name(key) in field_names() or plain_name(key) in personal_names()


def map_key(key: Any, identities: Identities, speller: Speller | None) -> Any:
    """The key of a map: names of fields stay, in others what is known is replaced."""
    if speller is None:
        if isinstance(key, str) and not _NAME.fullmatch(key):
            learn_text(key, identities)
        return key
    if isinstance(key, bytes):
        return speller.replaced(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return identities.integer(key)
    if not isinstance(key, str) or is_plain_key(key):
        return key
    return replace_text(key, identities, speller)


def _key_name(key: Any, around: str) -> str:
    """The name under which a value is known: its key, or for a position that of the list."""
    return key if isinstance(key, str) else around


def _octets_image(name: str, value: bytes, identities: Identities) -> bytes:
    form = octets_form(name, len(value))
    if form == "octets" and "address" in plain_name(name) and len(value) in (4, 16):
        form = "address"
    return image_of(PersonalSpan(0, len(value), form, name, "content"), value, identities)
