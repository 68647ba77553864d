"""Texts."""

import re
import warnings

from .simple import ObservatoryMessage

TEMPLATE = "{name} has {count} moons"
MENTION = r"(?<!\S)@(\w+)"
VERSION_RE = re.compile(r"^(?P<name>.+)-(\d+)\.(\d+)$", re.I)


class TextV1(ObservatoryMessage):
    """Accessors that make texts."""

    topic = "observatory.text"
    body_schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "count": {}, "text": {"type": "string"}},
    }

    @property
    def summary(self):
        return f"{self.body['name']}: {self.body['count']} ({self.body.get('agent')!r})"

    def __str__(self):
        new_line = "\n"
        return f"{self.summary}\n\n{new_line.join(sorted(self.body['text'].split()))}\n{{}} ${{x}} `"

    @property
    def by_name(self):
        return TEMPLATE.format(name=self.body["name"], count=self.body["count"])

    @property
    def by_number(self):
        return "{1} and {0}, {1}".format(self.body["name"], self.body["count"])

    @property
    def by_order(self):
        return "{} {!r:>12}".format(self.body["name"], self.body["text"])

    @property
    def by_body(self):
        return "{name}/{count}".format(**self.body)

    @property
    def by_percent(self):
        return "%s has %r, 100%%" % (self.body["name"], self.body["count"])

    @property
    def by_one_percent(self):
        return "count: %s" % self.body["count"]

    @property
    def by_decimal(self):
        return "%d moons" % self.body["count"]

    @property
    def by_keys(self):
        return "%(name)s-%(text)s" % self.body

    @property
    def padded(self):
        return f"{self.body['name']:>10}|{self.body['name']:*^9}|{self.body['name']:.3s}"

    @property
    def fixed(self):
        return f"{self.body['count']:.2f} {self.body['count']:,}"

    @property
    def joined(self):
        return ", ".join(self.body["text"].split(" "))

    @property
    def stripped(self):
        return self.body["text"].strip().rstrip(".").lower()

    @property
    def parts(self):
        return self.body["text"].split(" ", 1)

    @property
    def package(self):
        return self.body["name"].rsplit("-", 2)[0]

    @property
    def replaced(self):
        return self.body["text"].replace(" ", "_").title()

    @property
    def halves(self):
        before, _, after = self.body["text"].partition(" ")
        return [after, before]

    @property
    def is_greeting(self):
        return self.body["text"].startswith(("Hello", "Hi")) or self.body["text"].endswith("!")

    @property
    def mentions(self):
        return sorted(set(re.findall(MENTION, self.body["text"])))

    @property
    def version(self):
        found = VERSION_RE.match(self.body["name"])
        if found is None:
            return None
        return [found.group(), found.group(1), found.groups()]

    @property
    def words(self):
        return re.sub(r"\s+", " ", self.body["text"]).split(" ")

    @property
    def has_number(self):
        return re.search(r"\d", self.body["text"]) is not None

    @property
    def old_name(self):
        warnings.warn("old_name is deprecated", DeprecationWarning, stacklevel=2)
        return str(self.body["name"])

    @property
    def text_of_count(self):
        return str(self.body["count"]) + repr(self.body["name"])

    @property
    def whole(self):
        return int(self.body["count"])
