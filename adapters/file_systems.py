"""Which file systems SQLite must not share between machines."""

from __future__ import annotations

from pathlib import Path

NETWORK = frozenset(
    (
        "9p", "afs", "ceph", "cifs", "coda", "fuse.glusterfs", "fuse.s3fs", "fuse.sshfs", "gfs2",
        "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb2", "smb3", "smbfs", "vboxsf",
    )
)  # fmt: skip
"""Types of file systems on which locks, or the memory that a WAL shares, do not hold.

Source: sqlite.org/wal.html: all processes must be on the same host, WAL does not work over a
network file system.
"""

MOUNTS = Path("/proc/self/mounts")


def network_file_system(path: str, mounts: Path = MOUNTS) -> str | None:
    """Return the type of the network file system that *path* is on; None when it is local.

    Also None where the operating system does not tell, as macOS does not.
    """
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    target = Path(path).absolute().resolve()
    found = [_mount(line) for line in lines]
    around = [one for one in found if target.is_relative_to(one[0])]
    kind = max(around, key=lambda one: len(one[0].parts))[1] if around else ""
    return kind if kind in NETWORK else None


def _mount(line: str) -> tuple[Path, str]:
    """Return where something is mounted and its type; a space in the folder stands in octal."""
    _, folder, kind, *_ = line.split(" ")
    return Path(folder.replace("\\040", " ")), kind
