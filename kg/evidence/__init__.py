"""Evidence packages: what was known of a deployment, signed, to be checked without the graph."""

from kg.evidence.archive import read_package, to_zip, write_folder
from kg.evidence.canonical import canonical_nquads
from kg.evidence.keys import SigningKey, fingerprint, read_public_key
from kg.evidence.package import MANIFEST, PUBLIC_KEY, SIGNATURE, Manifest, sign
from kg.evidence.verify import Verification, verify

__all__ = [
    "MANIFEST",
    "PUBLIC_KEY",
    "SIGNATURE",
    "Manifest",
    "SigningKey",
    "Verification",
    "canonical_nquads",
    "fingerprint",
    "read_package",
    "read_public_key",
    "sign",
    "to_zip",
    "verify",
    "write_folder",
]
