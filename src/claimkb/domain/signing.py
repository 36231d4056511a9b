"""How does the desk sign, and how is a signature checked? By Ed25519 (RFC 8032); keys and signatures are written in hexadecimal."""

from pathlib import Path
from typing import TYPE_CHECKING

from claimkb.domain.refusals import Refusal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class NoSigningKey(Refusal):
    """CLAIMKB_CHECKPOINT_KEY_FILE names {path}, which {what}. A private key of Ed25519 is wanted, as PEM without a password:
    claimkb checkpoint --new-key FILE makes one.
    """


class SigningKey:
    """A private key. Who has it can sign in the name of the desk: it belongs in a file of its own, beside no copy of the data."""

    def __init__(self, private: "Ed25519PrivateKey") -> None:
        self._private = private

    @classmethod
    def of_file(cls, path: Path) -> "SigningKey":
        """Read the private key in a file; refuse anything else."""
        try:
            return cls.read(path.read_bytes(), path)
        except OSError as error:
            raise NoSigningKey(path=path, what=f"cannot be read ({error.strerror})") from None

    @classmethod
    def read(cls, pem: bytes, path: Path) -> "SigningKey":
        """Read the private key that stands in a file; refuse anything else."""
        from cryptography.exceptions import UnsupportedAlgorithm  # cryptography takes its time to load, and few commands need it
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            private = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise NoSigningKey(path=path, what="holds none") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise NoSigningKey(path=path, what="holds another kind of key")
        return cls(private)

    @classmethod
    def of_seed(cls, seed: bytes) -> "SigningKey":
        """Make the private key of 32 random bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def pem(self) -> bytes:
        """Write the private key as PEM, without a password."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def public(self) -> str:
        """The public key: 64 hexadecimal digits."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, text: str) -> str:
        """Sign a text; the signature has 128 hexadecimal digits."""
        return self._private.sign(text.encode()).hex()


def is_signed(text: str, public: str, signature: str) -> bool:
    """Tell whether a signature is that of a text under a public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
