"""The reference data passes its own validator."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.source import ROOT


def test_the_program_reference_data_is_consistent() -> None:
    script = ROOT / "reference" / "program" / "validate.py"
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
