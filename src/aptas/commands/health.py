"""`aptas health`: asks the process beside it whether it is alive, for whoever can run a command and not ask HTTP."""

import http.client
import sys

from aptas.settings import HOST

SECONDS = 3
ILL = 1


def check_health(port: int, path: str) -> None:
    """Exit code 0 when it answers 200 on that path; else 1, with what it said."""
    connection = http.client.HTTPConnection(HOST, port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        said, is_well = answer.read().decode("utf-8", "replace"), answer.status == 200
    except (OSError, http.client.HTTPException) as problem:
        said, is_well = f"{HOST}:{port}: {problem}", False
    print(said)
    sys.exit(0 if is_well else ILL)
