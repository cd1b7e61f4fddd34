"""Who is let in: processes of the owner, of the same version, and nobody else."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from beside import KG, PACKAGES, Serve, run

from kg.app.sharing import door
from kg.app.sharing.messages import decode, encode
from kg.errors import Unsupported

NOBODY = 65534

_ANSWERED, _TURNED_AWAY, _NOT_PERMITTED = range(3)


def _knock_as_nobody(path: Path) -> int:
    """What becomes of another user who connects."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.setuid(NOBODY)
    with socket.socket(socket.AF_UNIX) as knocking:
        try:
            knocking.connect(str(path))
            knocking.sendall(b"1234")
            os._exit(_TURNED_AWAY if knocking.recv(1) == b"" else _ANSWERED)
        except PermissionError:
            os._exit(_NOT_PERMITTED)
        except ConnectionError:
            os._exit(_TURNED_AWAY)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")
def test_another_user_is_turned_away_twice(data: Path, serve: Serve) -> None:
    """By the permissions of the socket, and where these are wrong, by who it is."""
    server = serve(data)
    for folder in [data, *data.parents][:-2]:
        folder.chmod(0o755)
    path = data / "server.socket"
    assert _knock_as_nobody(path) == _NOT_PERMITTED
    path.chmod(0o666)
    assert _knock_as_nobody(path) == _TURNED_AWAY
    assert run(data, "info").code == 0
    assert "another user" in server.stop()


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"do": "enter", "version": "0.0.0"}, "restart the server"),
        ({"do": "query"}, "does not 'query'"),
    ],
)
def test_what_a_server_does_not_do_is_refused(
    data: Path, serve: Serve, request_: dict[str, str], said: str
) -> None:
    """A command of another version, which may keep its files otherwise; unknown requests."""
    serve(data)
    connection = door.connect(data / "server.socket")
    assert connection is not None
    with connection:
        connection.send_bytes(encode(request_))
        with pytest.raises(Unsupported, match=said):
            decode(connection.recv_bytes())


def test_nobody_answers_at_a_socket_that_is_not_there(tmp_path: Path) -> None:
    """Nor at a file that is none."""
    assert door.connect(tmp_path / "none") is None
    (tmp_path / "file").touch()
    assert door.connect(tmp_path / "file") is None


def test_two_commands_that_feed_one_source_do_not_undo_each_other(
    data: Path, serve: Serve, tmp_path: Path
) -> None:
    """What one remembers of a run the other adds to, although both began at the same time."""
    serve(data)
    events = tmp_path / "events"
    events.mkdir()
    template = (
        '{"producer":"https://example.org/p","schemaURL":"https://openlineage.io/spec/2-0-2/'
        'OpenLineage.json#/$defs/RunEvent","run":{"runId":"01941f29-7c00-7087-8940-40e5bdadbd6e"},'
        '"job":{"namespace":"etl","name":"load"},"eventType":"RUNNING",'
        '"eventTime":"2026-01-01T00:00:%02dZ","inputs":[{"namespace":"s3://lake","name":"t%d"}]}'
    )
    for number in range(4):
        (events / f"{number}.jsonl").write_text(template % (number, number))
    feeding = [
        subprocess.Popen(
            [*KG, "--data", str(data), "ingest", "openlineage", str(file)],
            env={**os.environ, "PYTHONPATH": PACKAGES},
            stdout=subprocess.DEVNULL,
        )
        for file in events.iterdir()
    ]
    assert [process.wait(120) for process in feeding] == [0] * 4
    asked = "SELECT DISTINCT ?table { ?run a mlg:Run ; prov:used ?table }"
    used = run(data, "query", "-", "--format", "csv", stdin=asked).out.split()
    assert sorted(iri[-2:] for iri in used[1:]) == ["t0", "t1", "t2", "t3"]


def test_who_waits_for_a_source_gets_it_when_the_other_is_gone(data: Path, serve: Serve) -> None:
    """Also where the other just hangs up."""
    serve(data)
    first, second = (door.connect(data / "server.socket") for _ in range(2))
    assert first is not None
    assert second is not None
    claim = encode({"do": "claim", "source": "curated"})
    first.send_bytes(claim)
    first.recv_bytes()
    second.send_bytes(claim)
    assert not second.poll(0.3)
    threading.Timer(0.1, first.close).start()
    assert second.poll(10)
    second.close()
