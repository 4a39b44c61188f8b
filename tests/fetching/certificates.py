"""Certificates of the tests: an authority made for one session and servers' contexts it vouches for."""

import ssl
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NOW = datetime.now(UTC)


class Authority:
    """Signs certificates for names; `trusting` is a client's context that trusts it and nobody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        ca = x509.BasicConstraints(ca=True, path_length=None)
        self._own = self._signed(self._name, self._key.public_key(), ca, ends=NOW + timedelta(days=1))

    @cached_property
    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self._own.public_bytes(serialization.Encoding.PEM).decode())

    def server(self, name: str, *, ends: datetime = NOW + timedelta(days=1)) -> ssl.SSLContext:
        """A server's context with a certificate for a name; one that ends in the past was valid before."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        certificate = self._signed(subject, key.public_key(), names, ends=ends)
        path = self._folder / f"{name}-{ends:%Y%m%d}.pem"
        plain = serialization.NoEncryption()
        key_text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        path.write_bytes(key_text + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(self, subject, key, extension, *, ends: datetime) -> x509.Certificate:
        builder = x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
        builder = builder.not_valid_before(min(NOW, ends) - timedelta(days=2)).not_valid_after(ends)
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        identity = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        return builder.add_extension(identity, critical=False).sign(self._key, hashes.SHA256())
