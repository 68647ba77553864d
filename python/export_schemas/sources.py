"""Opens a source: an installed distribution, a folder, a wheel or an sdist. Nothing is installed."""

import configparser
import importlib.metadata
import os
import sys
import tarfile
import zipfile

from . import project_files

GROUP = "fedora.messages"


class SourceError(Exception):
    """The source can't be read; its hint says what to do."""

    def __init__(self, message, hint):
        super().__init__(message)
        self.hint = hint


class Distribution:
    """What is known of a source before its modules are imported."""

    def __init__(self, name, version, license, entry_points, paths):
        self.name = name
        self.version = version
        self.license = license
        # Pairs of a schema name and module:Class, in the order of their names.
        self.entry_points = sorted(entry_points)
        # What goes to the front of sys.path.
        self.paths = paths


def open_source(source, folder, pyproject=None):
    """folder: an empty folder, where archives are unpacked."""
    if os.path.isdir(source):
        return _of_folder(os.path.abspath(source), folder, pyproject)
    if os.path.isfile(source):
        return _of_archive(source, folder, pyproject)
    if os.sep in source or source.endswith((".whl", ".gz", ".zip")):
        raise SourceError(f"there is no file or folder {source}", "give the path of a folder, a wheel or an sdist")
    return _of_installed(source)


def _of_installed(name):
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        others = sorted({other.metadata["Name"] for other in importlib.metadata.distributions() if _entries(other)})
        there = f"; those with message schemas are {', '.join(others)}" if others else ""
        raise SourceError(
            f"{sys.executable} has no distribution {name}{there}",
            "install it there, choose another Python, or give its folder, wheel or sdist",
        ) from None
    return _described(distribution, [])


def _of_archive(source, folder, pyproject):
    unpacked = os.path.join(folder, "unpacked")
    os.mkdir(unpacked)
    try:
        if zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as archive:
                archive.extractall(unpacked)
        else:
            with tarfile.open(source) as archive:
                _extract(archive, unpacked)
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise SourceError(f"{source} is neither a wheel nor an sdist: {error}", "give a .whl or a .tar.gz") from None
    entries = os.listdir(unpacked)
    if any(entry.endswith(".dist-info") for entry in entries):
        return _described(next(iter(importlib.metadata.distributions(path=[unpacked]))), [unpacked])
    if len(entries) != 1:
        raise SourceError(f"{source} is neither a wheel nor an sdist", "an sdist has one folder at its top")
    return _of_folder(os.path.join(unpacked, entries[0]), folder, pyproject)


def _extract(archive, folder):
    """Extracts files and folders that stay in the folder; links and devices are left out."""
    inside = os.path.realpath(folder) + os.sep
    for member in archive.getmembers():
        target = os.path.realpath(os.path.join(folder, member.name))
        if target.startswith(inside) and (member.isfile() or member.isdir()):
            member.mode = 0o700 if member.isdir() else 0o600
            archive.extract(member, folder, set_attrs=False)


def _of_folder(source, folder, pyproject):
    try:
        project = project_files.read_project(source, GROUP, pyproject)
    except (ValueError, SyntaxError, configparser.Error, OSError) as error:
        raise SourceError(f"the project in {source} can't be read: {error}", "mend it, or give a wheel") from None
    if project.name is None or not project.entry_points:
        raise SourceError(
            f"{source} has no entry points {GROUP}: neither its pyproject.toml nor its setup.cfg, setup.py or "
            "entry_points.txt names any",
            "give the folder where pyproject.toml or setup.py is; where setup.py computes them, give a wheel",
        )
    # A package may ask for its own version while it is imported, as if it were installed.
    info = os.path.join(folder, "metadata", f"{project.name.replace('-', '_')}-{project.version or 0}.dist-info")
    os.makedirs(info)
    with open(os.path.join(info, "METADATA"), "w", encoding="utf-8") as file:
        file.write(f"Metadata-Version: 2.1\nName: {project.name}\nVersion: {project.version or 0}\n")
    paths = [os.path.join(source, part) for part in ("src", "lib") if os.path.isdir(os.path.join(source, part))]
    return Distribution(
        project.name, project.version, project.license, project.entry_points, [*paths, source, os.path.dirname(info)]
    )


def _described(distribution, paths):
    metadata = distribution.metadata
    entries = _entries(distribution)
    if not entries:
        raise SourceError(
            f"the distribution {metadata['Name']} has no entry points {GROUP}", "give a package of message schemas"
        )
    license = metadata["License-Expression"] or metadata["License"] or None
    # Some packages have the whole text of their licence there.
    license = license.strip().splitlines()[0] if license and license.strip() else None
    return Distribution(metadata["Name"], metadata["Version"], license, entries, paths)


def _entries(distribution):
    found = (entry for entry in distribution.entry_points if entry.group == GROUP)
    return [(entry.name, entry.value.partition("[")[0].strip()) for entry in found]
