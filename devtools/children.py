"""The processes of a running portal: started, watched, restarted, and stopped in order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from devtools.console import say
from devtools.embedded import ROOT, ServiceError
from devtools.process import Started, end, record

PYTHON = sys.executable
PATIENCE = 15.0
RESTARTS, WINDOW = 3, 60.0


@dataclass
class Child:
    """A process that should run as long as the portal does."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    ended: list[float] = field(default_factory=list)


class Children:
    """Children in the order of their start; `folder` holds their logs and process records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[Child] = []
        folder.mkdir(parents=True, exist_ok=True)

    def end_left_over(self) -> None:
        """End what a killed supervisor left running."""
        for path in sorted(self.folder.glob("*.json")):
            left = Started.read(path)
            if left is not None and left.alive():
                say(f"Ending {path.stem}, left over from an earlier start")
                end(left)
            path.unlink(missing_ok=True)

    def start(self, name: str, module: str, *arguments: str, environment: dict[str, str]) -> None:
        """Start `python -m module arguments` and keep it running."""
        child = Child(name, [PYTHON, "-m", module, *arguments], environment)
        self.children.append(child)
        self._launch(child)

    def _launch(self, child: Child) -> None:
        with self.log(child.name).open("ab") as log:
            # A separate session: Ctrl-C reaches only the supervisor, which stops all in order.
            child.process = subprocess.Popen(
                child.command,
                cwd=ROOT,
                env=child.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        record(child.process.pid).write(self.folder / f"{child.name}.json")

    def pid(self, name: str) -> int:
        """The process of the child called `name`, which was started."""
        started = next(child.process for child in self.children if child.name == name)
        assert started is not None, "a child has a process once it is started"  # noqa: S101
        return started.pid

    def log(self, name: str) -> Path:
        """The file for the output of the child called `name`."""
        return self.folder / f"{name}.log"

    def watch(self) -> None:
        """Restart what has ended. Raises ServiceError for what keeps ending."""
        for child in self.children:
            if child.process is None or child.process.poll() is None:
                continue
            now = time.monotonic()
            child.ended = [moment for moment in child.ended if now - moment < WINDOW] + [now]
            if len(child.ended) > RESTARTS:
                raise ServiceError(self.why(child.name, f"{child.name} keeps ending"))
            say(f"{child.name} ended with {child.process.returncode}; starting it again")
            self._launch(child)

    def why(self, name: str, problem: str) -> str:
        """`problem` with the last lines of that child's log."""
        log = self.log(name)
        tail = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
        return "\n".join([f"{problem}. The end of {log}:", *("    " + line for line in tail)])

    def stop(self) -> None:
        """Stop the children, the last one first; each has time to finish its work."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
                try:
                    child.process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    child.process.kill()
                    child.process.wait()
            (self.folder / f"{child.name}.json").unlink(missing_ok=True)
        self.children.clear()
