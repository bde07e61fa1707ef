"""Which file systems SQLite must not share between machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from importbus.adapters.file_systems import network_file_system

MOUNTS = r"""
sysfs /sys sysfs rw 0 0
/dev/vda1 / ext4 rw 0 0
server:/data /srv/shared nfs4 rw 0 0
/dev/vdb1 /srv/shared/local ext4 rw 0 0
//server/share /mnt/my\040share cifs rw 0 0
""".lstrip()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/queue.db", None),
        ("/srv/shared/queue.db", "nfs4"),
        ("/srv/shared/local/queue.db", None),
        ("/srv/sharedother/queue.db", None),
        ("/mnt/my share/queue.db", "cifs"),
    ],
)
def test_the_mount_that_is_nearest_counts(tmp_path: Path, path: str, kind: str | None) -> None:
    """Whatever is mounted around it."""
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)

    assert network_file_system(path, mounts) == kind


def test_where_nobody_tells_every_file_system_is_taken_for_local(tmp_path: Path) -> None:
    """As on macOS."""
    assert network_file_system("/srv/queue.db", tmp_path / "none") is None
