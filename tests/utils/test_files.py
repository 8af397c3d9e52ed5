"""Files from a URL, in a cache."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from polykeras import utils
from polykeras.errors import ArgumentError

TEXT = b"some text\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "from" / "text.txt"
    path.parent.mkdir()
    path.write_bytes(TEXT)
    return path


@pytest.fixture
def get(tmp_path: Path) -> Any:
    return lambda path, **options: Path(utils.get_file(origin=path.as_uri(), cache_dir=tmp_path / "cache", **options))


def _tar(path: Path, *members: tuple[str, bytes | str], kind: bytes = tarfile.SYMTYPE) -> Path:
    """An archive of files (bytes), and links (a string: where they point)."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = kind, content
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return path


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_it_is_downloaded_once(source: Path, get: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = get(source)
    assert found == tmp_path / "cache" / "datasets" / "text.txt"
    assert found.read_bytes() == TEXT
    source.write_bytes(b"new")
    assert get(source).read_bytes() == TEXT
    assert capsys.readouterr().out.count("Downloading") == 1
    assert get(source, force_download=True).read_bytes() == b"new"
    assert get(source, fname="other", cache_subdir="here") == tmp_path / "cache" / "here" / "other"
    assert [p.name for p in found.parent.iterdir()] == ["text.txt"]


def test_the_config_directory_is_the_cache(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    assert utils.get_file(origin=source.as_uri()) == str(tmp_path / "home" / "datasets" / "text.txt")


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_hashes(algorithm: str, source: Path, get: Any) -> None:
    right = hashlib.new(algorithm, TEXT).hexdigest()
    found = get(source, file_hash=right)
    found.write_bytes(b"damaged")
    assert get(source, file_hash=right, hash_algorithm=algorithm).read_bytes() == TEXT
    if algorithm == "md5":
        found.write_bytes(b"damaged")
        assert get(source, md5_hash=right).read_bytes() == TEXT


def test_a_wrong_hash_keeps_nothing(source: Path, get: Any, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=f"md5 hash {hashlib.md5(TEXT).hexdigest()}, wanted was {'0' * 32}"):
        get(source, file_hash="0" * 32)
    assert not list((tmp_path / "cache" / "datasets").iterdir())
    with pytest.raises(ArgumentError, match="has 3 digits; an MD5 hash has 32"):
        get(source, file_hash="abc")


def test_what_is_not_there(get: Any, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"missing\.txt cannot be downloaded"):
        get(tmp_path / "missing.txt")
    assert not list((tmp_path / "cache" / "datasets").iterdir())


def test_archives_are_unpacked(get: Any, tmp_path: Path) -> None:
    tar = _tar(tmp_path / "a.tar.gz", ("a/text.txt", TEXT), ("a/link", "text.txt"))
    found = get(tar, extract=True)
    assert found == tmp_path / "cache" / "datasets" / "a_extracted"
    assert (found / "a" / "link").read_bytes() == TEXT
    (found / "a" / "text.txt").write_bytes(b"mine")
    assert (get(tar, extract=True) / "a" / "text.txt").read_bytes() == b"mine"
    packed = _zip(tmp_path / "b.zip", **{"b/text.txt": TEXT})
    assert (get(packed, extract=True) / "b" / "text.txt").read_bytes() == TEXT
    assert (get(packed, extract=True, archive_format=["zip"], force_download=True) / "b").is_dir()
    assert get(tar, fname="c", untar=True) == tmp_path / "cache" / "datasets" / "c"


@pytest.mark.parametrize("name", ["../out", "a/../../out", "/out", "..\\out", "C:\\out"])
def test_archives_cannot_write_elsewhere(name: str, get: Any, tmp_path: Path) -> None:
    for archive in (_tar(tmp_path / "a.tar", ("fine", TEXT), (name, TEXT)), _zip(tmp_path / "a.zip", **{name: TEXT})):
        with pytest.raises(ArgumentError, match="would leave the directory"):
            get(archive, extract=True)
    assert not [p for p in tmp_path.rglob("*out*")]
    assert not [p for p in (tmp_path / "cache" / "datasets").iterdir() if p.is_dir()]


def test_links_cannot_point_elsewhere(get: Any, tmp_path: Path) -> None:
    for target, kind in (("../../x", tarfile.SYMTYPE), ("/etc", tarfile.SYMTYPE), ("../x", tarfile.LNKTYPE)):
        archive = _tar(tmp_path / "a.tar", ("a/link", target), ("a/link/file", TEXT), kind=kind)
        with pytest.raises(ArgumentError, match="would leave the directory"):
            get(archive, extract=True, force_download=True)
    with pytest.raises(ArgumentError, match="'pipe', which is neither file nor directory"):
        get(_tar(tmp_path / "a.tar", ("pipe", ""), kind=tarfile.FIFOTYPE), extract=True, force_download=True)


def test_refusals(source: Path, get: Any) -> None:
    with pytest.raises(ArgumentError, match="from which URL"):
        utils.get_file("a")
    for name in ("../a", "/a", "a/b", "..", "a\\b"):
        with pytest.raises(ArgumentError, match="fname must be a name without directories"):
            get(source, fname=name)
    with pytest.raises(ArgumentError, match="archive_format must be one of auto, tar, zip, got 'rar'"):
        get(source, archive_format="rar")
    with pytest.raises(ArgumentError, match="is no archive"):
        get(source, extract=True)
    with pytest.raises(ArgumentError, match="is no archive"):
        get(_tar(source.parent / "a.tar", ("a", TEXT)), extract=True, archive_format=None)
