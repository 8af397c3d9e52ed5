"""Files from elsewhere, kept in a cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any
from urllib.error import URLError
from urllib.parse import unquote, urlparse
from urllib.request import urlopen

from polykeras import config
from polykeras.errors import ArgumentError
from polykeras.messages import show

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 60.0
"""A server that is silent for longer is given up."""

_ENDINGS = (".tar.gz", ".tar.bz2", ".tar.xz")
_HASH_OF_LENGTH = {32: "md5", 64: "sha256"}
_FORMATS: dict[str, tuple[str, ...]] = {"auto": ("tar", "zip"), "tar": ("tar",), "zip": ("zip",)}


def get_file(
    fname: str | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """A file from a URL: downloaded if it is not in the cache yet, and checked.

    A file of which a hash is given, and that has another one, is downloaded anew. A download that fails leaves the cache
    as it was.

    Args:
        fname: name in the cache, without directories; by default the last part of `origin`.
        origin: the URL.
        untar: the older name of `extract`; the result is then the directory ``fname`` itself.
        md5_hash: the older name of `file_hash`, for MD5.
        file_hash: what the hash of the file must be, in hexadecimal digits.
        cache_subdir: directory below `cache_dir`.
        hash_algorithm: ``"md5"``, ``"sha256"`` or ``"auto"``: told from the length of the hash.
        extract: unpack an archive, tar (compressed or not) or zip.
        archive_format: ``"auto"``, ``"tar"``, ``"zip"``, a list of these, or None: nothing is unpacked.
        cache_dir: by default the directory of polykeras's config file.
        force_download: download even if the file is there.

    Returns the path of the file; of an archive that is unpacked, that of the directory: the name without its ending and
    with ``_extracted``.

    Raises `ArgumentError` for a hash that does not fit, a name with directories, or an archive whose members would leave
    the directory; `OSError` if the file cannot be downloaded.
    """
    if not origin:
        raise ArgumentError("get_file: say with origin=... from which URL to download the file.")
    name = fname or unquote(PurePosixPath(urlparse(origin).path).name)
    if not name or name in (".", "..") or {PurePosixPath(name).name, PureWindowsPath(name).name} != {name}:
        raise ArgumentError(f"get_file: fname must be a name without directories, got {name!r}; these go to cache_dir.")
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    hasher = _hash_name(file_hash, hash_algorithm)
    formats = _formats(archive_format)
    folder = Path(cache_dir or config.keras_home()).expanduser() / cache_subdir
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    archive = folder / f"{name}.archive" if untar else target  # the directory has the plain name
    present = archive.is_file() and (hasher is None or _hash_of(archive, hasher) == file_hash)
    if force_download or not present:
        _download(origin, archive, file_hash, hasher)
        fresh = True
    else:
        fresh = False
    if not (extract or untar):
        return str(archive)
    unpacked = target if untar else folder / f"{_stem(name)}_extracted"
    if fresh or not unpacked.is_dir():
        _unpack(archive, unpacked, formats)
    return str(unpacked)


def _stem(name: str) -> str:
    """The name without the ending of an archive."""
    for ending in _ENDINGS:
        if name.endswith(ending):
            return name.removesuffix(ending)
    return PurePosixPath(name).stem


def _hash_name(file_hash: str | None, algorithm: str) -> str | None:
    if file_hash is None:
        return None
    if algorithm == "auto":
        algorithm = _HASH_OF_LENGTH.get(len(file_hash), "")
    if algorithm not in _HASH_OF_LENGTH.values():
        raise ArgumentError(
            f"get_file: file_hash={file_hash!r} has {len(file_hash)} digits; an MD5 hash has 32, a SHA-256 hash 64. "
            "hash_algorithm must be 'auto', 'md5' or 'sha256'."
        )
    return algorithm


def _formats(archive_format: Any) -> tuple[str, ...]:
    """Which kinds of archives to try."""
    asked = [] if archive_format is None else [archive_format] if isinstance(archive_format, str) else archive_format
    for one in asked:
        if one not in _FORMATS:
            raise ArgumentError(f"get_file: archive_format must be one of {', '.join(_FORMATS)}, got {one!r}.")
    return tuple(kind for one in asked for kind in _FORMATS[one])


def _hash_of(path: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _download(origin: str, target: Path, file_hash: str | None, hasher: str | None) -> None:
    """Put the file in its place when it is complete and its hash is right, not before."""
    show(f"Downloading {origin}")
    part = _beside(target)
    try:
        try:
            with urlopen(origin, timeout=TIMEOUT_SECONDS) as response, open(part, "wb") as file:
                shutil.copyfileobj(response, file, CHUNK_BYTES)
                length = response.headers.get("Content-Length")
        except URLError as error:
            raise OSError(f"get_file: {origin} cannot be downloaded: {error}") from error
        if length is not None and part.stat().st_size != int(length):
            raise OSError(
                f"get_file: the download of {origin} broke off: {part.stat().st_size} of {length} bytes came."
            )
        if hasher is not None and (found := _hash_of(part, hasher)) != file_hash:
            raise ArgumentError(
                f"get_file: what {origin} gave has the {hasher} hash {found}, wanted was {file_hash}: the file was "
                "changed or damaged. It is not kept."
            )
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    """A new empty file in the same directory, for what is not complete yet."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    return Path(name)


# ---- archives --------------------------------------------------------------------------------------------------------


def _unpack(archive: Path, target: Path, formats: tuple[str, ...]) -> None:
    """Unpack into a new directory that takes the place of `target` when all is there."""
    if "tar" in formats and tarfile.is_tarfile(archive):
        extract = _extract_tar
    elif "zip" in formats and zipfile.is_zipfile(archive):
        extract = _extract_zip
    else:
        raise ArgumentError(f"get_file: {archive} is no archive of the format(s) {formats}, so it is not unpacked.")
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        extract(archive, scratch)
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _extract_tar(archive: Path, into: Path) -> None:
    with tarfile.open(archive) as opened:
        members = opened.getmembers()
        for member in members:
            _check_inside(member.name, archive)
            if member.issym() or member.islnk():
                # A link's target is relative to the link; a hard link's to the archive.
                base = PurePosixPath(member.name).parent if member.issym() else PurePosixPath()
                _check_inside(str(base / member.linkname), archive)
            elif not (member.isfile() or member.isdir()):
                raise ArgumentError(f"get_file: {archive} holds {member.name!r}, which is neither file nor directory.")
            member.mode = 0o755 if member.isdir() or member.mode & stat.S_IXUSR else 0o644
            member.uid = member.gid = os.getuid() if hasattr(os, "getuid") else 0
        # Python's own filter, where there is one, looks again at what links make of the paths.
        safe: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        if not safe and any(member.issym() or member.islnk() for member in members):
            raise ArgumentError(f"get_file: {archive} holds links, which this version of Python cannot unpack safely.")
        opened.extractall(into, members, **safe)


def _extract_zip(archive: Path, into: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            _check_inside(name, archive)
        opened.extractall(into)


def _check_inside(name: str, archive: Path) -> None:
    """Refuse a path that leads out of the directory it is relative to."""
    depth, windows = 0, PureWindowsPath(name)
    for part in windows.parts:
        depth += -1 if part == ".." else part != "."
        if depth < 0:
            break
    if depth < 0 or windows.drive or windows.root or PurePosixPath(name).is_absolute():
        raise ArgumentError(f"get_file: {archive} holds {name!r}, which would leave the directory it is unpacked into.")
