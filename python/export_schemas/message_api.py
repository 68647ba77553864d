"""The class that all message classes extend: that of the installed fedora_messaging, or else a stand-in for it."""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types

LIBRARY = "fedora_messaging"
SEVERITIES = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}


def message_class():
    """The class fedora_messaging.message.Message; installs the stand-in where the library can't be imported."""
    try:
        return importlib.import_module(f"{LIBRARY}.message").Message
    except Exception:  # Not installed, or something that it needs is not.
        for name in [name for name in sys.modules if name.partition(".")[0] == LIBRARY]:
            del sys.modules[name]
        sys.meta_path.insert(0, _StandInFinder())
        return importlib.import_module(f"{LIBRARY}.message").Message


class _Message:
    """What a message class inherits, as far as its class attributes go."""

    severity = SEVERITIES["INFO"]
    topic = ""
    deprecated = False
    headers_schema = {"type": "object"}
    body_schema = {"type": "object"}

    def __init__(self, body=None, headers=None, topic=None, properties=None, severity=None):
        self.body = body or {}
        self.topic = topic or self.topic


_Message.__name__ = _Message.__qualname__ = "Message"
_Message.__module__ = f"{LIBRARY}.message"


class _StandIn(types.ModuleType):
    """A module in which every name is there: a class that may be extended, raised and called."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = type(name, (Exception,), {"__module__": self.__name__})
        setattr(self, name, value)
        return value


class _StandInFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] != LIBRARY:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = _StandIn(spec.name)
        if spec.name == f"{LIBRARY}.message":
            module.Message = _Message
            for name, value in SEVERITIES.items():
                setattr(module, name, value)
        return module

    def exec_module(self, module):
        pass
