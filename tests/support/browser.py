"""A headless Chromium, told what to do over the DevTools protocol, by way of pipes.

Source: chromedevtools.github.io/devtools-protocol; messages end with a zero byte.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from attrs import define, field

PROGRAM = "chromium"

ANSWER_SECONDS = 60.0
"""Within which the browser answers, on a machine that is busy with other tests."""

OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def is_installed() -> bool:
    """Tell whether this machine has a browser."""
    return shutil.which(PROGRAM) is not None


@define(eq=False)
class Browser:
    """A browser with its data in *folder*; it ends when the context is left."""

    folder: Path
    events: list[dict[str, Any]] = field(factory=list, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _ours: tuple[int, int] = field(default=(-1, -1), init=False)
    _rest: bytes = field(default=b"", init=False)
    _number: int = field(default=0, init=False)

    def __enter__(self) -> Self:
        """Start it; it reads what it is to do from file descriptor 3 and answers on 4."""
        (read, write), (back, answer) = os.pipe(), os.pipe()
        command = [PROGRAM, *OPTIONS, f"--user-data-dir={self.folder}", "about:blank"]
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{read} 4>&{answer}', "bash", *command],
            pass_fds=(read, answer),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(read)
        os.close(answer)
        self._ours = (write, back)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it with all its processes; when it does not listen, by force."""
        assert self._process is not None
        try:
            self.ask("Browser.close")
            self._process.wait(timeout=20)
        except (AssertionError, OSError, subprocess.TimeoutExpired):
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for descriptor in self._ours:
            os.close(descriptor)

    def ask(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        """Have *method* carried out and return its result; events meanwhile are kept."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._ours[0], json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def wait_for(self, method: str, session: str) -> None:
        """Return when the event *method* of *session* has come."""
        while not any(e["method"] == method and e.get("sessionId") == session for e in self.events):
            self.events.append(self._next())

    def open(self, path: Path, *, width: int = 1200, scheme: str = "light") -> Tab:
        """Open the file at *path* as somebody does who likes it *light* or *dark*."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, target, session)
        for domain in ("Page", "Network", "Runtime", "Log"):
            tab.ask(f"{domain}.enable")
        tab.resize(width, 900)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        tab.ask("Emulation.setEmulatedMedia", features=features)
        tab.ask("Page.navigate", url=path.absolute().as_uri())
        self.wait_for("Page.loadEventFired", session)
        return tab

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + ANSWER_SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._ours[1]], [], [], max(0, until - time.monotonic()))
            assert ready, "the browser does not answer"
            read = os.read(self._ours[1], 1 << 20)
            assert read, "the browser has ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@define(eq=False)
class Tab:
    """A page that is open."""

    browser: Browser
    target: str
    session: str

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """Have *method* carried out for this page."""
        return self.browser.ask(method, self.session, **parameters)

    def resize(self, width: int, height: int) -> None:
        """Give the page so many pixels, as a phone or a desk has them."""
        phone = width < 600
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )

    def reload(self) -> None:
        """Open the page anew; what it has told before is forgotten."""
        self.browser.events.clear()
        self.ask("Page.reload")
        self.browser.wait_for("Page.loadEventFired", self.session)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript *expression*; a promise is waited for."""
        answer = self.ask(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def told(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of all events *method* of this page so far."""
        self.evaluate("0")
        return [
            event["params"]
            for event in self.browser.events
            if event["method"] == method and event.get("sessionId") == self.session
        ]

    def requested(self) -> list[str]:
        """Return the addresses of all that was asked for, the page itself included."""
        return [event["request"]["url"] for event in self.told("Network.requestWillBeSent")]

    def screenshot(self, path: Path, *, whole: bool = True) -> None:
        """Write a picture of the page, the *whole* of it or what is on the screen."""
        shot = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def copied_by(self, selector: str) -> str:
        """Click what *selector* finds and return what the page puts onto the clipboard."""
        script = """new Promise((resolve) => {
            navigator.clipboard.writeText = async (text) => resolve(text);
            document.querySelector(%s).click();
        })"""
        return str(self.evaluate(script % json.dumps(selector)))

    def style(self, selector: str, name: str) -> str:
        """Return the value of the CSS property *name* where *selector* is first found."""
        found = f"getComputedStyle(document.querySelector({json.dumps(selector)}))"
        return str(self.evaluate(f"{found}.getPropertyValue({json.dumps(name)})"))

    def pdf(self) -> bytes:
        """Return the page as it is printed."""
        return base64.b64decode(self.ask("Page.printToPDF", printBackground=False)["data"])

    def close(self) -> None:
        """Close the page."""
        self.browser.ask("Target.closeTarget", targetId=self.target)
