"""The page of `view`, read as its script reads it."""

from __future__ import annotations

import base64
import gzip
import json
from array import array
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from wwanreplay._core import Event, Kind, Namespace
from wwanreplay.trace import TraceHeader, TraceWriter


class Elements(HTMLParser):
    """The elements of a page in order, and the text of each script and style."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style", "title"):
            self.texts.append((self._inside, data))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


@dataclass
class PageData:
    """What a page has packed: the head, columns by name, and (facts, fields) of each row."""

    head: dict[str, Any]
    columns: dict[str, list[int]]
    details: list[tuple[list[list[str]], list[list[Any]]]]
    #: All that is packed, as text.
    text: str

    def texts(self, column: str) -> list[str]:
        """The texts of a column that has numbers of texts."""
        return [self.head["texts"][number] for number in self.columns[column]]


def page_data(html: str) -> PageData:
    """Unpack the data of a page."""
    # The title, the style, the head, the blocks, the script.
    scripts = [text for tag, text in Elements(html).texts if tag == "script"]
    data = gzip.decompress(base64.b64decode(scripts[0]))
    size = int.from_bytes(data[:4], "little")
    head = json.loads(data[4 : 4 + size])
    start = -(-(4 + size) // 8) * 8
    columns = {}
    for column in head["columns"]:
        values = array(column["form"])
        begin = start + column["offset"]
        values.frombytes(data[begin : begin + column["count"] * values.itemsize])
        columns[column["name"]] = values.tolist()
    blocks = [gzip.decompress(base64.b64decode(block)).decode() for block in scripts[1].split("\n")]
    details = [json.loads(line) for block in blocks for line in block.split("\n")]
    text = data[4 : 4 + size].decode() + "".join(blocks)
    return PageData(head, columns, details, text)


#: Texts that are to be shown as they are: markup, ends of strings and elements, marks of direction.
HOSTILE = (
    "</script><script>parent.harm=1;alert(1)</script>",
    '<img src=x onerror="alert(2)">',
    "\"'`;alert(3)//",
    "--><svg/onload=alert(4)>",
    "${alert(5)}{{alert(5)}}",
    "a\u2028b\u2029c\0d\u202ee\u2066f\ufeffg\x1b[31m",
    "<!--script--><!--head-->",
    "javascript:alert(6)",
    "<base href=http://192.0.2.1/><link rel=stylesheet href=http://192.0.2.1/x.css>",
    "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'>",
    "__proto__",
)


class MapHeader:
    """A header of a trace that is written as it is."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def to_map(self) -> dict[str, Any]:
        return self.values


def written(path: Any, header: Any, events: Any) -> Any:
    """Write a trace; its path."""
    with TraceWriter(path, header) as writer:
        for event in events:
            writer.write(event)
    return path


def hostile_trace(path: Any) -> Any:
    """A trace in which each text that a writer may choose is hostile."""
    fields = {text: text for text in HOSTILE}
    events = [
        Event(
            Kind.KIND_NOTE,
            n,
            payload=text.encode("utf-8", "surrogatepass"),
            source={"log": text, "unit": text, "number": n},
        )
        for n, text in enumerate(HOSTILE)
    ]
    events += [
        Event(Kind.KIND_GAP, 20, payload=HOSTILE[0].encode()),
        Event(Kind.KIND_QUERY, 21, code=0x0E010101, request_id=1, fields=fields),
        Event(Kind.KIND_INDICATION, 22, code=0x40010017, payload=HOSTILE[0].encode()),
        Event(
            Kind.KIND_INDICATION,
            23,
            code=5,
            namespace=Namespace.NAMESPACE_MBIM,
            payload=HOSTILE[1].encode(),
            fields=fields,
        ),
        Event(Kind.KIND_WIRE, 24, code=0, payload=HOSTILE[0].encode()),
    ]
    header = TraceHeader().to_map()
    header |= {text: text for text in HOSTILE}
    header |= {
        "device": {"names": list(HOSTILE), "name": HOSTILE[0]},
        "source": {"files": [{"name": text, "format": text} for text in HOSTILE]},
        "interface": HOSTILE[0],
        "producer": HOSTILE[1],
        "created": HOSTILE[2],
        "notes": list(HOSTILE),
        "profile": {"name": HOSTILE[0], "text": HOSTILE[1]},
        "comparison": "field",
    }
    return written(path, MapHeader(header), events)
