"""Exports one source: finds its entry points, imports the classes that they name, and describes them."""

import importlib
import platform
import sys
import tempfile

from . import message_api, modules, project_files, sources

FORMAT = 1


def export_source(source, pyproject=None):
    """
    The document for one source. Whatever is wrong with the source is among its problems.

    pyproject: the contents of the source's pyproject.toml, for a Python that can't read TOML.
    """
    document = {"format": FORMAT, "python": platform.python_version(), "packages": [], "problems": []}
    problems = Problems(source, document["problems"])
    with tempfile.TemporaryDirectory(prefix="export-schemas-") as folder:
        try:
            distribution = sources.open_source(source, folder, pyproject)
        except project_files.TomlNeeded as needed:
            document["needs"] = {"toml": needed.text}
            problems.add(
                f"Python {document['python']} can't read the pyproject.toml of {source}",
                "use Python 3.11 or later, or give a wheel",
            )
            return document
        except sources.SourceError as error:
            problems.add(str(error), error.hint)
            return document
        document["packages"].append(_export_distribution(distribution, problems))
    return document


class Problems:
    """Collects what can't be exported."""

    def __init__(self, source, found):
        self.source = source
        self.package = None
        self.found = found

    def add(self, message, hint, module=None):
        self.found.append(
            {"source": self.source, "package": self.package, "module": module, "message": message, "hint": hint}
        )


def _export_distribution(distribution, problems):
    problems.package = distribution.name
    sys.path[:0] = distribution.paths
    message_class = message_api.message_class()
    classes = {}
    failures = {}
    for name, target in distribution.entry_points:
        module = target.partition(":")[0]
        if module in failures:
            failures[module][1].append(name)
            continue
        try:
            importlib.import_module(module)
        # A module may raise anything, and end the process, too.
        except (Exception, SystemExit) as error:
            failures[module] = (error, [name])
            continue
        cls = _class_of(name, target, message_class, problems)
        if cls is not None:
            classes.setdefault(cls, []).append(name)
    for module, (error, names) in failures.items():
        problems.add(
            f"the module {module} can't be imported: {type(error).__name__}: {error}. Left out: {', '.join(names)}",
            _hint(error),
            module,
        )
    return {
        "name": distribution.name,
        "version": distribution.version,
        "license": distribution.license,
        "modules": modules.export_modules(classes, message_class, problems),
    }


def _class_of(name, target, message_class, problems):
    """The class of an entry point; None for the library's own, and, with a problem, where there is none."""
    module, _, attributes = target.partition(":")
    value = sys.modules[module]
    for attribute in filter(None, attributes.split(".")):
        value = getattr(value, attribute, None)
    if isinstance(value, type) and issubclass(value, message_class):
        return None if value is message_class else value
    problems.add(
        f"the entry point {name} names {target}, which is not a class that extends fedora_messaging.message.Message",
        "mend the entry point in the Python package",
        module,
    )
    return None


def _hint(error):
    if isinstance(error, ModuleNotFoundError) and error.name:
        top = error.name.partition(".")[0]
        return f"install the distribution that has the module {top} into {sys.executable}, or choose another Python"
    return "mend the Python package, or install what it needs"
