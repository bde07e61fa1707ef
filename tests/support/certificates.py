"""Certificates for tests: an authority, and what it has signed for a server and a client."""

from __future__ import annotations

import subprocess
from pathlib import Path

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def make_certificates(folder: Path) -> None:
    """Write ``ca.pem``, and ``.pem`` and ``.key`` of ``server``, ``client`` and ``stranger``.

    The stranger's is signed by nobody but itself.
    """
    _own(folder, "ca")
    _own(folder, "stranger")
    for name, address in (("server", "IP:127.0.0.1,DNS:localhost"), ("client", "DNS:client")):
        _signed(folder, name, address)


def _own(folder: Path, name: str) -> None:
    _openssl(folder, "req", "-x509", *KEY, *_files(name), "-days", "2", "-subj", f"/CN={name}")


def _signed(folder: Path, name: str, address: str) -> None:
    _openssl(folder, "req", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr",
             "-subj", f"/CN={name}")  # fmt: skip
    (folder / f"{name}.ext").write_text(f"subjectAltName={address}\n")
    _openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
             "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext",
             "-out", f"{name}.pem")  # fmt: skip


def _files(name: str) -> list[str]:
    return ["-keyout", f"{name}.key", "-out", f"{name}.pem"]


def _openssl(folder: Path, *arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
