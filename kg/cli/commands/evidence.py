"""Evidence packages: signed, and checked without the graph."""

from __future__ import annotations

from pathlib import Path

import click

from kg.app.evidence import package
from kg.cli import output
from kg.cli.options import format_option, open_graph
from kg.config import DataDirectory
from kg.evidence import (
    SigningKey,
    Verification,
    fingerprint,
    read_package,
    read_public_key,
    to_zip,
    write_folder,
)
from kg.evidence import verify as verify_package
from kg.instants import read_instant

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("evidence-key")
@click.option("--output", "file", type=_FILE, help="Where to, instead of the data directory.")
@click.pass_obj
def evidence_key(data: Path, file: Path | None) -> None:
    """Make the key that evidence is signed with, readable by you alone.

    Tell those who will check evidence the fingerprint by another way than the package.
    """
    target = file or DataDirectory(data).require().evidence_key
    key = SigningKey.create(target)
    output.note(f"wrote {target} and {target}.pub; the fingerprint is")
    output.say(fingerprint(key.public_pem))


@click.command()
@click.argument("deployment")
@click.option("-o", "--output", "target", required=True, type=click.Path(path_type=Path))
@click.option("--as-of", metavar="TIME", help="Judge at this instant (RFC 3339), not now.")
@click.option("--key", "key_file", type=_FILE, help="The private key, if not the graph's own.")
@click.pass_obj
def evidence(
    data: Path, deployment: str, target: Path, as_of: str | None, key_file: Path | None
) -> None:
    """Write what DEPLOYMENT rests on and was decided by, with what was found, signed.

    Into a ZIP file, or a folder where the name does not end in .zip. The same revision, instant
    and key give the same bytes. Check it with 'kg verify-evidence'.
    """
    moment = None if as_of is None else read_instant(as_of)
    key = SigningKey.load(key_file or DataDirectory(data).evidence_key)
    with open_graph(data) as graph:
        files = package(graph, graph.resolve(deployment), key, moment)
    if target.suffix.lower() == ".zip":
        output.write_file(target, to_zip(files))
    else:
        write_folder(files, target)
    output.say(f"wrote {target}, signed by {fingerprint(key.public_pem)}")


@click.command("verify-evidence")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, exists=True))
@click.option("--key", "key_file", type=_FILE, help="The public key that must have signed it.")
@format_option
def verify_evidence(path: Path, key_file: Path | None, format_: str) -> int:
    """Check an evidence package; exit 1, and say what differs, where it is not as it was signed.

    Needs no graph and no network. Without --key the key is taken from the package: then compare
    its fingerprint with what its owner says.
    """
    trusted = None if key_file is None else read_public_key(key_file)
    found = verify_package(read_package(path), trusted)
    if format_ == "json":
        manifest = dict(found.manifest)
        output.print_json({**vars(found), "sound": found.sound, "manifest": manifest})
    else:
        _print(path, found)
    return 0 if found.sound else 1


def _print(path: Path, found: Verification) -> None:
    for problem in found.problems:
        output.say(f"{path}: {problem}")
    if not found.sound:
        output.say("not sound: do not rely on it")
        return
    about = found.manifest
    output.say(f"sound: {about['deployment']} at revision {about['revision']}, {about['asOf']}")
    output.say(f"signed by {found.key}")
    if not about["complete"]:
        output.say(f"not complete: {'; '.join(about['reasons'])}")
    if not found.key_checked:
        output.note("the key was not checked: compare its fingerprint with what its owner says")
