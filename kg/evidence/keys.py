"""Ed25519 keys (RFC 8032) that evidence is signed with; kept in a file only its owner can read."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from kg.errors import InputError, NotFound

_UNREADABLE: Final = (ValueError, TypeError, UnsupportedAlgorithm)


class SigningKey:
    """A private key."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def create(cls, file: Path) -> SigningKey:
        """Make a key in a new file (PKCS #8, PEM, mode 0600), its public half beside it.

        Raises :class:`InputError` where the file exists or cannot be written.
        """
        key = cls(Ed25519PrivateKey.generate())
        content = key._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as output:
                output.write(content)
            public_file(file).write_bytes(key.public_pem)
        except OSError as error:
            raise InputError(f"cannot write the key: {error.strerror}", where=str(file)) from error
        return key

    @classmethod
    def load(cls, file: Path) -> SigningKey:
        """The key of a file; raises :class:`NotFound`, or :class:`InputError` where others may
        read it or it is no Ed25519 key.
        """
        if not file.is_file():
            raise NotFound(f"there is no key at {file}; make one with: kg evidence-key")
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise InputError("others may read the key", where=str(file), hint="chmod 600")
        try:
            private = load_pem_private_key(file.read_bytes(), None)
        except (OSError, *_UNREADABLE) as error:
            raise InputError("cannot be read as a private key", where=str(file)) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise InputError("is not an Ed25519 key", where=str(file))
        return cls(private)

    @property
    def public_pem(self) -> bytes:
        """The public half (SubjectPublicKeyInfo, PEM)."""
        public = self._private.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, content: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same content."""
        return self._private.sign(content)


def public_file(file: Path) -> Path:
    """Where the public half of a key lies."""
    return file.with_name(f"{file.name}.pub")


def read_public_key(file: Path) -> bytes:
    """A public key as PEM; raises :class:`InputError` where the file holds none."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the key: {error.strerror}", where=str(file)) from error
    if _public(content) is None:
        raise InputError("cannot be read as an Ed25519 public key", where=str(file))
    return content


def fingerprint(public_pem: bytes) -> str:
    """What people compare by telephone: SHA-256 of the key (SubjectPublicKeyInfo, DER).

    Empty where the text is no Ed25519 key.
    """
    public = _public(public_pem)
    if public is None:
        return ""
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"SHA256:{base64.b64encode(hashlib.sha256(der).digest()).decode().rstrip('=')}"


def is_signed(content: bytes, signature: bytes, public_pem: bytes) -> bool:
    """Whether a signature is that of the content by the key."""
    public = _public(public_pem)
    if public is None:
        return False
    try:
        public.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _public(content: bytes) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(content)
    except _UNREADABLE:
        return None
    return key if isinstance(key, Ed25519PublicKey) else None
