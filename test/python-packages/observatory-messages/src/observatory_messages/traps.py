"""Code that looks as if it were the same in TypeScript."""

import re

from .helpers import truncate as _truncate
from .objects import Orbit
from .simple import NAMES, SITE, ObservatoryMessage

MODE = "night"
LEVEL = 3
limit = 7


class TrapsV1(ObservatoryMessage):
    """Accessors whose first translation answers otherwise, or does not compile."""

    topic = "observatory.traps"
    LEVEL = 1

    @property
    def condition_in_condition(self):
        return "y" if (self.body.get("a") == 1 if self.body.get("b") else self.body.get("a") == 2) else "n"

    @property
    def condition_and_more(self):
        if (self.body.get("a") == 1 if self.body.get("b") else self.body.get("a") == 2) and self.body.get("c"):
            return "y"
        return "n"

    @property
    def constants_compared(self):
        return [MODE == "day", LEVEL == 4, 1 < len(NAMES) < 9 != 5]

    @property
    def constant_as_condition(self):
        return [MODE or "x", "" or SITE, not LEVEL, 1 if MODE else 2]

    @property
    def local_constant(self):
        state = "new"
        return state == "old"

    @property
    def truth_of_a_match(self):
        return [bool(re.match("a", self.body["text"])), bool(self.body["text"] and self.body.get("b"))]

    @property
    def nothing_counted(self):
        return "abc".count("")

    @property
    def names_of_javascript(self):
        Math = 1
        Set = 2
        return [max(Math, Set), len(set())]

    def _one(self):
        return 1

    @property
    def too_many_arguments(self):
        return self._one(2)

    @property
    def list_with_two_names(self):
        one = []
        other = one
        other.append(1)
        return one

    @property
    def changed_constant(self):
        names = NAMES
        names.append("x")
        return len(names)

    def _default_of_class(self, level=LEVEL):
        return level

    def _default_of_name(self, limit=limit):
        return limit

    @property
    def defaults(self):
        return [self._default_of_class(), self._default_of_name()]

    @property
    def tuple_compared(self):
        return ("a",) == ["a"]

    @property
    def tuple_as_text(self):
        return str(tuple(NAMES))

    @property
    def set_of_tuples(self):
        return len({(name, 1) for name in NAMES})

    @property
    def object_taken_apart(self):
        name, bodies = Orbit("a", [])
        return [name, bodies]

    @property
    def fractions(self):
        return str(self.body["a"] * 0.5)

    @property
    def name_of_a_function(self):
        truncate = _truncate(self.body["text"])
        return truncate

    @property
    def other_self(self):
        return [self for self in NAMES]
