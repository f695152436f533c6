"""Certificates for test servers: valid ones, and ones that nobody should accept."""

import datetime
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


@dataclass
class Authority:
    """A certificate authority with its own certificate in the file `path`, for clients to trust."""

    folder: Path
    name: str = "authority"

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign(self.name, self.key, self.name, is_authority=True)
        self.path = self.folder / f"{self.name}.pem"
        self.path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def server_context(self, host: str, *, expired: bool = False, self_signed: bool = False) -> ssl.SSLContext:
        """The TLS context of a server of this host; `self_signed`: not signed by this authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = None if self_signed else self.key
        certificate = self._sign(host, key, host if self_signed else self.name, issuer=issuer, expired=expired)
        path = self.folder / f"{host}-{expired}-{self_signed}.pem"
        plain = serialization.NoEncryption()
        path.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _sign(
        self,
        host: str,
        key: ec.EllipticCurvePrivateKey,
        issued_by: str,
        *,
        issuer: ec.EllipticCurvePrivateKey | None = None,
        expired: bool = False,
        is_authority: bool = False,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        own, theirs = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (host, issued_by))
        builder = (
            x509.CertificateBuilder()
            .subject_name(own)
            .issuer_name(theirs)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 10 * DAY)
            .not_valid_after(now + (-1 if expired else 10) * DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        )
        return builder.sign(issuer or key, hashes.SHA256())
