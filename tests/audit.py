"""Known holes in what we depend on, as pip-audit knows them: `python -m tests.audit`.

It asks a service that cannot be reached from everywhere. Where it cannot, that is said, and nothing is wrong.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PATIENCE = 20  # seconds
PINS = "requirements-dev.txt"  # which has all of requirements.txt


def main() -> None:
    """Print what is known, and end with 1 if that is anything."""
    found = audited(PINS)
    if not any("vulns" in it for it in found):
        print("Dependencies are not audited: no service with advisories can be reached from here.")
        return
    holes = {
        f"{it['name']} {it['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '–'}"
        for it in found
        for hole in it.get("vulns", [])
    }
    if holes:
        sys.exit("\n".join(sorted(holes)))


def audited(pins: str) -> list[dict[str, Any]]:
    """What is known of each package of a file; nothing if nobody could be asked."""
    program = Path(sys.executable).with_name("pip-audit")
    command = [
        program,
        "--requirement",
        pins,
        "--require-hashes",
        "--disable-pip",
        "--format",
        "json",
    ]
    options = ["--progress-spinner", "off", "--timeout", "5"]
    try:
        done = subprocess.run(
            [*command, *options], capture_output=True, check=False, timeout=PATIENCE, text=True
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return []
    return found


if __name__ == "__main__":
    main()
