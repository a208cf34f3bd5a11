"""An SMTP server for the demo: stores every email in a folder as an .eml file.

`python -m devtools.mailcatcher PORT FOLDER`. It never sends anything on. The demo shows the folder
under `/demo/mail/` (`portal/demo/mail.py`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Folder:
    """Stores emails in `path`; names sort by the time of arrival."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Write the email under a temporary name first, so that no reader sees half of one."""
        name = f"{time.time_ns():020d}-{os.urandom(4).hex()}.eml"
        draft = self.path / f".{name}"
        draft.write_bytes(envelope.original_content)
        draft.rename(self.path / name)
        return "250 OK"


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    # Blocked before the server's thread starts, so that sigwait below gets the signal.
    stop = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    controller = Controller(
        Folder(folder), hostname="127.0.0.1", port=port, data_size_limit=30 * 1024 * 1024
    )
    controller.start()
    signal.sigwait(stop)
    controller.stop()


if __name__ == "__main__":
    main()
