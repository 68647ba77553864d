"""Reads name, version, licence and entry points of a project that is not installed, without running its build."""

import ast
import configparser
import email
import glob
import os

from .syntax import assignments

try:
    import tomllib
except ImportError:  # Before Python 3.11.
    tomllib = None


class TomlNeeded(Exception):
    """A pyproject.toml has to be read, but this Python can't read TOML."""

    def __init__(self, text):
        super().__init__()
        self.text = text


class Project:
    def __init__(self):
        self.name = None
        self.version = None
        self.license = None
        self.entry_points = []

    def fill(self, name, version, license, entry_points):
        """Sets what is not known yet."""
        self.name = self.name or _text(name)
        self.version = self.version or _text(version)
        self.license = self.license or _text(license)
        self.entry_points = self.entry_points or list(entry_points)


def read_project(folder, group, pyproject=None):
    """The files that builders read come first; what a build left behind may be out of date."""
    project = Project()
    _fill_from_pyproject(project, _pyproject(folder, pyproject), group)
    _fill_from_setup_cfg(project, os.path.join(folder, "setup.cfg"), group)
    _fill_from_setup_py(project, os.path.join(folder, "setup.py"), group)
    _fill_from_build(project, folder, group)
    return project


def _pyproject(folder, given):
    path = os.path.join(folder, "pyproject.toml")
    if given is not None or not os.path.exists(path):
        return given or {}
    if tomllib is None:
        raise TomlNeeded(_read(path))
    return tomllib.loads(_read(path))


def _fill_from_pyproject(project, pyproject, group):
    standard = pyproject.get("project", {})
    license = standard.get("license")
    entries = standard.get("entry-points", {}).get(group, {})
    license = license.get("text") if isinstance(license, dict) else license
    project.fill(standard.get("name"), standard.get("version"), license, entries.items())
    poetry = pyproject.get("tool", {}).get("poetry", {})
    entries = poetry.get("plugins", {}).get(group, {})
    project.fill(poetry.get("name"), poetry.get("version"), poetry.get("license"), entries.items())


def _fill_from_setup_cfg(project, path, group):
    config = configparser.ConfigParser(interpolation=None)
    config.read(path, encoding="utf-8")
    metadata = config["metadata"] if config.has_section("metadata") else {}
    entries = config.get("options.entry_points", group, fallback="")
    project.fill(metadata.get("name"), metadata.get("version"), metadata.get("license"), _entries(entries))


def _fill_from_setup_py(project, path, group):
    """What setup() is given literally, or by the name of a literal."""
    if not os.path.exists(path):
        return
    tree = ast.parse(_read(path))
    named = {name: _literal(value, {}) for name, value in assignments(tree.body).items()}
    given = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", None)) == "setup":
            given = {keyword.arg: _literal(keyword.value, named) for keyword in node.keywords}
    entry_points = given.get("entry_points") or {}
    if isinstance(entry_points, str):
        sections = configparser.ConfigParser(interpolation=None, delimiters=["="])
        sections.optionxform = str
        sections.read_string(entry_points)
        entries = sections.items(group) if sections.has_section(group) else []
    else:
        entries = _entries(entry_points.get(group, []))
    project.fill(given.get("name"), given.get("version"), given.get("license"), entries)


def _fill_from_build(project, folder, group):
    for info in sorted(glob.glob(os.path.join(glob.escape(folder), "**", "*.egg-info"), recursive=True)):
        sections = configparser.ConfigParser(interpolation=None, delimiters=["="])
        sections.optionxform = str
        sections.read(os.path.join(info, "entry_points.txt"), encoding="utf-8")
        if sections.has_section(group):
            project.fill(None, None, None, sections.items(group))
    path = os.path.join(folder, "PKG-INFO")
    if os.path.exists(path):
        metadata = email.message_from_string(_read(path))
        project.fill(metadata["Name"], metadata["Version"], metadata["License"], [])


def _literal(node, named):
    """None for a value that is computed."""
    if isinstance(node, ast.Name):
        return named.get(node.id)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


def _entries(lines):
    lines = lines.splitlines() if isinstance(lines, str) else lines
    pairs = (line.partition("=") for line in lines if "=" in line)
    return [(name.strip(), target.strip()) for name, _, target in pairs]


def _text(value):
    """A text that says itself; `attr:` and `file:` of setup.cfg say where it is."""
    return value if isinstance(value, str) and value and not value.startswith(("attr:", "file:")) else None


def _read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()
