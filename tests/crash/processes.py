"""The bot's processes as an operating system runs them: started, killed, asked to stop."""

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 20
"""When a process that was asked to stop counts as stuck."""


class BotProcess:
    """One of the bot's processes, and all it said."""

    def __init__(self, *command: str, environment: Mapping[str, str]) -> None:
        self._command = [sys.executable, "-X", "faulthandler", *command]
        # Compiled once, not at every start: that is a fifth of the time a start takes.
        compiled = {"PYTHONDONTWRITEBYTECODE": ""}
        self._environment = {**os.environ, **compiled, "PYTHONPATH": str(ROOT), **environment}
        self.said: deque[str] = deque(maxlen=2_000)
        self._process = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL: whatever was under way stays as it is."""
        self._process.kill()
        self._process.wait()

    def terminate(self) -> int:
        """SIGTERM; returns the exit code. A process that does not stop is aborted, and `said` ends with its threads."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGABRT)
            return self._process.wait()

    def restart(self) -> None:
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stderr=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._listen, args=[process], daemon=True).start()
        return process

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr is not None
        with process.stderr as said:
            self.said.extend(said)
