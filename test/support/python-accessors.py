"""
Answers of Python's accessors: reads [module, class, bodies] triples from standard input, and prints for each body the
answers of all members, as ["result", value] or ["error", class].
"""

import hashlib
import importlib
import json
import sys
import types
import urllib.parse


def libravatar_url(email=None, openid=None, size=64, default="retro"):
    digest = hashlib.sha256((email or openid).encode()).hexdigest()
    return f"https://seccdn.libravatar.org/avatar/{digest}?" + urllib.parse.urlencode({"s": size, "d": default})


class Message:
    """What the accessors of Python's fedora_messaging answer by default."""

    url = app_name = app_icon = agent_name = None
    topic = ""

    def __init__(self, body):
        self.body = body

    @property
    def summary(self):
        return self.topic


for name in ("usernames", "groups", "packages", "containers", "modules", "flatpaks"):
    setattr(Message, name, property(lambda self: []))

for name, content in {
    "fedora_messaging": {},
    "fedora_messaging.message": {"Message": Message},
    "fedora_messaging.schema_utils": {
        "libravatar_url": libravatar_url,
        "user_avatar_url": lambda username: libravatar_url(openid=f"http://{username}.id.fedoraproject.org/"),
    },
}.items():
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(content)
sys.modules["fedora_messaging"].message = sys.modules["fedora_messaging.message"]


def answer(cls, name, body):
    try:
        message = cls(body)
        value = str(message) if name == "__str__" else getattr(message, name)
        return ["result", json.loads(json.dumps(value() if callable(value) else value))]
    except Exception as error:
        return ["error", type(error).__name__]


def answers(module, name, bodies):
    cls = getattr(importlib.import_module(module), name)
    members = sorted(
        {
            member
            for base in cls.__mro__
            if base.__module__ not in ("builtins", "fedora_messaging.message") and base.__module__ != "__main__"
            for member, value in vars(base).items()
            if isinstance(value, property) or member == "__str__" or (callable(value) and not member.startswith("__"))
        }
    )
    return [{member: answer(cls, member, json.loads(json.dumps(body))) for member in members} for body in bodies]


sys.path.insert(0, sys.argv[1])
json.dump([answers(*question) for question in json.load(sys.stdin)], sys.stdout)
