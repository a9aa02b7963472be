"""A headless Chromium, driven by the DevTools protocol over a pipe, for the page of `view`.

with Chromium() as browser:
    page = browser.open("report.html")
    page.evaluate("document.title")
    page.screenshot("report.png")

The system's browser and the standard library are all it takes: messages are JSON with a zero byte
behind each, on the descriptors 3 and 4 of the browser.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
TIMEOUT_S: Final = 120.0
ARGUMENTS: Final = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # root of a container has none
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no host is ever found
)


def find_chromium() -> str | None:
    """The path of a Chromium of this system, None without one."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Chromium:
    """One browser with a profile of its own; its processes end with it."""

    def __init__(self) -> None:
        path = find_chromium()
        if path is None:
            raise FileNotFoundError("there is no chromium")
        self._folder = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # Out of the way of 3 and 4, where the browser wants them.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (to_browser, from_browser)]
        for end in (to_browser, from_browser):
            os.close(end)
        nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        moves = [(os.POSIX_SPAWN_DUP2, nothing, end) for end in (0, 1, 2)]
        moves += [
            (os.POSIX_SPAWN_DUP2, end, place) for end, place in zip(ends, (3, 4), strict=True)
        ]
        arguments = [path, *ARGUMENTS, f"--user-data-dir={self._folder.name}", "about:blank"]
        places = dict.fromkeys(("HOME", "TMPDIR"), self._folder.name)  # it leaves files in both
        environment = {**os.environ, **places}
        self._process = os.posix_spawn(
            path, arguments, environment, file_actions=moves, setsid=True
        )
        for end in (*ends, nothing):
            os.close(end)
        self._number = 0
        self._waiting = b""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._write)
        os.close(self._read)
        os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        self._folder.cleanup()

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """One command and its result; what happens meanwhile goes to `events`."""
        self._number += 1
        number = self._number
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        limit = time.monotonic() + TIMEOUT_S
        while True:
            answer = self._next(limit)
            if answer.get("id") == number:
                break
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self, limit: float) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            left = limit - time.monotonic()
            if left <= 0 or not select.select([self._read], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self._read, 1 << 20)
            if not piece:
                raise ConnectionError("the browser ended")
            self._waiting += piece
        data, _, self._waiting = self._waiting.partition(b"\0")
        message: dict[str, Any] = json.loads(data)
        return message

    def open(
        self,
        file: str | os.PathLike[str],
        *,
        width: int = 1500,
        height: int = 900,
        dark: bool = False,
    ) -> Page:
        """A page of its own with a file; it is loaded when this returns."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        return Page(self, attached["sessionId"], Path(file).resolve(), (width, height), dark)


class Page:
    """One page; `requests`, `errors` and `dialogs` are all that there were."""

    def __init__(
        self, browser: Chromium, session: str, file: Path, size: tuple[int, int], dark: bool
    ) -> None:
        self._browser, self._session = browser, session
        self.address = file.as_uri()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=False,
        )
        self.set_dark(dark)
        self.call("Page.navigate", url=self.address)
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command to this page."""
        return self._browser.call(method, self._session, **parameters)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, awaited; RuntimeError with what it throws."""
        result = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise RuntimeError(
                details.get("exception", details).get("description", details["text"])
            )
        return result["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Wait until a condition holds."""
        limit = time.monotonic() + TIMEOUT_S
        while not self.evaluate(f"Boolean({condition})"):
            if time.monotonic() > limit:
                raise TimeoutError(f"{condition} does not come true; {self.errors}")
            time.sleep(0.02)

    def set_dark(self, dark: bool) -> None:
        """What the page learns of the system's colours."""
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[feature])

    def click(self, x: float, y: float) -> None:
        """Click a point, in px of the window."""
        for what in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=what, x=x, y=y, button="left", clickCount=1)

    def key(self, key: str, text: str = "") -> None:
        """Press a key by its name of DOM events."""
        more = {"text": text} if text else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **more)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def screenshot(self, path: str | os.PathLike[str]) -> None:
        """Write a PNG of the window."""
        data = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def _of(self, *methods: str) -> list[dict[str, Any]]:
        return [
            event["params"]
            for event in self._browser.events
            if event.get("sessionId") == self._session and event["method"] in methods
        ]

    @property
    def requests(self) -> list[str]:
        """Addresses of all that was fetched but the page itself."""
        found = [each["request"]["url"] for each in self._of("Network.requestWillBeSent")]
        return [url for url in found if url.partition("#")[0] not in (self.address, "about:blank")]

    @property
    def errors(self) -> list[str]:
        """What was thrown, printed to the console, or logged by the browser."""
        thrown = self._of("Runtime.exceptionThrown")
        found = [
            each["exceptionDetails"].get("exception", {}).get("description", "an exception")
            for each in thrown
        ]
        found += [str(each["args"]) for each in self._of("Runtime.consoleAPICalled")]
        return found + [each["entry"]["text"] for each in self._of("Log.entryAdded")]

    @property
    def dialogs(self) -> list[str]:
        """Messages of alerts and the like."""
        return [each["message"] for each in self._of("Page.javascriptDialogOpening")]
