"""What a constant of an expression means for values of each sort, and how it is compared."""

from __future__ import annotations

import uuid
from typing import Any, Final, NamedTuple

from wwanreplay.protocol import PROTOCOL
from wwanreplay.protocol.expression_fields import (
    Named,
    Sort,
    Value,
    ends_as,
    guid_of,
    numbers_meant,
    octets_of,
)
from wwanreplay.protocol.schema import FlagSet

_TRUTHS: Final = {"true": True, "false": False}


class Wanted(NamedTuple):
    """A constant as values of each sort have it; None where none of that sort can be it.

    `text` is as it is written; of a word (`is_word`), without quotes, case does not matter.
    """

    number: int | None = None
    truth: bool | None = None
    text: str | None = None
    octets: bytes | None = None
    guid: uuid.UUID | None = None
    is_word: bool = False


def wanted_of(constant: Any, *, is_word: bool = False) -> Wanted:
    """All that a number, a truth or a text may mean."""
    if isinstance(constant, bool):
        return Wanted(truth=constant)
    if isinstance(constant, int):
        return Wanted(number=constant, truth=bool(constant) if constant in (0, 1) else None)
    truth = _TRUTHS.get(constant.lower())
    return Wanted(None, truth, constant, octets_of(constant), guid_of(constant), is_word)


def refusal(name: str, about: Named, wanted: Wanted, shown: str) -> str:
    """Why no value of a field can be what is wanted; empty where one can."""
    if any(_can_be(sort, wanted) for sort in about.sorts):
        if reason := _no_room(name, about, wanted):
            return reason
        sizes = about.sizes
        if about.sorts != {Sort.OCTETS} or about.has_any_size or wanted.octets is None:
            return ""
        if len(wanted.octets) in sizes:
            return ""
        many = " or ".join(map(str, sorted(sizes)))
        return (
            f"{name} has {many} bytes, not {len(wanted.octets)}; write {shown} in {name} for a part"
        )
    what = " or ".join(sorted(sort.value for sort in about.sorts))
    return f"{name} is {what}, and {shown} is none{_how(about.sorts)}"


def _no_room(name: str, about: Named, wanted: Wanted) -> str:
    """Why a number is smaller or greater than all values of a field; empty where it is not."""
    number, least, most = wanted.number, about.least, about.most
    if number is None or least is None or most is None or least <= number <= most:
        return ""
    if not about.sorts <= {Sort.NUMBER, Sort.NAMED}:
        return ""
    return f"{name} is a number from {least} to {most}"


def refusal_of_order(name: str, about: Named, wanted: Wanted) -> str:
    """Why no value of a field is smaller or greater than what is wanted; empty where one may be."""
    ordered = about.sorts & {Sort.NUMBER, Sort.NAMED}
    if wanted.number is not None and ordered:
        return ""
    if wanted.text is not None and Sort.TEXT in about.sorts:
        return ""
    return f"{name} has no order; compare it with == or !="


def refusal_of_part(name: str, about: Named, wanted: Wanted, shown: str) -> str:
    """Why nothing is in values of a field; empty where something can be."""
    kinds = about.sorts - {Sort.TRUTH}
    if wanted.text is not None and kinds & {Sort.GUID, Sort.TEXT}:
        return ""
    if any(_can_be(sort, wanted) for sort in kinds):
        return ""
    return refusal(name, about, wanted, shown) or f"{name} is true or false: nothing is in it"


def _can_be(sort: Sort, wanted: Wanted) -> bool:
    return {
        Sort.NUMBER: wanted.number is not None,
        Sort.NAMED: wanted.number is not None or wanted.text is not None,
        Sort.TRUTH: wanted.truth is not None,
        Sort.TEXT: wanted.text is not None,
        Sort.OCTETS: wanted.octets is not None,
        Sort.GUID: wanted.guid is not None,
    }[sort]


def _how(sorts: set[Sort]) -> str:
    if Sort.OCTETS in sorts:
        return "; write hexadecimal in quotes, as '3b9f', or an address"
    if Sort.TEXT in sorts:
        return "; write it in quotes"
    if Sort.GUID in sorts:
        return "; write '00000000-0000-0000-0000-000000000000'"
    return ""


def is_equal(each: Value, wanted: Wanted) -> bool:
    """Whether a value is what is wanted."""
    value = each.value
    if isinstance(value, bool):
        return wanted.truth is not None and value == wanted.truth
    if isinstance(value, int):
        if wanted.number is not None:
            return value == wanted.number
        if wanted.text is not None and each.values:
            return value in numbers_meant(each.values, wanted.text)
        return wanted.truth is not None and bool(value) == wanted.truth
    if isinstance(value, bytes):
        return wanted.octets is not None and value == wanted.octets
    if isinstance(value, uuid.UUID):
        return value == wanted.guid
    if not isinstance(value, str) or wanted.text is None:
        return False
    if wanted.is_word or each.values:
        return value.lower() == wanted.text.lower() or ends_as(value, wanted.text)
    return value == wanted.text


def is_in(each: Value, wanted: Wanted) -> bool:
    """Whether flags hold a flag, an array an element, bytes or a text a part."""
    value = each.value
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        if each.is_element and not isinstance(PROTOCOL.enum_by_name.get(each.values), FlagSet):
            return is_equal(each, wanted)
        if wanted.text is None:
            number = wanted.number
            return bool(number) and value & (number or 0) == number
        meant = numbers_meant(each.values, wanted.text)
        return any(number and value & number == number for number in meant)
    if isinstance(value, bytes):
        return bool(wanted.octets) and (wanted.octets or b"") in value
    if wanted.text is None:
        return False
    if isinstance(value, uuid.UUID):
        return wanted.text.strip("{}").lower() in str(value)
    if isinstance(value, str):
        if wanted.is_word:
            return wanted.text.lower() in value.lower()
        return wanted.text in value
    return False


def is_set(each: Value) -> bool:
    """Whether a value is neither zero nor empty."""
    value = each.value
    if isinstance(value, uuid.UUID):
        return bool(value.int)
    return any(value) if isinstance(value, bytes) else bool(value)


def order_of(each: Value, wanted: Wanted) -> Any:
    """What of the wanted a value is smaller or greater than: a number or a text; else None."""
    if isinstance(each.value, bool):
        return None
    if isinstance(each.value, int):
        return wanted.number
    return wanted.text if isinstance(each.value, str) else None
