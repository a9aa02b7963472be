"""One session as each program prints it, and what people wrap around it.

A wrapping gives the wrapped bytes and, for each line of the log, the number of the line around in
which it begins (empty where lines are not kept).
"""

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import quopri
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import zstandard
from field_samples import SESSION, old_libmbim
from printed_logs import strace_line

Wrapped = tuple[bytes, list[int]]


def umbim() -> str:
    """The session as `umbim -v` prints it."""
    lines = []
    for data in SESSION:
        word = "reading" if data[3] & 0x80 else "sending"
        lines.append(f"{word} ({len(data)}): {data.hex(' ')}")
        lines.append(f"  header_type: {int.from_bytes(data[:4], 'little'):04X}")
        lines.append(f"  header_length: {len(data):04X}")
    return "\n".join(lines) + "\n"


def xxd() -> str:
    """The session as dumps with offsets."""
    parts = []
    for data in SESSION:
        rows = [data[at : at + 16] for at in range(0, len(data), 16)]
        parts += [f"{16 * at:08x}: {row.hex(' ')}" for at, row in enumerate(rows)]
        parts.append("")
    return "\n".join(parts) + "\n"


def plain_hex() -> str:
    """The session as bytes without offsets, with words between."""
    return "".join(
        f"{'received' if data[3] & 0x80 else 'sent'}:\n{data.hex(' ').upper()}\n\n"
        for data in SESSION
    )


def _dump(prefix: Callable[[int], str], tail: bool) -> str:
    """The session as dumps with something in front of each row, and characters behind it."""
    out = ""
    for number, data in enumerate(SESSION):
        for at in range(0, len(data), 16):
            row = data[at : at + 16]
            shown = "".join(chr(octet) if 32 <= octet < 127 else "." for octet in row)
            behind = f"{' ' * (3 * (16 - len(row)))}  {shown}" if tail else ""
            out += f"{prefix(number)}{at:08x}: {row.hex(' ')}{behind}\n"
    return out


def kernel() -> str:
    """The session as print_hex_dump of a driver, with the times of dmesg."""
    return _dump(lambda number: f"[  10{number}.250000] cdc_mbim 1-2:1.0: ", tail=True)


def umb() -> str:
    """The session as the debug output of BSD's umb(4), whose offsets are decimal."""
    out = ""
    for data in SESSION:
        arrow = "<- rcv" if data[3] & 0x80 else "-> snd"
        out += f"umb0: {arrow} a message of {len(data)} bytes\n"
        for at in range(0, len(data), 16):
            out += f"{at:4}:   {data[at : at + 16].hex(' ')}\n"
    return out


def strace(form: str) -> str:
    """The session as strace prints it of a host program."""
    opened = 'openat(AT_FDCWD, "/dev/cdc-wdm0", O_RDWR|O_NONBLOCK) = 5'
    lines = [f"7 10:00:00.000000 {opened}\n"]
    for number, data in enumerate(SESSION):
        lines.append(strace_line(data, f"7 10:00:{number:02}.250000 ", form=form))
    return "".join(lines)


LOGS: dict[str, str] = {
    "libmbim": "".join(old_libmbim(data) for data in SESSION),
    "umbim": umbim(),
    "xxd": xxd(),
    "hex": plain_hex(),
    "kernel": kernel(),
    "umb": umb(),
    "strace": strace("octal"),
    "strace -xx": strace("xx"),
}


def _same(text: str, before: int = 0) -> list[int]:
    return [number + before for number in range(1, text.count("\n") + 2)]


def _each(text: str, change: Callable[[str], str]) -> Wrapped:
    changed = "\n".join(change(line) if line else line for line in text.split("\n"))
    return changed.encode(), _same(text)


def colours(text: str) -> Wrapped:
    return _each(text, lambda line: f"\x1b[34m{line}\x1b[0m\x1b[K")


def colours_in_syslog(text: str) -> Wrapped:
    return _each(text, lambda line: f"#033[1;32m{line}#033[0m")


def colours_of_cat(text: str) -> Wrapped:
    return _each(text, lambda line: f"^[[0;36m{line}^[[m")


def breaks(text: str) -> Wrapped:
    wrapped, lines = _each(text, lambda line: f"{html.escape(line)}<br />")
    return b"<p>" + wrapped + b"</p>\n", lines


def page(text: str) -> Wrapped:
    before = '<!DOCTYPE html>\n<html><head><title>log</title></head>\n<body class="x"><pre><code>'
    return (before + html.escape(text) + "</code></pre></body></html>\n").encode(), _same(text, 2)


def page_in_one_line(text: str) -> Wrapped:
    lines = "<br>".join(html.escape(line) for line in text.split("\n"))
    return f"<div>{lines}</div>".encode(), [1] * (text.count("\n") + 1)


def numeric_names(text: str) -> Wrapped:
    coded = "".join(f"&#{ord(each)};" if each in "<>&'\"=:" else each for each in text)
    return f"<pre>\n{coded}</pre>\n".encode(), _same(text, 1)


def table_of_lines(text: str) -> Wrapped:
    return _each(text, lambda line: f'<tr><td class="line">{html.escape(line)}</td></tr>')


def csv_rows(text: str) -> Wrapped:
    """The rows that a viewer of logs exports; each has a number."""
    rows = []
    for number, line in enumerate(text.split("\n")):
        cell = line.replace('"', '""')
        rows.append(f'"{number}","{cell}"')
    return "\n".join(rows).encode(), _same(text)


def quoted_printable(text: str) -> Wrapped:
    coded, lines, number = [], [], 1
    for line in text.split("\n"):
        one = quopri.encodestring(line.encode()) if line else b""
        coded.append(one)
        lines.append(number)
        number += 1 + one.count(b"\n")
    return b"\n".join(coded), lines


def sent(mail: EmailMessage) -> bytes:
    """The mail; what parts it is made up, and is the same each time: digits of it may be a PIN."""
    if mail.is_multipart():
        mail.set_boundary("===============made==")
    return mail.as_bytes()


def _mail(text: str, coding: str) -> Wrapped:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "a@example.org", "a log", "Thu, 26 Nov 2026"
    mail.set_content(text, cte=coding)
    data = mail.as_bytes()
    head = data[: data.index(b"\n\n")].count(b"\n") + 2
    if coding == "quoted-printable":
        return data, [number + head for number in quoted_printable(text)[1]]
    return data, _same(text, head) if coding != "base64" else []


def mail(text: str) -> Wrapped:
    return _mail(text, "7bit")


def mail_quoted_printable(text: str) -> Wrapped:
    return _mail(text, "quoted-printable")[0], []


def mail_base64(text: str) -> Wrapped:
    return _mail(text, "base64")


def attachment(text: str) -> Wrapped:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "the log is attached"
    made.set_content("Hello,\nit fails.\n")
    made.add_attachment(text.encode(), maintype="text", subtype="plain", filename="modem.log")
    return sent(made), _same(text)


def packed_attachment(text: str) -> Wrapped:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "the log is attached"
    made.set_content("Hello")
    packed = gzip.compress(text.encode(), mtime=0)
    made.add_attachment(packed, maintype="application", subtype="gzip", filename="modem.log.gz")
    return sent(made), _same(text)


def alternatives(text: str) -> Wrapped:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "twice"
    made.set_content(text)
    made.add_alternative(f"<pre>{html.escape(text)}</pre>", subtype="html")
    return sent(made), []


def mailbox(text: str) -> Wrapped:
    first = (
        b"From a@example.org Thu Nov 26 10:00:00 2026\nFrom: a\nSubject: hello\n\nNo log here.\n\n"
    )
    head = b"From a@example.org Thu Nov 26 10:00:01 2026\nFrom: a\nSubject: the log\n\n"
    return first + head + text.encode(), _same(text, (first + head).count(b"\n"))


def tracker(text: str) -> Wrapped:
    issue = {"iid": 7, "title": "it fails", "description": f"log:\n```\n{text}```\n", "labels": []}
    data = json.dumps(issue, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e")
    return data.encode(), [1] * (text.count("\n") + 1)


def tracker_pretty(text: str) -> Wrapped:
    comments = [{"id": 1, "body": "see below"}, {"id": 2, "body": text, "user": {"login": "x"}}]
    data = json.dumps(comments, indent=2)
    number = data[: data.index(json.dumps(text))].count("\n") + 1
    return data.encode(), [number] * (text.count("\n") + 1)


def joined(text: str) -> Wrapped:
    return " ".join(text.split()).encode(), [1] * (text.count("\n") + 1)


def mail_of_a_page(text: str) -> Wrapped:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@example.org", "a page"
    made.set_content(page(text)[0].decode(), subtype="html", cte="quoted-printable")
    return sent(made), []


def tracker_of_a_page(text: str) -> Wrapped:
    return tracker(breaks(text)[0].decode())[0], [1] * (text.count("\n") + 1)


def coloured_attachment(text: str) -> Wrapped:
    return attachment(colours(text)[0].decode())[0], _same(text)


def zipped(text: str) -> Wrapped:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("modem.log", breaks(text)[0])
    return out.getvalue(), _same(text)


def packed_bz2(text: str) -> Wrapped:
    return bz2.compress(text.encode()), _same(text)


def packed_xz(text: str) -> Wrapped:
    return lzma.compress(colours(text)[0]), _same(text)


def packed_gz(text: str) -> Wrapped:
    return gzip.compress(text.encode()), _same(text)


def packed_zst(text: str) -> Wrapped:
    return zstandard.ZstdCompressor().compress(page(text)[0]), _same(text, 2)


def packed_mail(text: str) -> Wrapped:
    data, lines = mail(text)
    return lzma.compress(gzip.compress(data)), lines


def utf_16(text: str) -> Wrapped:
    return page(text)[0].decode().encode("utf-16"), _same(text, 2)


def base64_text(text: str) -> bytes:
    """The text in base64, as nothing here takes it away."""
    return base64.b64encode(text.encode())


WRAPPINGS: dict[str, Callable[[str], Wrapped]] = {
    each.__name__: each
    for each in (
        colours,
        colours_in_syslog,
        colours_of_cat,
        breaks,
        page,
        page_in_one_line,
        numeric_names,
        table_of_lines,
        csv_rows,
        quoted_printable,
        mail,
        mail_quoted_printable,
        mail_base64,
        attachment,
        packed_attachment,
        alternatives,
        mailbox,
        tracker,
        tracker_pretty,
        joined,
        mail_of_a_page,
        tracker_of_a_page,
        coloured_attachment,
        zipped,
        packed_bz2,
        packed_xz,
        packed_gz,
        packed_zst,
        packed_mail,
        utf_16,
    )
}
#: Lines of dumps without a headline are not distinguishable once they are joined.
UNJOINABLE = ("xxd", "hex", "kernel", "umb")
