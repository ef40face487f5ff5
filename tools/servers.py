"""PostgreSQL and MariaDB as Debian has them, on free ports of this machine, with data that is thrown away.

    python -m tools.servers start [postgresql|mariadb …]    # prints where they listen
    python -m tools.servers stop                            # ends these processes, by their ids, and their data

Nothing here touches a server that somebody else runs.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

STATE = Path(".aptas/servers.json")
USER = PASSWORD = "aptas"
PATIENCE_SECONDS = 60
Command = list[Path | str]


class NotHere(Exception):
    """The server's programs are not installed; the message says how to get them."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """One that was started. `pid` ends it; `folder` is all it wrote."""

    kind: str
    pid: int
    port: int
    folder: str

    def url(self, database: str) -> str:
        """Its address for aptas."""
        scheme = "postgresql" if self.kind == "postgresql" else "mysql"
        return f"{scheme}://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def break_off(self) -> None:
        """SIGQUIT: it ends in the middle of what it does, and keeps its data."""
        os.kill(self.pid, signal.SIGQUIT)
        while is_alive(self.pid):
            time.sleep(0.02)

    def stop(self) -> None:
        """End it and throw its data away."""
        end(self.pid)
        shutil.rmtree(self.folder, ignore_errors=True)


def end(pid: int) -> None:
    """SIGTERM, and SIGKILL for one that does not end within twenty seconds."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while is_alive(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process has that number; a child that has ended is buried by this."""
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return not _is_dead(pid)
    return False


def _is_dead(pid: int) -> bool:
    """It has ended, and nobody has buried it yet."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return False


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_postgresql(*, is_durable: bool = True, inside: Path | None = None) -> Server:
    """A new cluster, with its data `inside` a folder (or where temporary files go). Not `is_durable`: fsync off, for
    tests that ask for speed and not for power cuts."""
    programs = _postgresql_programs()
    folder, port, user = _folder("postgresql", inside), free_port(), _user("postgres")
    data, password = folder / "data", folder / "password"
    password.write_text(PASSWORD)
    make: Command = [programs / "initdb", "-D", data, "-U", USER, "--pwfile", password, "--no-sync"]
    _run([*make, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"], user)
    settings = {
        "listen_addresses": "'127.0.0.1'",
        "unix_socket_directories": f"'{folder}'",
        "port": str(port),
        "max_connections": "400",
        "fsync": "on" if is_durable else "off",
    }
    with (data / "postgresql.conf").open("a") as written:
        written.writelines(f"{name} = {value}\n" for name, value in settings.items())
    return _launch_postgresql(folder, port)


def start_again(server: Server) -> Server:
    """A PostgreSQL that was broken off, on the same port and with the same data: it recovers."""
    return _launch_postgresql(Path(server.folder), server.port)


def _launch_postgresql(folder: Path, port: int) -> Server:
    programs = _postgresql_programs()
    command: Command = [programs / "postgres", "-D", folder / "data"]
    answers = partial(_answers_postgresql, programs, port)
    return _started("postgresql", command, _user("postgres"), folder, port, answers)


def _postgresql_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))
    if not found:
        raise NotHere(_install("PostgreSQL", "postgresql"))
    return found[-1]


def _answers_postgresql(programs: Path, port: int) -> bool:
    asked: Command = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-q"]
    return subprocess.run(asked, check=False).returncode == 0


def start_mariadb(*, is_durable: bool = True) -> Server:
    """A new server, speaking MySQL's protocol."""
    server, make = _program("mariadbd"), _program("mariadb-install-db")
    if server is None or make is None:
        raise NotHere(_install("MariaDB", "mariadb-server"))
    folder, port, user = _folder("mariadb"), free_port(), _user("mysql")
    first = folder / "first.sql"
    first.write_text(
        f"CREATE USER '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO '{USER}'@'%';\n"
    )
    data = folder / "data"
    _run([make, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"], user)
    flush = "1" if is_durable else "2"
    command: Command = [
        server,
        "--no-defaults",
        f"--datadir={data}",
        f"--port={port}",
        "--bind-address=127.0.0.1",
    ]
    command += [f"--socket={folder / 'socket'}", f"--pid-file={folder / 'pid'}", f"--init-file={first}"]
    command += [f"--innodb-flush-log-at-trx-commit={flush}", "--max-connections=400", "--skip-name-resolve"]
    return _started("mariadb", command, user, folder, port, lambda: _answers_mariadb(port))


def _answers_mariadb(port: int) -> bool:
    """It greets whoever connects."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as there:
            return bool(there.recv(1))
    except OSError:
        return False


STARTS: dict[str, Callable[..., Server]] = {"postgresql": start_postgresql, "mariadb": start_mariadb}


def _started(
    kind: str,
    command: Command,
    user: str | None,
    folder: Path,
    port: int,
    answers: Callable[[], bool],
) -> Server:
    log = folder / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **_as(user),
        )
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{kind} did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
    return Server(kind=kind, pid=process.pid, port=port, folder=str(folder))


def _folder(kind: str, inside: Path | None = None) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"aptas-{kind}-", dir=inside))
    folder.chmod(0o777)
    return folder


def _user(name: str) -> str | None:
    """These servers do not run as root: as whom, then."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name).pw_name
    return "nobody"


def _as(user: str | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": "nogroup" if user == "nobody" else user}


def _run(command: Command, user: str | None) -> None:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, cwd="/", **_as(user)
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-1000:]}{done.stderr[-1000:]}")


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _install(what: str, package: str) -> str:
    return f"{what}: 설치되어 있지 않습니다. / is not installed: apt-get install {package}"


def main(arguments: Sequence[str]) -> int:
    """What the command line says; what is wrong is one line."""
    known = {"start", "stop"}
    if not arguments or arguments[0] not in known or {*arguments[1:]} - STARTS.keys():
        sys.stderr.write(__doc__ or "")
        return 2
    if arguments[0] == "stop":
        return _stop()
    if STATE.exists():
        sys.stderr.write(f"{STATE}: 이미 켜져 있습니다. / They run already: make servers-stop ends them.\n")
        return 2
    try:
        servers = [STARTS[kind]() for kind in arguments[1:] or STARTS]
    except NotHere as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    STATE.parent.mkdir(parents=True, exist_ok=True)
    STATE.write_text(json.dumps([asdict(each) for each in servers]))
    for each in servers:
        sys.stdout.write(f"{each.kind}: {each.url('DATABASE')}\n")
    return 0


def _stop() -> int:
    if STATE.exists():
        for each in json.loads(STATE.read_text()):
            Server(**each).stop()
        STATE.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
