"""Branches, loops, comprehensions, errors."""

from .helpers import describe, longest
from .simple import ObservatoryMessage


class FlowV1(ObservatoryMessage):
    """Accessors with statements."""

    topic = "observatory.flow"
    body_schema = {
        "type": "object",
        "properties": {
            "state": {"type": "string", "enum": ["new", "old", "gone"]},
            "users": {"type": "array"},
            "stars": {"type": "array"},
            "map": {"type": "object"},
        },
    }

    @property
    def summary(self):
        state = self.body["state"]
        if state == "new":
            return "It is new"
        elif state == "old":
            text = "It is old"
        else:
            text = "It is " + state
        text += "!"
        return text

    @property
    def usernames(self):
        users = []
        if self.agent_name:
            users.append(self.agent_name)
        for user in self.body.get("users", []):
            if not user or user.startswith("@"):
                continue
            users.append(user)
        users = list(set(users))
        users.sort()
        return users

    @property
    def groups(self):
        return sorted({user[1:] for user in self.body.get("users", []) if user.startswith("@")})

    @property
    def packages(self):
        names = super().packages
        names.extend(star["name"] for star in self.body.get("stars", []) if "name" in star)
        return names

    @property
    def url(self):
        try:
            return self.body["links"]["url"]
        except KeyError:
            return None

    @property
    def safe_url(self):
        try:
            url = self.body["links"]["url"].strip()
        except (KeyError, TypeError, AttributeError):
            url = ""
        return url

    @property
    def first_star(self):
        for star in self.body["stars"]:
            if star.get("bright"):
                return star["name"]

    @property
    def pairs(self):
        return [[key, value] for key, value in self.body["map"].items()]

    @property
    def keys(self):
        found = []
        for key in self.body["map"].keys():
            found += [key, len(key)]
        return found

    @property
    def all_bright(self):
        return all(star.get("bright") for star in self.body["stars"])

    @property
    def any_bright(self):
        return any([star.get("bright") for star in self.body["stars"]])

    @property
    def by_size(self):
        stars = sorted(self.body["stars"], key=lambda star: star.get("size") or 0, reverse=True)
        return [star["name"] for star in stars]

    @property
    def letters(self):
        return [letter for star in self.body["stars"] for letter in star["name"]]

    @property
    def described(self):
        return [describe(star) for star in self.body["stars"]]

    @property
    def long_name(self):
        return longest([star["name"] for star in self.body["stars"]])

    @property
    def last_one(self):
        last = None
        for star in self.body["stars"]:
            last = star["name"]
        return last

    @property
    def size_class(self):
        size = len(self.body["stars"])
        return "none" if size == 0 else "one" if size == 1 else "many"

    @property
    def record(self):
        return {"state": self.body["state"], "count": len(self.body["stars"])}

    @property
    def states(self):
        found = set(["old"])
        found.add(self.body.get("state"))
        return sorted(found)
