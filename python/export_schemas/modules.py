"""Describes the modules that a package's message classes come from."""

import ast
import builtins
import enum
import functools
import inspect
import json
import sys
import tokenize
import types

from . import syntax

# What the document says of each message class in fields of their own.
ATTRIBUTES = ("topic", "severity", "deprecated", "body_schema", "headers_schema")
NOT_JSON = object()


def export_modules(entry_classes, message_class, problems):
    """entry_classes: the schema names of each class that an entry point names."""
    lineage = {cls for entry in entry_classes for cls in entry.__mro__ if issubclass(cls, message_class)}
    packages = {cls.__module__.partition(".")[0] for cls in lineage if cls is not message_class}
    packages.discard(message_class.__module__.partition(".")[0])
    exported = []
    for name in sorted(sys.modules):
        module = sys.modules[name]
        if name.partition(".")[0] in packages and (getattr(module, "__file__", None) or "").endswith(".py"):
            exported.append(_ModuleExport(module, entry_classes, message_class, problems).document())
    return exported


class _ModuleExport:
    def __init__(self, module, entry_classes, message_class, problems):
        self.module = module
        self.entry_classes = entry_classes
        self.message_class = message_class
        self.problems = problems
        self.syntax = syntax.ModuleSyntax(_tree_of(module.__file__))
        self.bodies = {node.name: node.body for node in ast.walk(self.syntax.tree) if isinstance(node, ast.ClassDef)}

    def document(self):
        own = {name: value for name, value in vars(self.module).items() if not name.startswith("__")}
        defined = {name: value for name, value in own.items() if self._is_own(value)}
        return {
            "name": self.module.__name__,
            "imports": self.syntax.imports(self.module.__name__, hasattr(self.module, "__path__")),
            **_values(own, self.syntax.tree.body),
            "hides": sorted(name for name in own if hasattr(builtins, name)),
            "functions": [
                self._member(name, "function", value)
                for name, value in defined.items()
                if isinstance(value, types.FunctionType)
            ],
            "classes": [self._class(value) for value in _unique(defined.values()) if isinstance(value, type)],
        }

    def _is_own(self, value):
        return getattr(value, "__module__", None) == self.module.__name__

    def _class(self, cls):
        own = vars(cls)
        is_message = issubclass(cls, self.message_class)
        values = {name: value for name, value in own.items() if not name.startswith("__")}
        for name in ATTRIBUTES if is_message else ():
            values.pop(name, None)
        return {
            "name": cls.__name__,
            "doc": inspect.cleandoc(cls.__doc__) if isinstance(own.get("__doc__"), str) else None,
            "isMessage": is_message,
            "bases": [_name_of(base) for base in cls.__bases__ if base is not object],
            "mro": [_name_of(base) for base in cls.__mro__[1:] if base is not object],
            "schemaNames": self.entry_classes.get(cls, []),
            **(self._attributes(cls) if is_message else {}),
            **_values(values, self.bodies.get(cls.__name__, [])),
            "enum": _enum_values(cls) if issubclass(cls, enum.Enum) else None,
            "fields": list(getattr(cls, "_fields", [])) if issubclass(cls, tuple) else None,
            "members": [
                self._member(name, kind, function)
                for name, value in own.items()
                for kind, function in [_kind(value)]
                if kind is not None and getattr(function, "__module__", self.module.__name__) == self.module.__name__
            ],
        }

    def _attributes(self, cls):
        """What a message class says as inherited; a schema is null where it is the base class's."""
        topic, severity, deprecated = (getattr(cls, name, None) for name in ("topic", "severity", "deprecated"))
        return {
            "topic": topic if isinstance(topic, str) and topic else None,
            "severity": severity if isinstance(severity, int) else None,
            "deprecated": deprecated is True,
            "bodySchema": self._schema(cls, "body_schema"),
            "headersSchema": self._schema(cls, "headers_schema"),
            "own": [name for name in ATTRIBUTES if name in vars(cls)],
            # What is computed for each message.
            "computed": [name for name in ATTRIBUTES if _kind(inspect.getattr_static(cls, name, None))[0]],
        }

    def _schema(self, cls, name):
        base = getattr(self.message_class, name, None)
        schema = getattr(cls, name, None)
        if schema == base:
            schema = _set_by_constructor(cls, name)
        if not isinstance(schema, dict) or schema == base:
            return None
        if _is_json(schema):
            return _json(schema)
        self.problems.add(
            f"{name} of {_name_of(cls)} is not JSON, so its class is imported without it",
            "mend the schema in the Python package: JSON has texts, numbers, lists, dicts, True, False and None",
            self.module.__name__,
        )
        return None

    def _member(self, name, kind, function):
        code = getattr(function, "__code__", None)
        node = self.syntax.function(code) if code and code.co_filename == self.module.__file__ else None
        parameters = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]) if code else []
        ast_json = None if node is None else syntax.to_json(node)
        return {"name": name, "kind": kind, "parameters": parameters, "ast": ast_json}


def _tree_of(path):
    """Empty where the source is not there, as in an archive."""
    try:
        with tokenize.open(path) as file:
            return ast.parse(file.read())
    except OSError:
        return ast.parse("")


def _kind(value):
    """What kind of member a value is, and its function; None for a value that is data."""
    if isinstance(value, property):
        return "property", value.fget
    if isinstance(value, functools.cached_property):
        return "property", value.func
    if isinstance(value, staticmethod):
        return "static", value.__func__
    if isinstance(value, classmethod):
        return "class", value.__func__
    return ("method", value) if isinstance(value, types.FunctionType) else (None, None)


def _set_by_constructor(cls, name):
    """An attribute that the constructor gives each message; None when it gives none, or needs arguments."""
    if cls.__init__ is cls.__mro__[-2].__init__:
        return None
    try:
        return vars(cls()).get(name)
    except Exception:
        return None


def _values(values, body):
    """The values that are JSON; for the others, the expression that was assigned."""
    constants = {name: _json(value) for name, value in values.items() if _is_json(value)}
    return {
        "constants": constants,
        "constantKinds": {
            name: "tuple" if type(values[name]) is tuple and all(map(_is_exact, values[name])) else "inexact"
            for name in constants
            if not _is_exact(values[name])
        },
        "expressions": {
            name: syntax.to_json(node)
            for name, node in syntax.assignments(body).items()
            if name in values and name not in constants
        },
    }


def _enum_values(cls):
    """The values of an enumeration; None when JSON does not say the same of one of them."""
    values = {name: item.value for name, item in cls.__members__.items()}
    return values if all(_is_json(value) and _is_exact(value) for value in values.values()) else None


def _json(value):
    return json.loads(json.dumps(value))


def _is_json(value):
    """Whether JSON says the same: every key is a text, and every number is finite."""
    if isinstance(value, dict):
        return all(type(key) is str and _is_json(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return all(_is_json(item) for item in value)
    if isinstance(value, float):
        return value - value == 0
    return value is None or type(value) in (str, int, bool)


def _is_exact(value):
    """Whether a value is what JavaScript reads in its JSON: no tuple, no whole float, no instance of a subclass."""
    if type(value) is dict:
        return all(map(_is_exact, value.values()))
    if type(value) is list:
        return all(map(_is_exact, value))
    if type(value) is int:
        return abs(value) <= syntax.MAX_SAFE_INTEGER
    if type(value) is float:
        return not value.is_integer()
    return value is None or type(value) in (str, bool)


def _name_of(cls):
    return f"{cls.__module__}:{cls.__qualname__}"


def _unique(values):
    return list({id(value): value for value in values}.values())
