"""Constants, paths into the body, operators, other accessors."""

from fedora_messaging import message
from fedora_messaging.schema_utils import libravatar_url, user_avatar_url

SITE = "https://observatory.example.org"
NAMES = ["Ceres", "Vesta", "Pallas"]
LIMIT = 3


class ObservatoryMessage(message.Message):
    """What all messages of the observatory share."""

    @property
    def app_name(self):
        return "Observatory"

    @property
    def agent_name(self):
        return self.body.get("agent")

    @property
    def agent_avatar(self):
        return user_avatar_url(self.agent_name)

    def __str__(self):
        return self.summary


class SimpleV1(ObservatoryMessage):
    """Simple accessors."""

    topic = "observatory.simple"
    kind = "simple"
    body_schema = {
        "type": "object",
        "properties": {
            "agent": {"type": ["string", "null"]},
            "title": {"type": "string"},
            "number": {"type": "number"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "place": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "height": {"type": ["integer", "null"]}},
                "required": ["name"],
            },
        },
        "required": ["title", "place"],
    }

    @property
    def summary(self):
        return self.body["title"]

    @property
    def url(self):
        return SITE + "/" + self.body["title"]

    @property
    def app_icon(self):
        return None

    @property
    def place_name(self):
        """The name of the place."""
        return self.body["place"]["name"]

    @property
    def height(self):
        return self.body["place"].get("height", 0)

    @property
    def number(self):
        return self.body.get("number")

    @property
    def first_tag(self):
        return self.body["tags"][0]

    @property
    def last_tag(self):
        return self.body["tags"][-1]

    @property
    def middle_tags(self):
        return self.body["tags"][1:-1]

    @property
    def initials(self):
        return self.body["title"][:2]

    @property
    def backwards(self):
        return self.body["title"][::-1]

    @property
    def is_known(self):
        return self.body["title"] in NAMES

    @property
    def is_tagged(self):
        return "tags" in self.body and len(self.body["tags"]) >= LIMIT

    @property
    def is_small(self):
        return 0 < self.body["number"] <= LIMIT

    @property
    def is_first(self):
        return self.body["number"] == 1

    @property
    def is_other(self):
        return self.body["title"] != "Vesta" and not self.body.get("agent")

    @property
    def who(self):
        return self.body.get("agent") or "nobody"

    @property
    def tags_or_names(self):
        return self.body.get("tags") or NAMES

    @property
    def agent_and_title(self):
        return self.body.get("agent") and self.body["title"]

    @property
    def sort_of(self):
        return self.kind

    @property
    def double(self):
        return self.body["number"] * 2 - 1

    @property
    def twice(self):
        return self.body["title"] * 2

    @property
    def usernames(self):
        return [self.agent_name] if self.agent_name is not None else []

    @property
    def packages(self):
        return self.body.get("tags", [])

    @property
    def picture(self):
        return libravatar_url(email="someone@example.org", size=32)

    @property
    def largest(self):
        return max(self.body["tags"]) + min(["b", "a"])

    @property
    def types(self):
        title = self.body["title"]
        number = self.body.get("number")
        return [
            isinstance(title, str),
            isinstance(number, (int, float)),
            isinstance(number, bool),
            isinstance(self.body["place"], dict),
        ]
