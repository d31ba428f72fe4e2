"""Starting where nothing is prepared: no settings, no database, no folder."""

import os
import re
import signal
import subprocess
from pathlib import Path

from tests.servers.http import HTTP
from tests.servers.ports import wait_until
from tests.servers.product import NERVE


def test_the_product_starts_with_an_empty_environment_in_an_empty_folder(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [NERVE, "serve", "--port", "0"], cwd=tmp_path, env={}, stdout=output, stderr=output
        )
    try:
        assert wait_until(lambda: "is at http" in log.read_text(), seconds=30)
        found = re.search(r"is at (http\S+)", log.read_text())
        assert found is not None
        answer = HTTP.get(f"{found.group(1)}/healthz")
        os.kill(server.pid, signal.SIGTERM)
        code = server.wait(15)
    finally:
        server.kill()
        server.wait()

    assert (answer.json()["status"], code) == ("ok", 0)
    assert (tmp_path / "var/nerve.db").exists()
